package org.espalier.os.dummy;

import org.espalier.base.AttachedRom;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.config.ConfigChecks;
import org.espalier.config.Node;

/**
 * The component. The nodes of its configuration are done in order, and those of the next configuration when it changes; what
 * was taken or opened before stays.
 */
public final class Dummy implements Component {
    private static final ConfigChecks NOTHING = ConfigChecks.attributes();
    private static final ConfigChecks AMOUNT = ConfigChecks.attributes("amount");
    private static final ConfigChecks CHECKS = ConfigChecks.attributes("version")
            .node("log", ConfigChecks.attributes("string"))
            .node("sleep", ConfigChecks.attributes("ms"))
            .node("sleep_forever", NOTHING)
            .node("exit", ConfigChecks.attributes("value"))
            .node("create_log_connections", ConfigChecks.attributes("count", "ram_upgrade"))
            .node("destroy_log_connections", NOTHING)
            .node("log_service", NOTHING)
            .node("consume_ram", AMOUNT)
            .node("consume_caps", AMOUNT)
            .node("handle_yield_requests", NOTHING);

    @Override
    public void construct(Env env) {
        AttachedRom config = env.rom("config");
        Script script = new Script(env);
        config.onUpdate(env.ep(), count -> {
                    config.update();
                    run(env, config, script);
                })
                .orThrow("Watching the configuration");
        run(env, config, script);
    }

    private static void run(Env env, AttachedRom config, Script script) {
        CHECKS.read(config.text(), notice -> env.log().warning(notice)).ifPresent(node -> {
            version(env, node);
            script.begin(node.children());
        });
    }

    private static void version(Env env, Node config) {
        config.attribute("version").ifPresent(version -> env.log().info("version: " + version.value()));
    }
}
