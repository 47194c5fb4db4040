package org.espalier.tests.random;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.espalier.core.Kernels;
import org.espalier.tests.random.Member.Thing;
import org.junit.jupiter.api.Test;

/**
 * Trees of up to 50 components under random operations. {@code -Despalier.operations=1000000} runs that many instead of the
 * few of the default, and a twentieth of them with processes; {@code -Despalier.seed=} repeats a run.
 */
final class RandomTreeTest {
    private static final int MOST = 50;
    private static final int OPERATIONS = Integer.getInteger("espalier.operations", 10_000);

    /** One with processes takes as much time as so many in one JVM. */
    private static final int DEARER = 20;

    private static final long PAGE = 4096;

    @Test
    void quotaIsConservedAndNothingIsReachableThatWasNotDelegatedAfterEveryOperation() {
        play("hw", OPERATIONS);
    }

    /** Calls go from process to process there, and what is released or dissolved must not be reached by them either. */
    @Test
    void theSameHoldsWhereEachComponentIsAProcess() {
        assumeThat(Kernels.named("linux").orElseThrow().obstacle().orElse("")).isEmpty();
        play("linux", OPERATIONS / DEARER);
    }

    private static void play(String kernel, int operations) {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        long begin = System.nanoTime();
        try (Theatre theatre = new Theatre(kernel)) {
            new Play(theatre, seed).run(operations);
            theatre.requireNothingLeft();
            System.out.println("seed " + seed + ": " + theatre.steps + " operations in "
                    + (System.nanoTime() - begin) / 1_000_000 + " ms");
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("Repeat it with -Despalier.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    /** Chooses operations. */
    private static final class Play {
        private final Theatre theatre;
        private final SplittableRandom random;
        private int lastId;

        Play(Theatre theatre, long seed) {
            this.theatre = theatre;
            this.random = new SplittableRandom(seed);
        }

        void run(int operations) {
            theatre.host(theatre.init, false);
            while (theatre.steps < operations) {
                act();
            }
        }

        private boolean chance(int of) {
            return random.nextInt(of) == 0;
        }

        private <T> T any(List<T> all) {
            return all.get(random.nextInt(all.size()));
        }

        private void act() {
            int count = theatre.members.size();
            if (count < MOST && chance(count < 12 ? 40 : 2000)) {
                start();
                return;
            }
            Member p = any(theatre.members);
            if (p.gone || p.exited) {
                if (chance(100) && mayEndChildren(p.host())) {
                    theatre.kill(p.host(), p.slot);
                }
                return;
            }
            int choice = random.nextInt(1000);
            if (choice < 1) {
                if (p != theatre.init && mayEndChildren(p.host()) && chance(4)) {
                    theatre.kill(p.host(), p.slot);
                }
            } else if (choice < 2) {
                if (p != theatre.init && chance(8)) {
                    theatre.exit(p);
                }
            } else if (choice < 3 && p != theatre.init && p.caps.free() > 1 && chance(4)) {
                theatre.scan(p);
            } else if (choice < 400) {
                useCapabilities(p, choice % 8);
            } else if (choice < 700) {
                useSessions(p, choice % 8);
            } else if (choice < 940) {
                serve(p, choice % 5);
            } else {
                trade(p, choice % 3);
            }
        }

        /**
         * Whether a host and all above it are at work: a host whose own parent has exited cannot end a child, which lives on until
         * an ancestor ends it.
         */
        private static boolean mayEndChildren(Member host) {
            return !host.exited && (host.isCore() || mayEndChildren(host.host()));
        }

        /** Whether a member and all above it are at work, so that its requests arrive. */
        private static boolean isReached(Member member) {
            return !member.exited && (member.isCore() || isReached(member.host()));
        }

        private void start() {
            List<Member> hosts = theatre.members.stream()
                    .filter(member ->
                            member.depth() < 5 && isReached(member) && (member.isTold || member.sessionSignals == 0))
                    .toList();
            Member host = any(hosts);
            int slot = random.nextInt(Member.SLOTS);
            if (host.children[slot] != null) {
                return;
            }
            long ram = (host.ram.free() / 6) & -PAGE;
            long caps = host.caps.free() / 6;
            if (ram < 12 * PAGE || caps < 120 || host.caps.free() < 200) {
                return;
            }
            if (!host.hosts) {
                theatre.host(host, random.nextBoolean());
            }
            if (chance(10)) {
                theatre.startInVain(host, slot);
            } else {
                Member child = theatre.start(
                        host, slot, Math.min(ram, 24L << 20) - PAGE * random.nextInt(4), Math.min(caps, 12_000));
                if (!chance(4)) {
                    theatre.announce(child);
                }
            }
        }

        /** Whether a member may fill a slot of its own: hosts keep some for their children. */
        private static boolean mayFill(Member p) {
            return !p.hosts || p.caps.free() > 24;
        }

        /** A host that ends an own object under the hands of its own sandbox has only itself to blame. */
        private static boolean isServedByItsOwnSandbox(Member p, Thing thing) {
            // What it has passed on for its children, also for those that have ended since.
            if (p.sessions.values().stream().anyMatch(upper -> upper.lower != null && upper.lower.thing == thing)) {
                return true;
            }
            for (Member child : p.children) {
                if (child != null
                        && (child.serving.values().stream().anyMatch(leg -> leg.thing == thing)
                                || child.sessions.values().stream().anyMatch(leg -> leg.thing == thing))) {
                    return true;
                }
            }
            return false;
        }

        private void useCapabilities(Member p, int choice) {
            List<Integer> numbers = new ArrayList<>(p.held.keySet());
            if (p == theatre.init) {
                numbers.remove(Integer.valueOf(1));
            }
            boolean many = numbers.size() > 25;
            if (numbers.isEmpty() || (choice == 0 && !many && mayFill(p))) {
                if (mayFill(p)) {
                    theatre.make(p);
                }
                return;
            }
            int number = any(numbers);
            Thing thing = Model.held(p, number);
            if (many || choice == 7) {
                if (thing.isMemory() || (thing.owner != p && chance(20))) {
                    theatre.free(p, number);
                } else if (thing.owner == p) {
                    if (!isServedByItsOwnSandbox(p, thing)) {
                        theatre.dissolve(p, number);
                    }
                } else {
                    theatre.release(p, number);
                }
                return;
            }
            switch (choice) {
                case 1 -> {
                    if (mayFill(p)) {
                        theatre.alloc(p, chance(10) ? p.ram.free() + 1 : 1 + random.nextLong(4 * PAGE));
                    }
                }
                case 2, 3 -> {
                    if (mayFill(thing.owner)) {
                        theatre.give(p, number, any(numbers));
                    }
                }
                case 4, 5 -> {
                    if (mayFill(p)) {
                        List<Integer> theirs = new ArrayList<>(thing.owner.held.keySet());
                        theatre.fetch(p, number, theirs.isEmpty() || chance(30) ? 1 << 20 : any(theirs));
                    }
                }
                default -> theatre.call(p, number);
            }
        }

        private int anyId(Member p) {
            List<Integer> ids =
                    p.sessions.keySet().stream().filter(id -> id > 0).toList();
            return ids.isEmpty() || chance(30) ? 1_000_000 + random.nextInt(10) : any(ids);
        }

        private void useSessions(Member p, int choice) {
            long ram = chance(20) ? p.ram.free() + random.nextInt(3) - 1 : PAGE * random.nextInt(3) + random.nextInt(9);
            long caps = chance(20) ? Math.max(0, p.caps.free() + random.nextInt(3) - 1) : random.nextInt(8);
            boolean costly = p.hosts && (caps > 8 || ram > 8 * PAGE);
            switch (choice) {
                case 0, 1 -> {
                    if (p.sessions.size() < 12 && !costly) {
                        int id = chance(50) ? anyId(p) : 2_000_000 + ++lastId;
                        theatre.open(
                                p,
                                id,
                                chance(6) ? "LOG" : "Token",
                                random.nextInt(Member.SLOTS),
                                chance(3),
                                Math.max(0, ram),
                                caps);
                    }
                }
                case 2 -> theatre.take(p, anyId(p));
                case 3 -> {
                    if (!costly) {
                        theatre.upgrade(p, anyId(p), Math.max(0, ram), caps);
                    }
                }
                case 4 -> theatre.close(p, anyId(p));
                case 5 -> {
                    if (chance(50) && (p.isTold || !p.hosts)) {
                        theatre.listen(p);
                    }
                }
                default -> theatre.state(p, anyId(p));
            }
        }

        private void serve(Member p, int choice) {
            if (!p.announced) {
                if (chance(10) && p != theatre.init) {
                    theatre.announce(p);
                }
                return;
            }
            if (choice < 2 || p.serving.isEmpty()) {
                if (chance(100)) {
                    theatre.announce(p);
                } else {
                    theatre.next(p);
                }
                return;
            }
            Leg leg = any(List.copyOf(p.serving.values()));
            int id = chance(40) ? random.nextInt(p.lastServed + 2) : leg.servedAs;
            theatre.answer(p, id, answer(leg), p.held.isEmpty() ? 0 : any(List.copyOf(p.held.keySet())));
        }

        private String answer(Leg leg) {
            if (chance(10)) {
                return any(List.of("Created", "Denied", "InsufficientRam", "InsufficientCaps", "Upgraded", "Closed"));
            }
            return switch (leg.phase) {
                case WAITING, REQUESTED, OPEN, ENDED ->
                    chance(6) ? any(List.of("Denied", "InsufficientRam", "InsufficientCaps")) : "Created";
                case UPGRADING -> "Upgraded";
                case CLOSING -> "Closed";
            };
        }

        private void trade(Member p, int choice) {
            long ram = PAGE * random.nextInt(5);
            long caps = random.nextInt(6);
            switch (choice) {
                case 0 -> {
                    if (p != theatre.init) {
                        theatre.request(p, ram, caps);
                    }
                }
                case 1 -> {
                    if (p.hosts) {
                        theatre.askBack(p, random.nextInt(Member.SLOTS), ram, caps);
                    }
                }
                default -> {
                    if (p != theatre.init) {
                        theatre.yielded(p);
                    }
                }
            }
        }
    }
}
