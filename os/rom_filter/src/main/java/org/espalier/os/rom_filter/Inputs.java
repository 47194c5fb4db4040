package org.espalier.os.rom_filter;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.AttachedRom;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.Rom;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;

/** The ROM modules that are read, and their content as trees. Confined to the entrypoint. */
final class Inputs {
    private final Env env;
    private final Runnable changed;
    private final Map<String, Source> byName = new HashMap<>();

    /** No modules; {@code changed} runs whenever one of those to come has changed. */
    Inputs(Env env, Runnable changed) {
        this.env = env;
        this.changed = changed;
    }

    /** Reads these modules from now on. One that is denied has no content until it is asked for again. */
    void read(Set<String> names) {
        byName.entrySet().removeIf(entry -> {
            boolean unused = !names.contains(entry.getKey());
            if (unused) {
                entry.getValue().rom.close();
            }
            return unused;
        });
        for (String name : names) {
            if (!byName.containsKey(name)) {
                open(name);
            }
        }
    }

    private void open(String name) {
        switch (env.connectRom(name)) {
            case Connect.Connected<Rom>(Connection<Rom> connection) -> {
                Source source = new Source(name, env.attach(connection));
                byName.put(name, source);
                source.look();
                source.rom
                        .onUpdate(env.ep(), count -> {
                            source.rom.update();
                            source.look();
                            changed.run();
                        })
                        .orThrow("Watching the ROM module " + name);
            }
            case Connect.Denied<Rom>(String reason) -> env.log().warning("ROM ‘" + name + "’ is denied: " + reason);
            case Connect<Rom> other -> env.log().warning("ROM ‘" + name + "’ cannot be opened: " + other);
        }
    }

    /** The content of a module, if it has any that is well formed. */
    Optional<Node> content(String name) {
        return Optional.ofNullable(byName.get(name)).flatMap(source -> source.content);
    }

    private final class Source {
        private final String name;
        private final AttachedRom rom;
        private Optional<Node> content = Optional.empty();
        /** The log has been told that the content is malformed; once is enough until it is well formed again. */
        private boolean complained;

        Source(String name, AttachedRom rom) {
            this.name = name;
            this.rom = rom;
        }

        void look() {
            String text = rom.text();
            content = text.isBlank() ? Optional.empty() : parsed(text);
        }

        private Optional<Node> parsed(String text) {
            return switch (ConfigReader.read(name, text)) {
                case ReadResult.Parsed(Node root) -> {
                    complained = false;
                    yield Optional.of(root);
                }
                case ReadResult.Malformed malformed -> {
                    if (!complained) {
                        complained = true;
                        env.log().warning(malformed + "; it counts as empty");
                    }
                    yield Optional.empty();
                }
            };
        }
    }
}
