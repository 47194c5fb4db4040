package org.espalier.app.kmem;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.SignalContext;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.espalier.sandbox.ChildSpec;
import org.espalier.sandbox.Listener;
import org.espalier.sandbox.Rewriting;
import org.espalier.sandbox.RootService;
import org.espalier.sandbox.Rule;
import org.espalier.sandbox.Sandbox;
import org.espalier.sandbox.SandboxEnv;
import org.espalier.sandbox.Trading;

/**
 * The host of all others. Lets the attacker take one step after the other, has the victim look after each, and compares its own quota,
 * out of which all of them are paid. One event is handled at a time, and only the one that is waited for. Confined to the initial
 * entrypoint.
 */
final class Referee implements Listener {
    private static final Set<String> FROM_PARENT =
            Set.of("ROM", "LOG", "PD", "CPU", "RM", "Timer", StageRpc.TYPE.name());

    /** The attribute that says how many calls the victim is to time after each attack; none where it is missing. */
    static final String PROBES = "probes";

    private final ChildSpec service;
    private final ChildSpec victimChild;
    private final ChildSpec accomplice;
    private final ChildSpec attackerChild;

    private final Env env;
    private final Sandbox sandbox;
    private final Settled settled;
    private final Queue<Event> events = new ArrayDeque<>();
    private final Capability<SignalContext> progress;
    private final Quotas atStart;

    /** What the quota was before there was an attacker. */
    private Quotas before = Quotas.NONE;

    /** What it was when the attacker had begun, and is to be for as long as it lives. */
    private Quotas during = Quotas.NONE;

    private Capability<SignalContext> victim = Capability.none();
    private Capability<SignalContext> attacker = Capability.none();
    private String attack = "";

    /** How many attacks there are, and how many there were. */
    private final int allAttacks;

    private int attacks;

    private Step step = Step.VICTIM_BEGINS;

    /** What is waited for. */
    private enum Step {
        /** The victim says that it is there. */
        VICTIM_BEGINS,
        /** It says how it is without an attacker. */
        BEFORE,
        /** The attacker says that it is there. */
        ATTACKER_BEGINS,
        /** It says how an attack ended. */
        ATTACK,
        /** The victim says how it is beside it. */
        BESIDE,
        /** It says how it is when the attacker has ended. */
        AFTER,
        /** It says how it is when the accomplice has ended, too. */
        ALONE
    }

    /** What a child said. */
    private record Event(String role, String outcome) {}

    private Referee(Env env, int probes) {
        this.env = env;
        this.service = child("service", 1 << 20, 100, probes).providing(Set.of(StoreRpc.TYPE.name()));
        this.victimChild = child(Victim.ROLE, 4 << 20, 400, probes);
        this.accomplice = child("accomplice", 1 << 20, 300, probes).providing(Set.of(AccompliceRpc.TYPE.name()));
        this.attackerChild = child(Attacker.ROLE, 4 << 20, 200, probes);
        this.allAttacks = Attack.all(probes > 0).size();
        this.sandbox = new Sandbox(SandboxEnv.of(env), this, Trading.NOTHING);
        sandbox.offer(new RootService<>(StageRpc.TYPE, env.ep(), 2, new Stages()));
        this.settled = new Settled(env);
        this.progress = env.ep().handler(count -> work()).orThrow("Creating the signal handler of events");
        this.atStart = settled.now();
    }

    /** @param probes as {@link #PROBES} says */
    static void start(Env env, int probes) {
        Referee referee = new Referee(env, probes);
        referee.host(referee.service, referee.victimChild);
    }

    private static ChildSpec child(String role, long ram, long caps, int probes) {
        return ChildSpec.of(role, Kmem.BINARY, new RamQuota(ram), new CapQuota(caps))
                .routed(List.of(
                        toChild(StoreRpc.TYPE.name(), "service"),
                        toChild(AccompliceRpc.TYPE.name(), "accomplice"),
                        Rule.TO_PARENT))
                .configured(Node.named("config")
                        .attribute("role", role)
                        .attribute(PROBES, Integer.toString(probes))
                        .build());
    }

