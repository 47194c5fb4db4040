package org.espalier.kernel.sel4;

/** {@link RootTaskRules} on the engine {@code kvm}. */
final class KvmRootTaskTest extends RootTaskRules {
    @Override
    String engine() {
        return "kvm";
    }
}
