package org.espalier.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.espalier.config.Node;
import org.junit.jupiter.api.Test;

/** What a manifest says, and which mistakes in it are told. */
final class ManifestTest {
    private static List<String> mistakes(String text) {
        return switch (Manifest.read("m", text.getBytes(StandardCharsets.UTF_8))) {
            case Manifest.Reading.Read read -> List.of();
            case Manifest.Reading.Unreadable(List<String> mistakes) -> mistakes;
        };
    }

    private static Declared declared(String manifest, Optional<Node> config) {
        if (Manifest.read("m", manifest.getBytes(StandardCharsets.UTF_8))
                instanceof Manifest.Reading.Read(Manifest read)) {
            return read.of(config);
        }
        throw new AssertionError(mistakes(manifest).toString());
    }

    private static List<String> labels(String need, String config) {
        return declared(
                        "<manifest> <requires> " + need + " </requires> </manifest>",
                        Optional.of(Systems.parse("config", config)))
                .needs()
                .stream()
                .map(found -> found.service()
                        + found.label().map(label -> " " + label).orElse(" ?"))
                .toList();
    }

    @Test
    void labelsAreFixedOrReadFromTheConfiguration() {
        assertThat(labels("<service name=\"ROM\" label=\"config\"/>", "<config/>"))
                .containsExactly("ROM config");
        assertThat(labels("<service name=\"ROM\" labels=\"unknown\"/>", "<config/>"))
                .containsExactly("ROM ?");
        assertThat(labels("<service name=\"ROM\" attribute=\"rom\"/>", "<config rom=\"a\"/>"))
                .containsExactly("ROM a");
        assertThat(labels("<service name=\"ROM\" attribute=\"rom\"/>", "<config/>"))
                .isEmpty();
        assertThat(
                        labels(
                                "<service name=\"ROM\" from=\"in/rom\" attribute=\"rom\" or=\"name\"/>",
                                "<config> <in> <rom rom=\"a\" name=\"b\"/> <rom name=\"c\"/> <rom/> </in> <rom rom=\"d\"/> </config>"))
                .containsExactly("ROM a", "ROM c");
        assertThat(labels(
                        "<service name=\"ROM\" from=\"rom\" attribute=\"name\" default=\"\"/>",
                        "<config> <rom/> </config>"))
                .containsExactly("ROM ");
    }

    @Test
    void partsMayDependOnTheConfiguration() {
        String manifest = "<manifest> <when node=\"sleep\"> <requires> <service name=\"Timer\"/> </requires> </when>"
                + " <unless attribute=\"role\" value=\"b\"> <provides> <service name=\"A\"/> </provides> </unless>"
                + " </manifest>";
        Declared one = declared(manifest, Optional.of(Systems.parse("config", "<config> <sleep/> </config>")));
        assertThat(one.needs())
                .singleElement()
                .satisfies(need -> assertThat(need.service()).isEqualTo("Timer"));
        assertThat(one.provision("A")).isPresent();
        Declared other = declared(manifest, Optional.of(Systems.parse("config", "<config role=\"b\"/>")));
        assertThat(other.needs()).isEmpty();
        assertThat(other.provision("A")).isEmpty();
        assertThat(other.isCertain()).isTrue();
        assertThat(declared(manifest, Optional.empty()).isCertain()).isFalse();
    }

    @Test
    void mistakesAreToldWithTheirPlace() {
        assertThat(mistakes("<manifest/>")).isEmpty();
        assertThat(mistakes("<config/>")).containsExactly("m:1:1: the top node is <config> and not <manifest>");
        assertThat(mistakes("<manifest> <require/> </manifest>"))
                .containsExactly("m:1:12: unknown node <require>; did you mean <requires>?");
        assertThat(mistakes("<manifest> <requires> <service/> </requires> </manifest>"))
                .containsExactly("m:1:23: <service> has no name");
        assertThat(mistakes("<manifest> <when> </when> </manifest>"))
                .containsExactly("m:1:12: <when> has neither ‘node’ nor ‘attribute’");
        assertThat(mistakes("<manifest> <provides> <service name=\"A\" admits=\"x\"/> </provides> </manifest>"))
                .containsExactly("m:1:23: ‘admits’ can be anybody, policy or names and not ‘x’");
        assertThat(mistakes("")).hasSize(1);
    }
}
