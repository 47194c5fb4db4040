package org.espalier.app.kmem;

import java.util.ArrayList;
import java.util.List;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.Root;

/** The accomplice. Confined to the initial entrypoint. */
final class Collector implements Accomplice {
    private final Capability<Token> token;
    private final List<Capability<Dataspace>> kept = new ArrayList<>();
    private Capability<Dataspace> passing = Capability.none();

    private Collector(Env env) {
        this.token = env.ep().manage(TokenRpc.TYPE, Result::done).orThrow("Making the token callable");
    }

    static void start(Env env) {
        Collector collector = new Collector(env);
        env.announce(AccompliceRpc.TYPE, request -> new Root.Creation.Created<Accomplice>(collector))
                .orThrow("Announcing Accomplice");
    }

    @Override
    public Result<Capability<Token>> token() {
        return Result.ok(token);
    }

    @Override
    public Result<Capability<Dataspace>> back(Capability<Dataspace> memory) {
        passing.release();
        passing = memory;
        return Result.ok(memory);
    }

    @Override
    public Result<Done> keep(Capability<Dataspace> memory) {
        kept.add(memory);
        return Result.done();
    }

    @Override
    public Result<Done> drop() {
        passing.release();
        passing = Capability.none();
        kept.forEach(Capability::release);
        kept.clear();
        return Result.done();
    }
}
