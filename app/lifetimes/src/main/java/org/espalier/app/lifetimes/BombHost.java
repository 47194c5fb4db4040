package org.espalier.app.lifetimes;

import org.espalier.base.Env;
import org.espalier.base.Quotas;

/** Lets a bomb explode, waits until it has grown to its full size, removes it, and looks whether all is back; several times. */
final class BombHost extends Host {
    private static final long RAM = 4 << 20;
    private static final long CAPS = 3000;

    private final long rounds;
    private final long size;
    private final Quotas atStart;
    private long round = 1;
    private long booms;

    private BombHost(Env env, long rounds, long size) {
        super(env);
        this.rounds = rounds;
        this.size = size;
        this.atStart = quotas();
    }

    /**
     * Begins.
     *
     * @param size how many bombs find no room for two more
     */
    static void start(Env env, long rounds, long size) {
        new BombHost(env, rounds, size).light();
    }

    private void light() {
        booms = 0;
        host(Bomb.copy("bomb", RAM, CAPS));
    }

    @Override
    void next(String event) {
        booms++;
        if (booms != size) {
            return;
        }
        host();
        Quotas now = quotas();
        say("round " + round + ": " + booms + " bombs had no room for more; "
                + (now.equals(atStart) ? "all of the quota is back" : "quota was " + atStart + " and is " + now));
        if (round == rounds) {
            env().exit(0);
        }
        round++;
        light();
    }
}
