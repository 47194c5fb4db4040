package org.espalier.os.rom_logger;

import org.espalier.base.AttachedRom;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.Rom;
import org.espalier.config.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The component. {@code <config rom=".." format="text|hexdump"/>} names the module; another configuration may name another one, or
 * show the same in another way.
 */
public final class RomLogger implements Component {
    private static final Schema SCHEMA = Schema.of(RomLogger.class.getResourceAsStream(Schema.RESOURCE));

    @Override
    public void construct(Env env) {
        AttachedRom config = env.rom("config");
        Shown shown = new Shown(env);
        config.onUpdate(env.ep(), count -> {
                    config.update();
                    apply(env, config, shown);
                })
                .orThrow("Watching the configuration");
        apply(env, config, shown);
    }

    private static void apply(Env env, AttachedRom config, Shown shown) {
        SCHEMA.read(config.text(), notice -> env.log().warning(notice))
                .ifPresent(root -> root.attribute("rom")
                        .ifPresent(rom -> shown.show(rom.value(), Format.named(root.string("format", "text")))));
    }

    /** What is shown at present. Confined to the entrypoint. */
    private static final class Shown {
        private final Env env;
        private String name = "";
        private Format format = Format.TEXT;
        private @Nullable AttachedRom rom;

        Shown(Env env) {
            this.env = env;
        }

        void show(String newName, Format newFormat) {
            format = newFormat;
            if (rom == null || !name.equals(newName)) {
                open(newName);
            }
            if (rom != null) {
                look(rom);
            }
        }

        private void open(String newName) {
            if (rom != null) {
                rom.close();
                rom = null;
            }
            name = newName;
            switch (env.connectRom(name)) {
                case Connect.Connected<Rom>(Connection<Rom> connection) -> {
                    AttachedRom opened = env.attach(connection);
                    opened.onUpdate(env.ep(), count -> look(opened)).orThrow("Watching the ROM module " + name);
                    rom = opened;
                }
                case Connect.Denied<Rom>(String reason) -> env.log().warning("ROM '" + name + "' is denied: " + reason);
                case Connect<Rom> other -> env.log().warning("ROM '" + name + "' cannot be opened: " + other);
            }
        }

        private void look(AttachedRom current) {
            if (!current.update()) {
                env.log().info("ROM '" + name + "' is invalid");
                return;
            }
            env.log().info("ROM '" + name + "':");
            format.show(current.view(), line -> env.log().info(line));
        }
    }
}
