package org.espalier.app.kill;

import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.SessionOptions;

/** The server: does sums, and can be held in the middle of a call. */
final class Server implements Root<Task> {
    private final Env env;

    Server(Env env) {
        this.env = env;
    }

    @Override
    public Creation<Task> create(SessionRequest request) {
        return new Creation.Created<>(new Session());
    }

    private final class Session implements Task {
        @Override
        public Result<Integer> square(int number) {
            return Result.ok(number * number);
        }

        @Override
        public Result<Done> hold() {
            // Waits for a signal of the parent until the request is answered. How it is answered does not matter.
            env.connect(GateRpc.TYPE, SessionOptions.DEFAULT.label(Gate.WAIT));
            return Result.done();
        }
    }
}
