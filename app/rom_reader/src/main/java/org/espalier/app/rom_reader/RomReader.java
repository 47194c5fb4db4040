package org.espalier.app.rom_reader;

import java.util.ArrayDeque;
import java.util.List;
import org.espalier.base.AttachedRom;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.Reporter;
import org.espalier.base.Rom;
import org.espalier.base.RomRpc;
import org.espalier.base.SessionOptions;
import org.espalier.config.Node;
import org.espalier.config.Schema;

/**
 * Does each {@code <rom name=".."/>} of its configuration: opens the ROM module and logs its content now and at every change.
 * Turns to the next when the one before it had content, or was denied. When it is through, it says so in the report that the attribute {@code report} names, if there is one.
 */
public final class RomReader implements Component {
    private static final Schema SCHEMA = Schema.of(RomReader.class.getResourceAsStream(Schema.RESOURCE));

    @Override
    public void construct(Env env) {
        try (AttachedRom config = env.rom("config")) {
            SCHEMA.read(config.text(), env.log()::warning)
                    .ifPresent(root -> new Reading(env, root.children("rom"), root.string("report", "")).next());
        }
    }

    /** The modules that are still to be opened. Confined to the entrypoint. */
    private static final class Reading {
        private static final RamQuota REPORT = new RamQuota(RamQuota.PAGE);

        private final Env env;
        private final ArrayDeque<Node> nodes;
        private final String report;

        Reading(Env env, List<Node> nodes, String report) {
            this.env = env;
            this.nodes = new ArrayDeque<>(nodes);
            this.report = report;
        }

        void next() {
            Node node = nodes.poll();
            if (node != null) {
                open(node.string("name", ""));
            } else if (!report.isEmpty()) {
                try (Reporter reporter = Reporter.open(env, report, REPORT)) {
                    reporter.report("yes").orThrow("Reporting that all was read");
                }
            }
        }

        private void open(String name) {
            switch (env.connect(RomRpc.TYPE, SessionOptions.DEFAULT.label(name))) {
                case Connect.Connected<Rom>(Connection<Rom> connection) -> {
                    Module module = new Module(name, env.attach(connection));
                    module.rom.onUpdate(env.ep(), count -> module.look()).orThrow("Watching the ROM module " + name);
                    module.look();
                }
                case Connect.Denied<Rom>(String reason) -> refused(name, reason);
                case Connect<Rom> other -> refused(name, other.toString());
            }
        }

        private void refused(String name, String reason) {
            env.log().info(name + ": " + reason);
            next();
        }

        private final class Module {
            private final String name;
            private final AttachedRom rom;
            private boolean isFirst = true;

            Module(String name, AttachedRom rom) {
                this.name = name;
                this.rom = rom;
            }

            void look() {
                if (rom.update()) {
                    rom.text().lines().forEach(line -> env.log().info(name + ": " + line));
                    if (isFirst) {
                        isFirst = false;
                        next();
                    }
                }
            }
        }
    }
}
