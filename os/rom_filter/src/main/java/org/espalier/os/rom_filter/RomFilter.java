package org.espalier.os.rom_filter;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.espalier.base.AttachedRom;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.RomRpc;
import org.espalier.config.Node;
import org.espalier.config.XmlWriter;
import org.espalier.rom.RomContent;
import org.espalier.rom.RomModule;
import org.espalier.rom.RomService;

/**
 * The component: offers ROM. Every session reads the same output, whatever its label; the output is made anew when an input or the
 * configuration changes.
 */
public final class RomFilter implements Component {
    @Override
    public void construct(Env env) {
        AttachedRom config = env.rom("config");
        Output output = new Output(env);
        config.onUpdate(env.ep(), count -> {
                    config.update();
                    output.apply(config.text());
                })
                .orThrow("Watching the configuration");
        env.announce(RomRpc.TYPE, new RomService(env, label -> new RomService.Lookup.Found(output.module, () -> {})))
                .orThrow("Announcing the ROM service");
        output.apply(config.text());
    }

    /** The output. Confined to the entrypoint. */
    private static final class Output {
        private final Env env;
        private final Inputs inputs;
        private final RomModule module = new RomModule();
        private Filter filter = Filter.NOTHING;

        Output(Env env) {
            this.env = env;
            this.inputs = new Inputs(env, this::evaluate);
        }

        void apply(String text) {
            Filter.read(text, this::warn).ifPresent(read -> {
                filter = read;
                inputs.read(filter.inputs().values().stream().map(Input::rom).collect(Collectors.toSet()));
                evaluate();
            });
        }

        private void evaluate() {
            new Evaluation(filter, inputs::content, this::warn).output().ifPresentOrElse(this::replace, module::remove);
        }

        private void replace(Node output) {
            module.replace(RomContent.of(XmlWriter.write(output).getBytes(StandardCharsets.UTF_8)));
        }

        private void warn(String text) {
            env.log().warning(text);
        }
    }
}
