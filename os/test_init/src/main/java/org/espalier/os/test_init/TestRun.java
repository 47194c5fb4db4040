package org.espalier.os.test_init;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.espalier.base.AttachedRom;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Label;
import org.espalier.base.RamQuota;
import org.espalier.base.Reporter;
import org.espalier.base.Result;
import org.espalier.base.SignalContext;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.timeout.Wakeups;

/**
 * The steps on their way. One that waits goes on at a line of the log, a report of the state, or when time is over; a state that is
 * not as expected is told of, and waited for. Confined to the entrypoint.
 */
final class TestRun {
    private static final int PASSED = 0;
    private static final int FAILED = 1;
    private static final Node NO_STATE = Node.named("empty").build();

    private final Env env;
    private final List<Step> steps;
    private final Reporter config;
    private final AttachedRom stateRom;
    private final Wakeups wakeups;
    private final Capability<SignalContext> progress;
    private Node state = NO_STATE;
    private int current;
    /** The present step has begun. */
    private boolean begun;

    private Optional<String> expectedLine = Optional.empty();

    TestRun(Env env, List<Step> steps) {
        this.env = env;
        this.steps = steps;
        this.config = Reporter.open(env, "init.config", largestConfig(steps));
        this.stateRom = env.rom("state");
        this.wakeups = new Wakeups(env);
        this.progress = env.ep().handler(count -> goOn()).orThrow("Creating the signal handler of steps");
        stateRom.onUpdate(env.ep(), count -> {
                    stateRom.update();
                    look();
                })
                .orThrow("Watching the state");
        look();
    }

    private static RamQuota largestConfig(List<Step> steps) {
        return new RamQuota(steps.stream()
                .mapToLong(step -> step instanceof Step.InitConfig(String text) ? bytes(text).length : 0)
                .reduce(RamQuota.PAGE, Math::max));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Does what can be done now. */
    void goOn() {
        while (isDone()) {
            next();
        }
    }

    private void next() {
        current++;
        begun = false;
    }

    /** Begins the present step if it has not begun; whether it is done. */
    private boolean isDone() {
        if (current == steps.size()) {
            env.exit(PASSED);
        }
        Step step = steps.get(current);
        boolean first = !begun;
        if (first) {
            env.log().info("step " + current + " (" + step.kind() + ")");
            begun = true;
        }
        return switch (step) {
            case Step.Message(String text) -> {
                env.log().info("--- " + text + " ---");
                yield true;
            }
            case Step.Nop nop -> true;
            case Step.Sleep sleep -> {
                if (first) {
                    sleep(sleep);
                }
                yield false;
            }
            case Step.InitConfig(String text) -> report(text);
            case Step.ExpectLog(String line) -> {
                expectedLine = Optional.of(line);
                yield false;
            }
            case Step.ExpectState(List<Condition> conditions) -> isMet(conditions);
        };
    }

    private void sleep(Step.Sleep sleep) {
        if (wakeups.once(this::awake, sleep.duration()) instanceof Wakeups.Outcome.Impossible(String reason)) {
            env.log().error("sleep: " + reason);
            env.exit(FAILED);
        }
    }

    private void awake() {
        next();
        goOn();
    }

    private boolean report(String text) {
        if (config.report(bytes(text)) instanceof Result.Failed<Done>(Failure failure)) {
            env.log().error("the configuration cannot be handed to init: " + failure);
            env.exit(FAILED);
        }
        return true;
    }

    private boolean isMet(List<Condition> conditions) {
        Optional<Condition.Finding> finding = Condition.unmet(conditions, state);
        finding.ifPresent(unmet -> env.log().warning("init state does not match: " + unmet));
        return finding.isEmpty();
    }

    private void look() {
        String text = stateRom.text();
        state = text.isBlank() ? NO_STATE : parsed(text);
        if (current < steps.size() && steps.get(current) instanceof Step.ExpectState && begun) {
            goOn();
        }
    }

    private Node parsed(String text) {
        return switch (ConfigReader.read("state", text)) {
            case ReadResult.Parsed(Node root) -> root;
            case ReadResult.Malformed malformed -> {
                env.log().error(malformed.toString());
                yield NO_STATE;
            }
        };
    }

    /** Takes a line that the init under test has logged, or somebody below it. */
    void logged(Label label, String text) {
        String line = "[" + label + "] " + text;
        boolean expected = expectedLine.filter(line::equals).isPresent();
        env.log().info(line + (expected ? " (expected)" : " (ignored)"));
        if (expected) {
            expectedLine = Optional.empty();
            next();
            foresee();
            // The rest is not to be done during a call of the client's.
            env.submit(progress);
        }
    }

    /** The next line may be the next that is expected: what is between them is done at once if it is nothing but words. */
    private void foresee() {
        while (current < steps.size()) {
            switch (steps.get(current)) {
                case Step.Message message -> {
                    isDone();
                    next();
                }
                case Step.Nop nop -> {
                    isDone();
                    next();
                }
                case Step.ExpectLog expect -> {
                    isDone();
                    return;
                }
                case Step.Sleep sleep -> {
                    return;
                }
                case Step.InitConfig config -> {
                    return;
                }
                case Step.ExpectState expect -> {
                    return;
                }
            }
        }
    }
}
