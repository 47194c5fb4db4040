package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;

/** Configurations of tests, written as lines, so that a position is easy to count. */
final class Configs {
    private Configs() {}

    static Node parse(String... lines) {
        return switch (ConfigReader.read("init.config", String.join("\n", lines))) {
            case ReadResult.Parsed(Node root) -> root;
            case ReadResult.Malformed malformed -> throw new AssertionError("cannot be read: " + malformed);
        };
    }

    /** What the configuration says, which must be without a mistake. */
    static InitConfig read(String... lines) {
        InitConfig config = InitConfig.of(parse(lines));
        assertThat(notices(config)).isEmpty();
        return config;
    }

    /** The only child of the configuration, which must be without a mistake. */
    static ChildSpec child(String... lines) {
        List<ChildSpec> children = read(lines).children();
        assertThat(children).hasSize(1);
        return children.getFirst();
    }

    static List<String> notices(String... lines) {
        return notices(InitConfig.of(parse(lines)));
    }

    static List<String> notices(InitConfig config) {
        return config.notices().stream().map(InitConfig.Notice::toString).toList();
    }

    static List<String> names(InitConfig config) {
        return config.children().stream().map(ChildSpec::name).toList();
    }
}
