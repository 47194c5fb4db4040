package org.espalier.os.dummy;

import org.espalier.base.AttachedRom;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.config.Node;
import org.espalier.config.Schema;

/**
 * The component. The nodes of its configuration are done in order, and those of the next configuration when it has another {@code
 * version}; what was taken or opened before stays.
 */
public final class Dummy implements Component {
    private static final Schema SCHEMA = Schema.of(Dummy.class.getResourceAsStream(Schema.RESOURCE));

    @Override
    public void construct(Env env) {
        AttachedRom config = env.rom("config");
        Configurations configurations = new Configurations(env);
        config.onUpdate(env.ep(), count -> {
                    config.update();
                    configurations.take(config.text());
                })
                .orThrow("Watching the configuration");
        configurations.take(config.text());
    }

    /** Counts configurations, each of which has another version than the one before. Confined to the entrypoint. */
    private static final class Configurations {
        private final Env env;
        private final Script script;
        private int count;
        private String version = "";

        Configurations(Env env) {
            this.env = env;
            this.script = new Script(env);
        }

        void take(String text) {
            SCHEMA.read(text, notice -> env.log().warning(notice)).ifPresent(this::take);
        }

        private void take(Node config) {
            String newVersion = config.string("version", "");
            if (count > 0 && newVersion.equals(version)) {
                return;
            }
            count++;
            version = newVersion;
            if (!version.isEmpty()) {
                env.log().info("config " + count + ": " + version);
            }
            script.begin(config.children());
        }
    }
}
