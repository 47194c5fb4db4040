package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.CapRelation;
import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * What may be made of a capability, and how two of them are related (seL4 manual, 2.4 and 3.1). Rules that answer with a capability
 * leave it in {@link #w0()} and {@link #w1()}; a null capability there means that none can be made.
 */
final class CapRules implements CapRelation {
    private static final int WORD_BITS = Long.SIZE;

    private final ObjectMemory memory;
    private long w0;
    private long w1;

    CapRules(ObjectMemory memory) {
        this.memory = memory;
    }

    long w0() {
        return w0;
    }

    long w1() {
        return w1;
    }

    boolean isNull() {
        return Caps.type(w0) == CapType.NULL;
    }

    void set(long newW0, long newW1) {
        w0 = newW0;
        w1 = newW1;
    }

    /** Takes the rights that {@code mask} does not allow out of the capability at hand. */
    void mask(long mask) {
        switch (Caps.type(w0)) {
            case CapType.ENDPOINT -> {
                int allowed = ((mask & CapRights.WRITE) != 0 ? Caps.SEND : 0)
                        | ((mask & CapRights.READ) != 0 ? Caps.RECEIVE : 0)
                        | ((mask & CapRights.GRANT) != 0 ? Caps.GRANT : 0)
                        | ((mask & CapRights.GRANT_REPLY) != 0 ? Caps.GRANT_REPLY : 0);
                w0 = Caps.withC(w0, Caps.c(w0) & allowed);
            }
            case CapType.NOTIFICATION -> {
                int allowed = ((mask & CapRights.WRITE) != 0 ? Caps.SEND : 0)
                        | ((mask & CapRights.READ) != 0 ? Caps.RECEIVE : 0);
                w0 = Caps.withC(w0, Caps.c(w0) & allowed);
            }
            case CapType.REPLY -> {
                if ((mask & CapRights.GRANT) == 0) {
                    w0 = Caps.withC(w0, Caps.c(w0) & ~Caps.GRANT);
                }
            }
            case CapType.FRAME -> w0 = Caps.withB(w0, VmRights.mask(Caps.b(w0), mask));
            default -> {
                // Rights mean nothing to the others.
            }
        }
    }

    /** Gives the capability at hand a badge or a guard; null if it may not get it. {@code keepBadge} where none may be given. */
    void update(boolean keepBadge, long data) {
        switch (Caps.type(w0)) {
            case CapType.ENDPOINT, CapType.NOTIFICATION -> {
                if (keepBadge || w1 != 0) {
                    set(0, 0);
                } else {
                    w1 = data;
                }
            }
            case CapType.CNODE -> {
                int guardBits = (int) (data & 0x3f);
                if (guardBits + Caps.a(w0) > WORD_BITS) {
                    set(0, 0);
                } else {
                    w0 = Caps.withB(w0, guardBits);
                    w1 = data >>> 6 & (1L << guardBits) - 1;
                }
            }
            default -> {
                // Data mean nothing to the others.
            }
        }
    }

    /** Makes of the capability at hand, which is that of {@code slot} or what was made of it, one that can stand beside it. */
    int derive(int slot, SlotTable slots, SyscallError error) {
        switch (Caps.type(w0)) {
            case CapType.ZOMBIE, CapType.IRQ_CONTROL, CapType.REPLY, CapType.IO_PORT_CONTROL -> set(0, 0);
            case CapType.UNTYPED -> {
                if (slots.tree().hasChild(slot)) {
                    set(0, 0);
                    return error.revokeFirst();
                }
            }
            case CapType.PAGE_TABLE, CapType.PAGE_DIRECTORY, CapType.PDPT, CapType.PML4 -> {
                // Without a place there would be nothing to say which of two is mapped.
                if (!Caps.has(w0, Caps.MAPPED)) {
                    set(0, 0);
                    return error.illegalOperation();
                }
            }
            case CapType.FRAME -> set(Caps.withC(w0, Caps.c(w0) & ~Caps.MAPPED), 0);
            default -> {
                // As it is.
            }
        }
        return Status.DONE;
    }

    /** Whether a capability that is copied into a slot is a parent to what is derived from it there. */
    static boolean isRevocable(long derived0, long derived1, long source0, long source1) {
        return switch (Caps.type(derived0)) {
            case CapType.ENDPOINT, CapType.NOTIFICATION -> derived1 != source1;
            case CapType.IRQ_HANDLER -> Caps.type(source0) == CapType.IRQ_CONTROL;
            case CapType.IO_PORT -> Caps.type(source0) == CapType.IO_PORT_CONTROL;
            case CapType.UNTYPED -> true;
            default -> false;
        };
    }

    @Override
    public boolean covers(int parent, int child) {
        long parent0 = memory.w0(parent);
        if (!sameRegion(parent0, memory.w1(parent), memory.w0(child), memory.w1(child))) {
            return false;
        }
        int type = Caps.type(parent0);
        long badge = memory.w1(parent);
        if ((type != CapType.ENDPOINT && type != CapType.NOTIFICATION) || badge == 0) {
            return true;
        }
        return badge == memory.w1(child) && !memory.firstBadged(child);
    }

    @Override
    public boolean sameObject(int a, int b) {
        return sameObject(memory.w0(a), memory.w1(a), memory.w0(b), memory.w1(b));
    }

    static boolean sameObject(long a0, long a1, long b0, long b1) {
        int type = Caps.type(a0);
        if (type == CapType.UNTYPED
                || type == CapType.IRQ_CONTROL
                || (type == CapType.IO_PORT_CONTROL && Caps.type(b0) == CapType.IO_PORT)) {
            return false;
        }
        if (type == CapType.FRAME && Caps.type(b0) == CapType.FRAME) {
            return Caps.object(a0) == Caps.object(b0)
                    && Caps.a(a0) == Caps.a(b0)
                    && Caps.has(a0, Caps.DEVICE) == Caps.has(b0, Caps.DEVICE);
        }
        return sameRegion(a0, a1, b0, b1);
    }

    static boolean sameRegion(long a0, long a1, long b0, long b1) {
        int a = Caps.type(a0);
        int b = Caps.type(b0);
        return switch (a) {
            case CapType.UNTYPED -> contains(a0, b0);
            case CapType.FRAME -> b == CapType.FRAME && contains(a0, b0);
            case CapType.ENDPOINT,
                    CapType.NOTIFICATION,
                    CapType.THREAD,
                    CapType.REPLY,
                    CapType.PAGE_TABLE,
                    CapType.PAGE_DIRECTORY,
                    CapType.PDPT,
                    CapType.PML4,
                    CapType.ASID_POOL -> a == b && Caps.object(a0) == Caps.object(b0);
            case CapType.CNODE -> a == b && Caps.object(a0) == Caps.object(b0) && Caps.a(a0) == Caps.a(b0);
            case CapType.DOMAIN, CapType.ASID_CONTROL -> a == b;
            case CapType.IRQ_CONTROL -> b == CapType.IRQ_CONTROL || b == CapType.IRQ_HANDLER;
            case CapType.IRQ_HANDLER, CapType.IO_PORT -> a == b && a1 == b1;
            case CapType.IO_PORT_CONTROL -> b == CapType.IO_PORT_CONTROL || b == CapType.IO_PORT;
            default -> false;
        };
    }

    /** Whether the memory of {@code b} lies within that of {@code a}. */
    private static boolean contains(long a0, long b0) {
        int bBits = Caps.sizeBits(b0);
        if (bBits < 0) {
            return false;
        }
        long aStart = Caps.object(a0);
        long bStart = Caps.object(b0);
        return aStart <= bStart && bStart + (1L << bBits) <= aStart + (1L << Caps.sizeBits(a0));
    }
}
