package org.espalier.app.packet.sink;

import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.SignalContext;
import org.espalier.packet.PacketLayout;
import org.espalier.packet.PacketMemory;
import org.espalier.packet.PacketSession;
import org.espalier.packet.PacketSessionRpc;

/** Serves streams of packets to anybody, out of the donation of each client. All of it runs in the initial entrypoint. */
public final class PacketSinkComponent implements Component {
    @Override
    public void construct(Env env) {
        env.announce(PacketSessionRpc.TYPE, new Sessions(env)).orThrow("Announcing the service of packet streams");
    }

    private record Sessions(Env env) implements Root<PacketSession> {
        /** As many entries as usual, and less buffer than they take with packets of usual size, so that both limits are met. */
        private static final PacketLayout LAYOUT = new PacketLayout(64, 1 << 16);

        /** The session's object, its signal, that of the client, the memory and its attachment. */
        private static final int CAPS = 5;

        @Override
        public Creation<PacketSession> create(SessionRequest request) {
            if (request.caps().count() < CAPS) {
                return new Creation.InsufficientCaps<>();
            }
            if (request.ram().bytes() < LAYOUT.ram().bytes()) {
                return new Creation.InsufficientRam<>();
            }
            return switch (PacketMemory.allocate(env, LAYOUT)) {
                case Result.Ok<PacketMemory>(PacketMemory memory) -> create(request, memory);
                case Result.Failed<PacketMemory>(Failure failure) ->
                    new Creation.Denied<>("No memory for a stream: " + failure + ".");
            };
        }

        private Creation<PacketSession> create(SessionRequest request, PacketMemory memory) {
            Receiver receiver = new Receiver(env, request.label(), memory);
            return switch (env.ep().handler(count -> receiver.work())) {
                case Result.Ok<Capability<SignalContext>>(Capability<SignalContext> signal) -> {
                    receiver.wakeBy(signal);
                    env.log().info("session for ‘" + request.label() + "’");
                    yield new Creation.Created<>(receiver);
                }
                case Result.Failed<Capability<SignalContext>>(Failure failure) -> {
                    memory.close();
                    yield new Creation.InsufficientCaps<>();
                }
            };
        }

        @Override
        public void closed(PacketSession session) {
            ((Receiver) session).end();
        }
    }
}
