package org.espalier.examples.plugin.count;

import org.espalier.base.AttachedRom;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.config.Schema;
import org.espalier.examples.plugin.Host;
import org.espalier.examples.plugin.HostRpc;

/**
 * Has the attribute {@code word} of its configuration written in capital letters by whoever can, and adds its length to the
 * host's sum; once at the start, and again whenever its configuration changes.
 */
public final class Count implements Component {
    private static final Schema SCHEMA = Schema.of(Count.class.getResourceAsStream(Schema.RESOURCE));

    @Override
    public void construct(Env env) {
        Host host = env.connect(HostRpc.TYPE).orThrow().session();
        AttachedRom config = env.rom("config");
        config.onUpdate(env.ep(), count -> {
                    config.update();
                    take(env, host, config.text());
                })
                .orThrow("Watching the configuration");
        take(env, host, config.text());
    }

    private static void take(Env env, Host host, String config) {
        SCHEMA.read(config, env.log()::warning).ifPresent(node -> work(host, node.string("word", "")));
    }

    private static void work(Host host, String word) {
        long sum = host.add(word.length()).orThrow("Adding to the host's sum");
        String shown = switch (host.ask("upper", word).orThrow("Asking the host")) {
            case Host.Said(String text) -> text;
            case Host.Nobody() -> word + " (nobody here writes capitals)";
            case Host.Failed(Failure reason) -> word + " (no capitals: " + reason + ")";
        };
        host.line(shown + ", and " + sum + " letters in all");
    }
}
