package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * Operations on interrupts and I/O ports (seL4 manual, chapter 8), as of the configuration with one I/O APIC. The order of the checks is seL4's for
 * x86.
 */
final class DeviceInvocations {
    private static final int LAST_BUS = 255;
    private static final int LAST_DEVICE = 31;
    private static final int LAST_FUNCTION = 7;

    private final ObjectMemory memory;
    private final SlotTable slots;
    private final CapSpaces spaces;
    private final SyscallError error;
    private final Interrupts interrupts;
    private final IoPorts ports;
    private final Deletion deletion;

    DeviceInvocations(
            ObjectMemory memory,
            SlotTable slots,
            CapSpaces spaces,
            SyscallError error,
            Interrupts interrupts,
            IoPorts ports,
            Deletion deletion) {
        this.memory = memory;
        this.slots = slots;
        this.spaces = spaces;
        this.error = error;
        this.interrupts = interrupts;
        this.ports = ports;
        this.deletion = deletion;
    }

    // ---- interrupts

    int control(Request request) {
        Invocation operation = request.operation();
        if (operation == Invocation.IRQ_ISSUE_HANDLER) {
            // Interrupts of the legacy controller, which the I/O APIC replaces.
            return request.has(3, 1) ? error.illegalOperation() : error.truncated();
        }
        boolean pin = operation == Invocation.IRQ_ISSUE_HANDLER_IO_APIC;
        if (!pin && operation != Invocation.IRQ_ISSUE_HANDLER_MSI) {
            return error.illegalOperation();
        }
        if (!request.has(7, 1)) {
            return error.truncated();
        }
        long number = request.word(6);
        int most = Interrupts.LAST_USER - Interrupts.FIRST_USER;
        if (Long.compareUnsigned(number, most) > 0) {
            return error.range(0, most);
        }
        int irq = Interrupts.FIRST_USER + (int) number;
        if (interrupts.isActive(irq)) {
            return error.revokeFirst();
        }
        int status = spaces.findExactly(request.cap(0), request.word(0), request.word(1), false, error);
        if (status != Status.DONE) {
            return status;
        }
        int slot = spaces.slot();
        status = slots.ensureEmpty(slot, error);
        if (status == Status.DONE) {
            status = pin ? checkPin(request) : checkMessage(request);
        }
        if (status != Status.DONE) {
            return status;
        }
        request.begin();
        interrupts.activate(irq);
        if (pin) {
            interrupts.route((int) request.word(3), irq);
        }
        slots.insert(Caps.word(CapType.IRQ_HANDLER, 0, 0, 0, 0), irq, request.slot(), slot);
        return Status.DONE;
    }

    private int checkPin(Request request) {
        if (request.word(2) != 0) {
            return error.range(0, 0);
        }
        if (Long.compareUnsigned(request.word(3), Interrupts.PINS - 1) > 0) {
            return error.range(0, Interrupts.PINS - 1);
        }
        boolean flags = Long.compareUnsigned(request.word(4), 1) <= 0 && Long.compareUnsigned(request.word(5), 1) <= 0;
        return flags ? Status.DONE : error.range(0, 1);
    }

    private int checkMessage(Request request) {
        if (Long.compareUnsigned(request.word(2), LAST_BUS) > 0) {
            return error.range(0, LAST_BUS);
        }
        if (Long.compareUnsigned(request.word(3), LAST_DEVICE) > 0) {
            return error.range(0, LAST_DEVICE);
        }
        return Long.compareUnsigned(request.word(4), LAST_FUNCTION) > 0 ? error.range(0, LAST_FUNCTION) : Status.DONE;
    }

    int handler(Request request) {
        int irq = (int) request.w1();
        switch (request.operation()) {
            case IRQ_ACK -> {
                request.begin();
                interrupts.acknowledge(irq);
            }
            case IRQ_SET_HANDLER -> {
                if (!request.has(0, 1)) {
                    return error.truncated();
                }
                int source = request.cap(0);
                long w0 = memory.w0(source);
                if (Caps.type(w0) != CapType.NOTIFICATION || !Caps.has(w0, Caps.SEND)) {
                    return error.invalidCapability(0);
                }
                request.begin();
                deletion.deleteNow(interrupts.slot(irq));
                interrupts.handler(irq, w0, memory.w1(source), source);
            }
            case IRQ_CLEAR_HANDLER -> {
                request.begin();
                deletion.deleteNow(interrupts.slot(irq));
            }
            default -> {
                return error.illegalOperation();
            }
        }
        return Status.DONE;
    }

    // ---- ports

    int portControl(Request request) {
        if (request.operation() != Invocation.IO_PORT_CONTROL_ISSUE) {
            return error.illegalOperation();
        }
        if (!request.has(4, 1)) {
            return error.truncated();
        }
        int first = (int) request.word(0) & 0xffff;
        int last = (int) request.word(1) & 0xffff;
        if (last < first) {
            return error.invalidArgument(1);
        }
        if (!ports.isFree(first, last)) {
            return error.revokeFirst();
        }
        int status = spaces.findExactly(request.cap(0), request.word(2), request.word(3), false, error);
        if (status != Status.DONE) {
            return status;
        }
        int slot = spaces.slot();
        status = slots.ensureEmpty(slot, error);
        if (status != Status.DONE) {
            return status;
        }
        request.begin();
        ports.give(first, last);
        slots.insert(Caps.word(CapType.IO_PORT, 0, 0, 0, 0), Caps.ports(first, last), request.slot(), slot);
        return Status.DONE;
    }

    int port(Request request) {
        Invocation operation = request.operation();
        int bytes = switch (operation) {
            case IO_PORT_IN_8, IO_PORT_OUT_8 -> 1;
            case IO_PORT_IN_16, IO_PORT_OUT_16 -> 2;
            case IO_PORT_IN_32, IO_PORT_OUT_32 -> 4;
            default -> 0;
        };
        if (bytes == 0) {
            return error.illegalOperation();
        }
        boolean in = operation.compareTo(Invocation.IO_PORT_OUT_8) < 0;
        if (!request.has(in ? 1 : 2, 0)) {
            return error.truncated();
        }
        int port = (int) request.word(0) & 0xffff;
        if (port < Caps.firstPort(request.w1()) || port + bytes - 1 > Caps.lastPort(request.w1())) {
            return error.illegalOperation();
        }
        request.begin();
        if (in) {
            request.answer(ports.in(port, bytes) & (1L << (bytes * Byte.SIZE)) - 1);
        } else {
            int mask = (int) ((1L << (bytes * Byte.SIZE)) - 1);
            ports.out(port, bytes, (int) request.word(1) & mask);
        }
        return Status.DONE;
    }
}
