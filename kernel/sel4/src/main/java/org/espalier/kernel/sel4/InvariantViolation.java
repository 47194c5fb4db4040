package org.espalier.kernel.sel4;

/** The kernel's state breaks one of its own rules, so the kernel has a defect: nothing that a program does may lead here. */
final class InvariantViolation extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** A full sentence that names the objects by their addresses and the rule. */
    InvariantViolation(String message) {
        super(message);
    }

    /** How messages name an address. */
    static String at(long address) {
        return "0x" + Long.toHexString(address);
    }

    /** How messages name a slot. */
    static String slot(int slot) {
        return "slot " + at(Integer.toUnsignedLong(slot) << ObjectType.SLOT_BITS);
    }

    /** How messages name a TCB. */
    static String tcb(int tcb) {
        return "TCB " + at(TcbLayout.address(tcb));
    }
}
