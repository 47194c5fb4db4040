package org.espalier.app.kmem;

import org.espalier.base.Capability;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.Root;

/** The service that the victim calls. */
final class Service implements Store {
    private final Capability<Token> token;

    private Service(Env env) {
        this.token = env.ep().manage(TokenRpc.TYPE, Result::done).orThrow("Making the token callable");
    }

    static void start(Env env) {
        Service service = new Service(env);
        env.announce(StoreRpc.TYPE, request -> new Root.Creation.Created<Store>(service))
                .orThrow("Announcing Store");
    }

    @Override
    public Result<Integer> square(int number) {
        return Result.ok(number * number);
    }

    @Override
    public Result<Capability<Token>> token() {
        return Result.ok(token);
    }
}
