package org.espalier.kernel.sel4;

/** Hands an invocation to whoever knows the kind of object. */
final class Invocations {
    private final SyscallError error;
    private final Ipc ipc;
    private final UntypedInvocations untyped;
    private final CNodeInvocations cnodes;
    private final TcbInvocations threads;
    private final VSpaceInvocations vspaces;
    private final DeviceInvocations devices;
    private final DomainInvocations domains;

    Invocations(
            SyscallError error,
            Ipc ipc,
            UntypedInvocations untyped,
            CNodeInvocations cnodes,
            TcbInvocations threads,
            VSpaceInvocations vspaces,
            DeviceInvocations devices,
            DomainInvocations domains) {
        this.error = error;
        this.ipc = ipc;
        this.untyped = untyped;
        this.cnodes = cnodes;
        this.threads = threads;
        this.vspaces = vspaces;
        this.devices = devices;
        this.domains = domains;
    }

    int invoke(Request request, boolean blocking) {
        long w0 = request.w0();
        return switch (Caps.type(w0)) {
            case CapType.ENDPOINT -> send(request, w0, blocking);
            case CapType.NOTIFICATION -> signal(request, w0);
            case CapType.REPLY -> reply(request, w0);
            case CapType.UNTYPED -> untyped.invoke(request);
            case CapType.CNODE -> cnodes.invoke(request);
            case CapType.THREAD -> threads.invoke(request);
            case CapType.IRQ_CONTROL -> devices.control(request);
            case CapType.IRQ_HANDLER -> devices.handler(request);
            case CapType.IO_PORT_CONTROL -> devices.portControl(request);
            case CapType.IO_PORT -> devices.port(request);
            case CapType.DOMAIN -> domains.invoke(request);
            case CapType.NULL, CapType.ZOMBIE -> error.invalidCapability(0);
            default -> vspaces.invoke(request);
        };
    }

    private int send(Request request, long w0, boolean blocking) {
        if (!Caps.has(w0, Caps.SEND)) {
            return error.invalidCapability(0);
        }
        request.begin();
        ipc.send(
                request.thread(),
                Caps.object(w0),
                request.w1(),
                Caps.has(w0, Caps.GRANT),
                Caps.has(w0, Caps.GRANT_REPLY),
                blocking,
                request.isCall());
        return Status.DONE;
    }

    private int signal(Request request, long w0) {
        if (!Caps.has(w0, Caps.SEND)) {
            return error.invalidCapability(0);
        }
        request.begin();
        ipc.signal(Caps.object(w0), request.w1());
        return Status.DONE;
    }

    private int reply(Request request, long w0) {
        if (Caps.has(w0, Caps.MASTER)) {
            return error.invalidCapability(0);
        }
        request.begin();
        ipc.reply(request.thread(), Caps.tcb(w0), request.slot(), Caps.has(w0, Caps.GRANT));
        return Status.DONE;
    }
}
