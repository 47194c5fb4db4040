package org.espalier.tests.random;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * One session from request to close, with a fault between any two of its steps. After the fault the steps go on, so each is
 * also taken in a world where it makes no sense any more; the model says what everybody is told and owns.
 */
final class SessionFaultTest {
    private static final int SESSION = 2_000_001;
    private static final long PAGE = 4096;

    /** A host with two children, and one child of the second. */
    private static final class Cast {
        final Theatre theatre;
        final Member host;
        final Member server;
        final Member middle;
        final Member client;

        Cast(Theatre theatre, boolean nested) {
            this.theatre = theatre;
            this.host = theatre.start(theatre.init, 0, 16 << 20, 4000);
            theatre.host(host, false);
            this.server = theatre.start(host, 0, 1 << 20, 300);
            this.middle = theatre.start(host, 1, 4 << 20, 1000);
            if (nested) {
                theatre.host(middle, true);
                this.client = theatre.start(middle, 1, 1 << 20, 300);
            } else {
                this.client = middle;
            }
            theatre.make(server);
        }

        boolean acts(Member member) {
            return Model.acts(member, () -> !member.host().exited && !member.host().gone);
        }

        void as(Member member, Consumer<Member> step) {
            if (acts(member)) {
                step.accept(member);
            }
        }

        void kill(Member member) {
            if (!member.gone && acts(member.host())) {
                theatre.kill(member.host(), member.slot);
            }
        }
    }

    private static final List<Consumer<Cast>> STEPS = List.of(
            cast -> cast.as(
                    cast.client,
                    client -> cast.theatre.open(client, SESSION, "Token", 0, cast.client != cast.middle, PAGE, 6)),
            cast -> cast.as(cast.client, cast.theatre::listen),
            cast -> cast.as(cast.server, cast.theatre::announce),
            cast -> cast.as(cast.server, cast.theatre::next),
            cast -> cast.as(cast.server, server -> cast.theatre.answer(server, 1, "Created", 1)),
            cast -> cast.as(cast.client, client -> cast.theatre.state(client, SESSION)),
            cast -> cast.as(cast.client, client -> cast.theatre.take(client, SESSION)),
            // Twice, which changes nothing.
            cast -> cast.as(cast.server, server -> cast.theatre.answer(server, 1, "Created", 1)),
            cast -> cast.as(cast.client, client -> cast.theatre.upgrade(client, SESSION, PAGE, 3)),
            cast -> cast.as(cast.server, cast.theatre::next),
            cast -> cast.as(cast.server, server -> cast.theatre.answer(server, 1, "Upgraded", 0)),
            cast -> cast.as(cast.client, client -> cast.theatre.state(client, SESSION)),
            cast -> cast.as(cast.client, client -> cast.theatre.close(client, SESSION)),
            cast -> cast.as(cast.server, cast.theatre::next),
            cast -> cast.as(cast.server, server -> cast.theatre.answer(server, 1, "Closed", 0)),
            cast -> cast.as(cast.server, server -> cast.theatre.answer(server, 1, "Closed", 0)),
            cast -> cast.as(cast.client, client -> cast.theatre.state(client, SESSION)));

    private static final List<Consumer<Cast>> FAULTS = List.of(
            cast -> cast.kill(cast.client),
            cast -> cast.kill(cast.server),
            cast -> cast.kill(cast.middle),
            cast -> cast.kill(cast.host),
            cast -> cast.as(cast.client, cast.theatre::exit),
            cast -> cast.as(cast.server, cast.theatre::exit),
            cast -> cast.as(cast.middle, cast.theatre::exit),
            cast -> cast.as(cast.client, client -> cast.theatre.close(client, SESSION)),
            cast -> cast.as(cast.client, client -> cast.theatre.upgrade(client, SESSION, PAGE, 2)),
            cast -> cast.as(cast.server, server -> cast.theatre.dissolve(server, server.held.firstKey())),
            cast -> cast.as(cast.server, server -> cast.theatre.answer(server, 1, "Denied", 0)),
            cast -> cast.as(cast.server, server -> cast.theatre.answer(server, 1, "InsufficientRam", 0)),
            cast -> cast.as(cast.server, server -> cast.theatre.answer(server, 1, "Closed", 0)),
            cast -> cast.as(cast.server, server -> exhaust(cast, server)),
            cast -> cast.as(cast.client, client -> exhaust(cast, client)));

    /** Spends all RAM, so that no donation can be given back, and all capabilities. */
    private static void exhaust(Cast cast, Member member) {
        cast.theatre.alloc(member, member.ram.free() & -PAGE);
        while (member.caps.free() > 0) {
            cast.theatre.make(member);
        }
    }

    private static void play(Theatre theatre, boolean nested, int at, int fault) {
        Cast cast = new Cast(theatre, nested);
        for (int step = 0; step < STEPS.size(); step++) {
            if (step == at) {
                FAULTS.get(fault).accept(cast);
            }
            if (!(fault == 9 && cast.server.held.isEmpty() && (step == 4 || step == 6))) {
                STEPS.get(step).accept(cast);
            }
        }
        theatre.requireNothingLeft();
    }

    private static void playAll(boolean nested) {
        try (Theatre theatre = new Theatre()) {
            theatre.host(theatre.init, false);
            for (int at = 0; at <= STEPS.size(); at++) {
                for (int fault = 0; fault < FAULTS.size(); fault++) {
                    try {
                        play(theatre, nested, at, fault);
                    } catch (AssertionError e) {
                        throw new AssertionError("Fault " + fault + " before step " + at + ": " + e.getMessage(), e);
                    }
                }
            }
        }
    }

    @Test
    void aFaultBetweenAnyTwoStepsOfASessionLosesNothing() {
        playAll(false);
    }

    @Test
    void aFaultBetweenAnyTwoStepsOfASessionThatTwoParentsPassedOnLosesNothing() {
        playAll(true);
    }
}
