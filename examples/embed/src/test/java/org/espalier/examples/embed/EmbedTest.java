package org.espalier.examples.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.espalier.base.Label;
import org.espalier.core.RomSource;
import org.espalier.core.SystemState;
import org.espalier.examples.plugin.Callback;
import org.espalier.examples.plugin.CallbackRpc;
import org.junit.jupiter.api.Test;

class EmbedTest {
    private static final long SECONDS = 60;
    private static final Label UPPER = new Label("init -> upper");
    private static final Label COUNT = new Label("init -> count");

    private static final RomSource COMPONENTS = Main.folder(Path.of(System.getProperty("espalier.dist"), "components"));

    private static PluginHost host() {
        return new PluginHost(COMPONENTS, line -> {});
    }

    private static Happening next(PluginHost host) throws InterruptedException {
        return host.next(SECONDS).orElseThrow();
    }

    private static List<Label> labels(PluginHost host) {
        return host.components().stream().map(SystemState.Domain::label).toList();
    }

    @Test
    void pluginsComeAndGoWhileTheProgramRuns() throws InterruptedException {
        try (PluginHost host = host()) {
            host.put("upper", "");
            assertThat(next(host)).isEqualTo(new Happening.Offered(UPPER, "upper"));
            host.put("count", "espalier");
            assertThat(next(host)).isEqualTo(new Happening.Line(COUNT, "ESPALIER, and 8 letters in all"));
            assertThat(labels(host)).contains(UPPER, COUNT);

            host.remove("upper");
            assertThat(next(host)).isEqualTo(new Happening.Left(UPPER));
            host.put("count", "tree");
            assertThat(next(host)).isEqualTo(new Happening.Line(COUNT, without("tree", 12)));
            assertThat(labels(host)).contains(COUNT).doesNotContain(UPPER);
            assertThat(host.sum()).isEqualTo(12);
        }
    }

    @Test
    void aPluginThatComesBackIsServedAnew() throws InterruptedException {
        try (PluginHost host = host()) {
            for (int i = 0; i < 3; i++) {
                host.put("upper", "");
                assertThat(next(host)).isEqualTo(new Happening.Offered(UPPER, "upper"));
                host.remove("upper");
                assertThat(next(host)).isEqualTo(new Happening.Left(UPPER));
            }
        }
    }

    @Test
    void twoSystemsInOneProgramShareNothing() throws InterruptedException {
        try (PluginHost other = host()) {
            try (PluginHost one = host()) {
                one.put("upper", "");
                assertThat(next(one)).isEqualTo(new Happening.Offered(UPPER, "upper"));
                one.put("count", "branch");
                other.put("count", "leaf");
                assertThat(next(one)).isEqualTo(new Happening.Line(COUNT, "BRANCH, and 6 letters in all"));
                assertThat(next(other)).isEqualTo(new Happening.Line(COUNT, without("leaf", 4)));
            }
            other.put("count", "leaves");
            assertThat(next(other)).isEqualTo(new Happening.Line(COUNT, without("leaves", 10)));
        }
    }

    private static String without(String word, int sum) {
        return word + " (nobody here writes capitals), and " + sum + " letters in all";
    }

    @Test
    void aPluginIsCalledFromInsideTheSystemOnly() throws InterruptedException {
        try (PluginHost host = host()) {
            host.put("upper", "");
            assertThat(next(host)).isEqualTo(new Happening.Offered(UPPER, "upper"));
            Callback upper = CallbackRpc.TYPE.stub(host.function("upper"));
            assertThatThrownBy(() -> upper.call("text")).isInstanceOf(IllegalStateException.class);
        }
    }
}
