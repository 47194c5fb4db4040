package org.espalier.init;

import java.time.Duration;
import org.espalier.base.AttachedRom;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.config.ConfigReader;
import org.espalier.config.ReadResult;
import org.espalier.config.SourceNote;
import org.espalier.sandbox.ChildSpec;
import org.espalier.sandbox.InitConfig;
import org.espalier.sandbox.Listener;
import org.espalier.sandbox.Sandbox;
import org.espalier.sandbox.SandboxEnv;
import org.espalier.sandbox.Trading;

/**
 * Runs the children that its ROM module {@code config} names, and follows its changes. A configuration that cannot be read
 * changes nothing.
 */
public final class Init implements Component {
    @Override
    public void construct(Env env) {
        new Engine(env).start();
    }

    /** All of init, confined to its entrypoint. */
    private static final class Engine implements Listener {
        private final Env env;
        private final AttachedRom config;
        private final Sandbox sandbox;
        private final Pulse pulse;
        private final StateReporter reporter;

        Engine(Env env) {
            this.env = env;
            this.config = env.rom("config");
            this.sandbox = new Sandbox(SandboxEnv.of(env), this, Trading.WITH_PARENT);
            this.pulse = new Pulse(env, sandbox::beat);
            this.reporter = new StateReporter(env, sandbox);
        }

        void start() {
            config.onUpdate(env.ep(), count -> {
                        config.update();
                        apply();
                    })
                    .orThrow("Watching the configuration");
            apply();
        }

        private void apply() {
            String text = config.text();
            switch (ConfigReader.read(SourceNote.fileOf(text, "config"), text)) {
                case ReadResult.Parsed parsed -> apply(InitConfig.of(parsed.root()));
                case ReadResult.Malformed malformed -> env.log().error(malformed.toString());
            }
        }

        private void apply(InitConfig init) {
            init.notices().forEach(notice -> env.log().warning(notice.toString()));
            sandbox.preserve(init.preservedRam(), init.preservedCaps());
            // Whoever has the quotas of children reported decides on them.
            sandbox.grantsWishes(
                    init.report().map(report -> !report.detail().tellsQuotas()).orElse(true));
            sandbox.forward(init.services());
            sandbox.apply(init.parentProvides(), init.children());
            pulse.set(init.heartbeat().orElse(Duration.ZERO));
            reporter.set(init);
        }

        @Override
        public void exited(ChildSpec child, int value) {
            if (child.propagateExit()) {
                env.exit(value);
            }
        }

        @Override
        public void changed() {
            reporter.changed();
        }

        @Override
        public void requests(ChildSpec child) {
            reporter.soon();
        }
    }
}
