package org.espalier.os.test_init;

import java.util.List;
import java.util.Optional;
import org.espalier.base.AttachedRom;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.LogServer;
import org.espalier.base.LogSessionRpc;

/**
 * The component. Its configuration is a list of steps. The init under test logs to the LOG service that is offered here, takes its
 * configuration from the report {@code init.config}, and its state report is the ROM module {@code state}. Exits with 0 at the end of
 * the list; with 1 when the list, or what is needed to go through it, is not as it should be.
 */
public final class TestInit implements Component {
    private static final int FAILED = 1;

    @Override
    public void construct(Env env) {
        try (AttachedRom config = env.rom("config")) {
            Optional<List<Step>> steps =
                    Step.readAll(config.text(), notice -> env.log().warning(notice));
            if (steps.isEmpty()) {
                env.log().error("no step is done, because there are mistakes in the list of steps");
                env.exit(FAILED);
            }
            steps.ifPresent(list -> begin(env, new TestRun(env, list)));
        }
    }

    private static void begin(Env env, TestRun test) {
        env.announce(LogSessionRpc.TYPE, new LogServer(test::logged)).orThrow("Announcing the LOG service");
        test.goOn();
    }
}
