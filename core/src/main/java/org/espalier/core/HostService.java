package org.espalier.core;

import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.RamQuota;
import org.espalier.base.SessionArguments;
import org.espalier.sandbox.LocalService;
import org.espalier.sandbox.RootService;

/**
 * A service of the surrounding program. Its code runs in an entrypoint of its own, so that one that waits holds up nobody but its
 * clients.
 *
 * @param <T> the RPC interface
 */
final class HostService<T> implements LocalService {
    private final RootService<T> service;
    private final Mailbox host;
    private final Mailbox sandbox;

    HostService(RootService<T> service, Mailbox host, Mailbox sandbox) {
        this.service = service;
        this.host = host;
        this.sandbox = sandbox;
    }

    @Override
    public String name() {
        return service.name();
    }

    @Override
    public long layout() {
        return service.layout();
    }

    @Override
    public void create(SessionArguments arguments, Request request) {
        host.post(() -> service.create(arguments, answer -> sandbox.post(() -> request.answer(answer))));
    }

    @Override
    public void upgrade(Capability<?> session, RamQuota ram, CapQuota caps) {
        host.post(() -> service.upgrade(session, ram, caps));
    }

    @Override
    public void close(Capability<?> session, Runnable closed) {
        host.post(() -> service.close(session, () -> sandbox.post(closed)));
    }
}
