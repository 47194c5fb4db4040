package org.espalier.kernel.hw;

/** A second name for memory, which allows reading alone and is void with the memory itself. */
final class ReadOnlyMemory extends KernelObject.Memory {
    final PhysicalMemory base;

    ReadOnlyMemory(Domain owner, Domain payer, PhysicalMemory base) {
        super(owner, payer, base.bytes);
        this.base = base;
    }

    @Override
    long ramCost() {
        return 0;
    }

    @Override
    boolean isDead() {
        return super.isDead() || base.isDead();
    }
}
