package org.espalier.os.dynamic_rom;

import java.util.Optional;
import org.espalier.base.AttachedRom;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.Label;
import org.espalier.base.RomRpc;
import org.espalier.rom.RomService;
import org.espalier.timeout.Wakeups;

/**
 * The component: offers ROM. The last part of a session's label names the module. A new configuration is for the sessions that
 * begin from then on.
 */
public final class DynamicRom implements Component {
    @Override
    public void construct(Env env) {
        AttachedRom config = env.rom("config");
        Modules modules = new Modules(env);
        config.onUpdate(env.ep(), count -> {
                    config.update();
                    modules.apply(config.text());
                })
                .orThrow("Watching the configuration");
        modules.apply(config.text());
        env.announce(RomRpc.TYPE, new RomService(env, modules)).orThrow("Announcing the ROM service");
    }

    /** The modules of the present configuration. Confined to the entrypoint. */
    private static final class Modules implements RomService.Library {
        private final Env env;
        private final Wakeups wakeups;
        private Optional<Script> script = Optional.empty();

        Modules(Env env) {
            this.env = env;
            this.wakeups = new Wakeups(env);
        }

        void apply(String text) {
            script = Script.read(text, notice -> env.log().warning(notice)).or(() -> script);
        }

        @Override
        public RomService.Lookup find(Label label) {
            Optional<Timeline> timeline = script.flatMap(present -> present.timeline(label.last()));
            if (timeline.isEmpty()) {
                String reason = "no <rom> is named ‘" + label.last() + "’";
                env.log().warning("ROM session ‘" + label + "’ is denied: " + reason);
                return new RomService.Lookup.Denied(
                        "ROM session ‘" + label + "’ is denied by dynamic_rom: " + reason + ".");
            }
            boolean verbose = script.map(Script::verbose).orElse(false);
            Performance performance = new Performance(env, timeline.get(), wakeups, verbose);
            return new RomService.Lookup.Found(performance.module(), performance);
        }
    }
}
