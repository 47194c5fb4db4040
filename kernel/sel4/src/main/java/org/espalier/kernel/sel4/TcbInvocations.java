package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.Register;

/** Operations on threads (seL4 manual, 6.1). The order of the checks is seL4's. */
final class TcbInvocations {
    /** The registers of {@code seL4_UserContext}, in its order; RIP is where the thread goes on. */
    private static final Register[] USER_CONTEXT = {
        Register.RIP,
        Register.RSP,
        Register.RFLAGS,
        Register.RAX,
        Register.RBX,
        Register.RCX,
        Register.RDX,
        Register.RSI,
        Register.RDI,
        Register.RBP,
        Register.R8,
        Register.R9,
        Register.R10,
        Register.R11,
        Register.R12,
        Register.R13,
        Register.R14,
        Register.R15,
        Register.FS_BASE,
        Register.GS_BASE
    };

    /** How many of them are the frame; the rest is transferred as the integer registers. */
    private static final int FRAME = 18;

    // Flags of operations on registers: of reading and copying, of writing, and of copying.
    private static final int SUSPEND_SOURCE = 1;
    private static final int RESUME_WRITTEN = 1;
    private static final int RESUME_TARGET = 2;
    private static final int TRANSFER_FRAME = 4;
    private static final int TRANSFER_INTEGER = 8;

    private final ObjectMemory memory;
    private final Threads threads;
    private final Scheduler scheduler;
    private final SlotTable slots;
    private final CapRules rules;
    private final SyscallError error;
    private final Endpoints endpoints;
    private final Ipc ipc;
    private final Deletion deletion;

    /** What {@link #decodeSpaces} and {@link #decodeBuffer} have made of the request's capabilities. */
    private long space0;

    private long space1;
    private long buffer0;
    private long buffer1;
    private long root0;
    private long root1;

    TcbInvocations(
            ObjectMemory memory,
            Threads threads,
            Scheduler scheduler,
            SlotTable slots,
            CapRules rules,
            SyscallError error,
            Endpoints endpoints,
            Ipc ipc,
            Deletion deletion) {
        this.memory = memory;
        this.threads = threads;
        this.scheduler = scheduler;
        this.slots = slots;
        this.rules = rules;
        this.error = error;
        this.endpoints = endpoints;
        this.ipc = ipc;
        this.deletion = deletion;
    }

    int invoke(Request request) {
        int tcb = Caps.tcb(request.w0());
        return switch (request.operation()) {
            case TCB_READ_REGISTERS -> readRegisters(request, tcb);
            case TCB_WRITE_REGISTERS -> writeRegisters(request, tcb);
            case TCB_COPY_REGISTERS -> copyRegisters(request, tcb);
            case TCB_CONFIGURE -> configure(request, tcb);
            case TCB_SET_PRIORITY, TCB_SET_MC_PRIORITY, TCB_SET_SCHED_PARAMS -> setPriorities(request, tcb);
            case TCB_SET_IPC_BUFFER -> setIpcBuffer(request, tcb);
            case TCB_SET_SPACE -> setSpace(request, tcb);
            case TCB_SUSPEND -> {
                request.begin();
                ipc.suspend(tcb);
                yield Status.DONE;
            }
            case TCB_RESUME -> {
                request.begin();
                ipc.resume(tcb);
                yield Status.DONE;
            }
            case TCB_BIND_NOTIFICATION -> bind(request, tcb);
            case TCB_UNBIND_NOTIFICATION -> unbind(request, tcb);
            case TCB_SET_TLS_BASE -> setTlsBase(request, tcb);
            case TCB_SET_FLAGS -> setFlags(request, tcb);
            default -> error.illegalOperation();
        };
    }

    // ---- registers

    private int readRegisters(Request request, int tcb) {
        if (!request.has(2, 0)) {
            return error.truncated();
        }
        long count = request.word(1);
        if (Long.compareUnsigned(count, 1) < 0 || Long.compareUnsigned(count, USER_CONTEXT.length) > 0) {
            return error.range(1, USER_CONTEXT.length);
        }
        if (tcb == request.thread()) {
            return error.illegalOperation();
        }
        request.begin();
        if ((request.word(0) & SUSPEND_SOURCE) != 0) {
            ipc.suspend(tcb);
        }
        request.answer(index -> read(tcb, USER_CONTEXT[index]), (int) count);
        return Status.DONE;
    }

    private int writeRegisters(Request request, int tcb) {
        if (!request.has(2, 0)) {
            return error.truncated();
        }
        long count = request.word(1);
        if (Long.compareUnsigned(request.length() - 2, count) < 0) {
            return error.truncated();
        }
        if (tcb == request.thread()) {
            return error.illegalOperation();
        }
        request.begin();
        int written = (int) Math.min(count, USER_CONTEXT.length);
        for (int i = 0; i < written; i++) {
            write(tcb, USER_CONTEXT[i], request.word(i + 2));
        }
        goOnWhereTold(tcb);
        if ((request.word(0) & RESUME_WRITTEN) != 0) {
            ipc.resume(tcb);
        }
        return Status.DONE;
    }