    private static Rule toChild(String service, String child) {
        return Rule.all(Optional.of(service), new Rule.Target.ToChild(Position.GENERATED, child, Rewriting.NONE));
    }

    private void host(ChildSpec... children) {
        sandbox.apply(FROM_PARENT, Stream.of(children).toList());
    }

    private void work() {
        for (Event event = events.poll(); event != null; event = events.poll()) {
            if (event.role().equals(Victim.ROLE)
                    && !event.outcome().isEmpty()
                    && !event.outcome().equals(Victim.FINE)) {
                fail("the victim came to harm");
            }
            next(event.outcome());
        }
    }

    private void next(String outcome) {
        switch (step) {
            case VICTIM_BEGINS -> signal(victim, Step.BEFORE);
            case BEFORE -> {
                before = settled.now();
                step = Step.ATTACKER_BEGINS;
                host(service, victimChild, accomplice, attackerChild);
            }
            case ATTACKER_BEGINS -> {
                during = settled.now();
                signal(attacker, Step.ATTACK);
            }
            case ATTACK -> {
                attack = outcome;
                attacks++;
                signal(victim, Step.BESIDE);
            }
            case BESIDE -> settled.await(this::isUntouched, this::afterAttack);
            case AFTER -> {
                step = Step.ALONE;
                host(service, victimChild);
                signal(victim, Step.ALONE);
            }
            case ALONE ->
                settled.await(before::equals, () -> {
                    require("P5 attacker and accomplice are gone", before::equals, before);
                    host();
                    settled.await(atStart::equals, this::end);
                });
        }
    }

    private void signal(Capability<SignalContext> whom, Step expected) {
        step = expected;
        env.submit(whom);
    }

    private void afterAttack() {
        require(attack.substring(0, attack.indexOf(':')), this::isUntouched, during);
        if (attacks < allAttacks) {
            signal(attacker, Step.ATTACK);
        } else {
            host(service, victimChild, accomplice);
            signal(victim, Step.AFTER);
        }
    }

    private void end() {
        require("all are gone", atStart::equals, atStart);
        env.exit(0);
    }

    /** Whether the host has no less than before: a session of the attacker brings along what the host needs for it. */
    private boolean isUntouched(Quotas now) {
        return now.ramAvailable().equals(during.ramAvailable())
                && now.capsAvailable().equals(during.capsAvailable());
    }

    private void require(String when, Predicate<Quotas> wanted, Quotas expected) {
        Quotas now = settled.now();
        if (!wanted.test(now)) {
            fail(when + ": quota was " + expected + " and is " + now);
        }
        env.log().info(when + ": the quota of the host is what it was");
    }

    private void fail(String why) {
        env.log().error(why);
        env.exit(1);
    }

    @Override
    public void faulted(ChildSpec child, String description) {
        fail("child ‘" + child.name() + "’ faulted: " + description);
    }

    @Override
    public void notStarted(ChildSpec child, String reason) {
        fail("child ‘" + child.name() + "’ was not started: " + reason);
    }

    /** One session for each child that takes part. */
    private final class Stages implements Root<Stage> {
        @Override
        public Creation<Stage> create(SessionRequest request) {
            return new Creation.Created<>(new ChildStage(request.label().last()));
        }

        @Override
        public void closed(Stage session) {
            ((ChildStage) session).next.release();
        }
    }

    /** A child is in the middle of a call to this entrypoint when it tells something, and it may be the one that is to end. */
    private final class ChildStage implements Stage {
        private final String role;
        private Capability<SignalContext> next = Capability.none();

        ChildStage(String role) {
            this.role = role;
        }

        @Override
        public Result<Done> ready(Capability<SignalContext> context) {
            next.release();
            next = context;
            if (role.equals(Victim.ROLE)) {
                victim = context;
            } else {
                attacker = context;
            }
            return reached("");
        }

        @Override
        public Result<Done> reached(String outcome) {
            events.add(new Event(role, outcome));
            env.submit(progress);
            return Result.done();
        }
    }
}
