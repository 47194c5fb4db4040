package org.espalier.app.lifetimes;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.Root;

/** Owns the item of the vault. */
final class Owner implements Vault {
    private final Env env;
    private final Item object = () -> Result.ok("the item");
    private final Capability<Item> item;

    private Owner(Env env) {
        this.env = env;
        this.item = env.ep().manage(ItemRpc.TYPE, object).orThrow("Making the item callable");
    }

    static void start(Env env) {
        Owner owner = new Owner(env);
        env.announce(VaultRpc.TYPE, request -> new Root.Creation.Created<Vault>(owner))
                .orThrow("Announcing Vault");
    }

    @Override
    public Result<Capability<Item>> item() {
        return Result.ok(item);
    }

    @Override
    public Result<Boolean> isSame(Capability<Item> one, Capability<Item> other) {
        boolean same = one.equals(other)
                && env.ep().lookup(one, Item.class) instanceof Result.Ok<Item>(Item found)
                && found == object;
        if (!one.equals(item)) {
            one.release();
        }
        if (!other.equals(item)) {
            other.release();
        }
        return Result.ok(same);
    }

    @Override
    public Result<Done> dissolve() {
        env.ep().dissolve(item);
        return Result.done();
    }
}