    private int copyRegisters(Request request, int tcb) {
        if (!request.has(1, 1)) {
            return error.truncated();
        }
        long source0 = memory.w0(request.cap(0));
        if (Caps.type(source0) != CapType.THREAD) {
            return error.invalidCapability(1);
        }
        int source = Caps.tcb(source0);
        long flags = request.word(0);
        request.begin();
        if ((flags & SUSPEND_SOURCE) != 0) {
            ipc.suspend(source);
        }
        if ((flags & RESUME_TARGET) != 0) {
            ipc.resume(tcb);
        }
        if ((flags & TRANSFER_FRAME) != 0) {
            for (int i = 0; i < FRAME; i++) {
                write(tcb, USER_CONTEXT[i], read(source, USER_CONTEXT[i]));
            }
            goOnWhereTold(tcb);
        }
        if ((flags & TRANSFER_INTEGER) != 0) {
            for (int i = FRAME; i < USER_CONTEXT.length; i++) {
                write(tcb, USER_CONTEXT[i], read(source, USER_CONTEXT[i]));
            }
        }
        if (tcb == request.thread()) {
            scheduler.reschedule();
        }
        return Status.DONE;
    }

    private long read(int tcb, Register register) {
        return register == Register.RIP ? threads.restartIp(tcb) : threads.register(tcb, register);
    }

    private void write(int tcb, Register register, long value) {
        if (register == Register.RIP) {
            threads.set(tcb, TcbLayout.RESTART_IP, Contexts.sanitise(register, value));
        } else {
            threads.register(tcb, register, value);
        }
    }

    private void goOnWhereTold(int tcb) {
        threads.register(tcb, Register.RIP, threads.restartIp(tcb));
    }

    private int setTlsBase(Request request, int tcb) {
        if (!request.has(1, 0)) {
            return error.truncated();
        }
        request.begin();
        threads.register(tcb, Register.FS_BASE, request.word(0));
        if (tcb == request.thread()) {
            scheduler.reschedule();
        }
        return Status.DONE;
    }

    private int setFlags(Request request, int tcb) {
        if (!request.has(2, 0)) {
            return error.truncated();
        }
        request.begin();
        long flags = (threads.get(tcb, TcbLayout.FLAGS) & ~request.word(0)) | (request.word(1) & TcbLayout.NO_VECTORS);
        threads.set(tcb, TcbLayout.FLAGS, flags);
        request.answer(flags);
        return Status.DONE;
    }

    // ---- priorities

    private int setPriorities(Request request, int tcb) {
        boolean both = request.operation() == Invocation.TCB_SET_SCHED_PARAMS;
        if (!request.has(both ? 2 : 1, 1)) {
            return error.truncated();
        }
        long authority0 = memory.w0(request.cap(0));
        if (Caps.type(authority0) != CapType.THREAD) {
            return error.invalidCapability(1);
        }
        long most = threads.get(Caps.tcb(authority0), TcbLayout.MCP);
        for (int i = 0; i < (both ? 2 : 1); i++) {
            if (Long.compareUnsigned(request.word(i), most) > 0) {
                return error.range(0, most);
            }
        }
        request.begin();
        if (request.operation() != Invocation.TCB_SET_PRIORITY) {
            threads.set(tcb, TcbLayout.MCP, request.word(0));
        }
        if (request.operation() != Invocation.TCB_SET_MC_PRIORITY) {
            scheduler.setPriority(tcb, (int) request.word(both ? 1 : 0));
        }
        return Status.DONE;
    }

    // ---- spaces and buffer

    private int configure(Request request, int tcb) {
        if (!request.has(4, 3)) {
            return error.truncated();
        }
        long handler = request.word(0);
        long address = request.word(3);
        int status = decodeBuffer(request, 2, address);
        if (status == Status.DONE) {
            status = decodeSpaces(request, tcb, 1);
        }
        if (status != Status.DONE) {
            return status;
        }
        request.begin();
        status = installSpaces(request, tcb, handler);
        return status == Status.DONE ? installBuffer(request, tcb, 2, address) : status;
    }

    private int setSpace(Request request, int tcb) {
        if (!request.has(3, 2)) {
            return error.truncated();
        }
        int status = decodeSpaces(request, tcb, 1);
        if (status != Status.DONE) {
            return status;
        }
        request.begin();
        return installSpaces(request, tcb, request.word(0));
    }

    private int setIpcBuffer(Request request, int tcb) {
        if (!request.has(1, 1)) {
            return error.truncated();
        }
        long address = request.word(0);
        int status = decodeBuffer(request, 0, address);
        if (status != Status.DONE) {
            return status;
        }
        request.begin();
        return installBuffer(request, tcb, 0, address);
    }

