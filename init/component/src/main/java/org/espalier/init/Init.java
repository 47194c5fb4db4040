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
        AttachedRom config = env.rom("config");
        Sandbox sandbox = new Sandbox(SandboxEnv.of(env), new PropagateExit(env), Trading.WITH_PARENT);
        Pulse pulse = new Pulse(env, sandbox::beat);
        config.onUpdate(env.ep(), count -> {
                    config.update();
                    apply(env, config, sandbox, pulse);
                })
                .orThrow("Watching the configuration");
        apply(env, config, sandbox, pulse);
    }

    private static void apply(Env env, AttachedRom config, Sandbox sandbox, Pulse pulse) {
        String text = config.text();
        switch (ConfigReader.read(SourceNote.fileOf(text, "config"), text)) {
            case ReadResult.Parsed parsed -> {
                InitConfig init = InitConfig.of(parsed.root());
                init.notices().forEach(notice -> env.log().warning(notice.toString()));
                sandbox.apply(init.parentProvides(), init.children());
                pulse.set(init.heartbeat().orElse(Duration.ZERO));
            }
            case ReadResult.Malformed malformed -> env.log().error(malformed.toString());
        }
    }

    private record PropagateExit(Env env) implements Listener {
        @Override
        public void exited(ChildSpec child, int value) {
            if (child.propagateExit()) {
                env.exit(value);
            }
        }
    }
}
