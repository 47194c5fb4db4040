package org.espalier.os.test_init;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.config.ConfigWriter;
import org.espalier.config.Node;
import org.espalier.config.Schema;

/** One step of a test. Immutable. */
sealed interface Step {
    /** Without {@code ms}. */
    Duration DEFAULT_SLEEP = Duration.ofMillis(250);

    /** What may stand in a list of steps. */
    Schema SCHEMA = Schema.of(Step.class.getResourceAsStream(Schema.RESOURCE));

    /** Shows a headline. */
    record Message(String text) implements Step {}

    /** Does nothing. */
    record Nop() implements Step {}

    /** Lets time pass. */
    record Sleep(Duration duration) implements Step {}

    /** Hands a configuration to init, as text. */
    record InitConfig(String text) implements Step {}

    /** Waits for a line of the log: {@code [label] text}. */
    record ExpectLog(String line) implements Step {}

    /** Waits for a state report for which all of these hold. */
    record ExpectState(List<Condition> conditions) implements Step {}

    /** As it is called in a list of steps. */
    default String kind() {
        return switch (this) {
            case Message step -> "message";
            case Nop step -> "nop";
            case Sleep step -> "sleep";
            case InitConfig step -> "init_config";
            case ExpectLog step -> "expect_log";
            case ExpectState step -> "expect_init_state";
        };
    }

    /** The steps in {@code text}; empty, and says why, if there is any mistake in it: a test that left out a step would prove little. */
    static Optional<List<Step>> readAll(String text, Consumer<String> notices) {
        List<String> mistakes = new ArrayList<>();
        Optional<List<Step>> steps = SCHEMA.read(text, mistakes::add)
                // What is left of a list would only be told of for what was left out of it.
                .filter(root -> mistakes.isEmpty())
                .map(root -> {
                    if (root.children().isEmpty()) {
                        mistakes.add(root.position() + ": <" + root.name() + "> has no steps");
                    }
                    return root.children().stream()
                            .map(node -> read(node, mistakes::add))
                            .toList();
                });
        mistakes.forEach(notices);
        return steps.filter(all -> mistakes.isEmpty());
    }

    private static Step read(Node node, Consumer<String> notices) {
        return switch (node.name()) {
            case "message" -> new Message(node.string("string", ""));
            case "nop" -> new Nop();
            case "sleep" -> new Sleep(node.milliseconds("ms").or(DEFAULT_SLEEP));
            case "init_config" -> new InitConfig(ConfigWriter.writeInPlace(config(node)));
            case "expect_log" -> new ExpectLog(node.string("string", ""));
            // What Genode shows in another colour follows what it does not; there are no colours here.
            case "expect_warning" -> new ExpectLog(node.string("string", "") + node.string("colored", ""));
            case "expect_init_state" -> new ExpectState(Condition.read(node, notices));
            default -> throw new IllegalStateException("The schema has a step that is not known: " + node + ".");
        };
    }

    /** Where the step is, so that init names its mistakes by their place in the list of steps. */
    private static Node config(Node step) {
        Node.Builder config = Node.named("config").at(step.position());
        step.attribute("version").ifPresent(config::attribute);
        return config.text(step.text()).children(step.children()).build();
    }
}