    /** Derives the frame of an IPC buffer; address 0 stands for none. */
    private int decodeBuffer(Request request, int cap, long address) {
        buffer0 = 0;
        if (address == 0) {
            return Status.DONE;
        }
        int slot = request.cap(cap);
        rules.set(memory.w0(slot), memory.w1(slot));
        int status = rules.derive(slot, slots, error);
        if (status != Status.DONE) {
            return status;
        }
        if (Caps.type(rules.w0()) != CapType.FRAME || Caps.has(rules.w0(), Caps.DEVICE)) {
            return error.illegalOperation();
        }
        if ((address & (1L << IpcBufferLayout.BITS) - 1) != 0) {
            return error.alignment();
        }
        buffer0 = rules.w0();
        buffer1 = rules.w1();
        return Status.DONE;
    }

    /** Derives the roots of the spaces, which are the first two capabilities, with the data from word {@code data} on. */
    private int decodeSpaces(Request request, int tcb, int data) {
        if (deletion.isLong(TcbLayout.slot(tcb, TcbLayout.CSPACE))
                || deletion.isLong(TcbLayout.slot(tcb, TcbLayout.VSPACE))) {
            return error.illegalOperation();
        }
        int status = deriveRoot(request, 0, request.word(data));
        if (status != Status.DONE) {
            return status;
        }
        if (Caps.type(rules.w0()) != CapType.CNODE) {
            return error.illegalOperation();
        }
        space0 = rules.w0();
        space1 = rules.w1();
        status = deriveRoot(request, 1, request.word(data + 1));
        if (status != Status.DONE) {
            return status;
        }
        if (Caps.type(rules.w0()) != CapType.PML4 || !Caps.has(rules.w0(), Caps.MAPPED)) {
            return error.illegalOperation();
        }
        root0 = rules.w0();
        root1 = rules.w1();
        return Status.DONE;
    }

    private int deriveRoot(Request request, int cap, long data) {
        int slot = request.cap(cap);
        rules.set(memory.w0(slot), memory.w1(slot));
        if (data != 0) {
            rules.update(false, data);
        }
        return rules.derive(slot, slots, error);
    }

    private int installSpaces(Request request, int tcb, long handler) {
        threads.set(tcb, TcbLayout.FAULT_HANDLER, handler);
        int status = install(request, tcb, TcbLayout.CSPACE, space0, space1, request.cap(0));
        return status == Status.DONE ? install(request, tcb, TcbLayout.VSPACE, root0, root1, request.cap(1)) : status;
    }

    private int installBuffer(Request request, int tcb, int cap, long address) {
        int slot = TcbLayout.slot(tcb, TcbLayout.BUFFER);
        int status = deletion.delete(slot);
        if (status != Status.DONE) {
            return status;
        }
        threads.set(tcb, TcbLayout.BUFFER_ADDRESS, address);
        if (address != 0) {
            putIfStillThere(request, slot, buffer0, buffer1, request.cap(cap));
        }
        if (tcb == request.thread()) {
            scheduler.reschedule();
        }
        return Status.DONE;
    }

    private int install(Request request, int tcb, int number, long w0, long w1, int source) {
        int slot = TcbLayout.slot(tcb, number);
        int status = deletion.delete(slot);
        if (status == Status.DONE) {
            putIfStillThere(request, slot, w0, w1, source);
        }
        return status;
    }

    /** The deletion of what was in the TCB's slot may have deleted the thread, or what was to be put there. */
    private void putIfStillThere(Request request, int slot, long w0, long w1, int source) {
        long thread = Caps.word(CapType.THREAD, 0, 0, 0, (long) slot << ObjectType.SLOT_BITS & -1L << TcbLayout.BITS);
        if (CapRules.sameObject(w0, w1, memory.w0(source), memory.w1(source))
                && CapRules.sameObject(thread, 0, request.w0(), request.w1())) {
            slots.insert(w0, w1, source, slot);
        }
    }

    // ---- notifications

    private int bind(Request request, int tcb) {
        if (!request.has(0, 1)) {
            return error.truncated();
        }
        if (threads.get(tcb, TcbLayout.BOUND_NOTIFICATION) != 0) {
            return error.illegalOperation();
        }
        long w0 = memory.w0(request.cap(0));
        if (Caps.type(w0) != CapType.NOTIFICATION || !Caps.has(w0, Caps.RECEIVE)) {
            return error.illegalOperation();
        }
        long notification = Caps.object(w0);
        if (endpoints.first(notification) != Threads.NONE || endpoints.bound(notification) != Threads.NONE) {
            return error.illegalOperation();
        }
        request.begin();
        endpoints.bind(notification, tcb);
        return Status.DONE;
    }

    private int unbind(Request request, int tcb) {
        if (threads.get(tcb, TcbLayout.BOUND_NOTIFICATION) == 0) {
            return error.illegalOperation();
        }
        request.begin();
        endpoints.unbind(tcb);
        return Status.DONE;
    }
}
