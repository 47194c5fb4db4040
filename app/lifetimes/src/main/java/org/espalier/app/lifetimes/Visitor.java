package org.espalier.app.lifetimes;

import org.espalier.base.Capability;
import org.espalier.base.Env;
import org.espalier.base.Quotas;
import org.espalier.base.Result;

/** Looks what can be done with capabilities that one was given, and what cannot. */
final class Visitor {
    private Visitor() {}

    static void start(Env env) {
        Vault vault = env.connect(VaultRpc.TYPE).orThrow().session();
        Quotas before = quotas(env);
        Capability<Vault.Item> first = vault.item().orThrow("Asking for the item");
        Capability<Vault.Item> second = vault.item().orThrow("Asking for the item again");
        env.log()
                .info("two capabilities of one object, " + cost(before, quotas(env)) + " of the quota, called: "
                        + name(first) + ", " + name(second));
        env.log()
                .info("the owner knows both again: "
                        + vault.isSame(first, second).orThrow("Showing both"));

        Capability<Vault.Item> mine = env.ep()
                .manage(ItemRpc.TYPE, () -> Result.ok("something else"))
                .orThrow("Making an object of the own callable");
        env.log()
                .info("the owner takes another for its own: "
                        + vault.isSame(first, mine).orThrow("Showing something else"));

        second.release();
        env.log().info("one released: the other says " + name(first) + ", the released says " + name(second));
        vault.dissolve().orThrow("Having the item dissolved");
        env.log().info("dissolved by its owner: " + name(first));
        first.release();
        env.ep().dissolve(mine);
        env.log().info("all given up, " + cost(before, quotas(env)) + " of the quota");
        env.exit(0);
    }

    private static String name(Capability<Vault.Item> item) {
        return switch (ItemRpc.TYPE.stub(item).name()) {
            case Result.Ok<String>(String name) -> name;
            case Result.Failed<String> failed -> failed.failure().toString();
        };
    }

    private static Quotas quotas(Env env) {
        return env.pd().quotas().orThrow("Asking for the own quota");
    }

    private static long cost(Quotas before, Quotas after) {
        return after.capsUsed().count() - before.capsUsed().count();
    }
}
