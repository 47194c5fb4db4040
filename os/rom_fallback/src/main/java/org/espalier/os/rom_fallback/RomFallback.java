package org.espalier.os.rom_fallback;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.base.AttachedRom;
import org.espalier.base.CapQuota;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.RomRpc;
import org.espalier.base.SessionArguments;
import org.espalier.base.SessionBroker;

/** The component: offers ROM. A new configuration is for sessions that are asked for from then on. */
public final class RomFallback implements Component {
    @Override
    public void construct(Env env) {
        AttachedRom config = env.rom("config");
        Searches searches = new Searches(env);
        config.onUpdate(env.ep(), count -> {
                    config.update();
                    searches.apply(config.text());
                })
                .orThrow("Watching the configuration");
        searches.apply(config.text());
        env.announce(RomRpc.TYPE.name(), RomRpc.TYPE.layout(), searches).orThrow("Announcing the ROM service");
    }

    /** All sessions, open or not. Confined to the entrypoint. */
    private static final class Searches implements SessionBroker {
        private final Env env;
        private final Map<Served, Search> searches = new LinkedHashMap<>();
        private Fallbacks fallbacks = Fallbacks.NONE;

        Searches(Env env) {
            this.env = env;
            env.ep()
                    .handler(count -> look())
                    .then(env.sessions()::tell)
                    .orThrow("Asking the parent to tell of sessions");
        }

        void apply(String text) {
            Fallbacks.read(text, notice -> env.log().warning(notice)).ifPresent(read -> fallbacks = read);
        }

        private void look() {
            List.copyOf(searches.values()).forEach(Search::look);
            searches.values().removeIf(Search::isEnded);
        }

        @Override
        public void create(Served client, SessionArguments arguments) {
            Search search = new Search(env, client, arguments, fallbacks.labels(arguments.label()));
            searches.put(client, search);
            search.next();
            forget(client, search);
        }

        @Override
        public void upgrade(Served client, RamQuota ram, CapQuota caps) {
            Search search = searches.get(client);
            if (search != null) {
                search.raise(ram, caps);
            }
        }

        @Override
        public void close(Served client) {
            Search search = searches.get(client);
            if (search != null) {
                search.close();
                forget(client, search);
            }
        }

        private void forget(Served client, Search search) {
            if (search.isEnded()) {
                searches.remove(client);
            }
        }
    }
}
