package org.espalier.app.kmem;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Entrypoint;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.SignalReceiver;

/** What can be done without end to have memory of the kernel used up. Each is done until it is refused. */
enum Attack {
    /** Nothing but computing, which takes time of a processor as all others do, and is no attack. */
    COMPUTING("P0 computing") {
        @Override
        Result<Done> step(Hoard hoard) {
            long number = hoard.hashCode() | 1;
            for (int i = 0; i < TURNS; i++) {
                number = number * 6364136223846793005L + 1442695040888963407L;
            }
            // The number is looked at so that nobody leaves the computing out.
            return number == 0 ? Result.done() : Result.failed(Failure.DENIED);
        }

        @Override
        boolean isDocumented(Failure failure) {
            return true;
        }
    },
    /** Threads, each waiting for a signal that comes when all is given up. */
    THREADS("P1 threads") {
        @Override
        Result<Done> step(Hoard hoard) {
            return hoard.env().signalReceiver().then(receiver -> started(hoard, receiver));
        }

        private Result<Done> started(Hoard hoard, SignalReceiver receiver) {
            Result<Done> started = hoard.env().startThread("flood", () -> {
                receiver.await();
                receiver.close();
            });
            if (started.isOk()) {
                return hoard.add(() -> hoard.env().submit(receiver.context()));
            }
            receiver.close();
            return started;
        }
    },
    /** Entrypoints: a thread each, and what requests and signals arrive at. */
    ENTRYPOINTS("P1 entrypoints") {
        @Override
        Result<Done> step(Hoard hoard) {
            return hoard.env().entrypoint("flood").then(entrypoint -> hoard.add(entrypoint::destroy));
        }
    },
    /** RPC objects. */
    OBJECTS("P1 RPC objects") {
        @Override
        Result<Done> step(Hoard hoard) {
            Entrypoint ep = hoard.env().ep();
            return ep.manage(TokenRpc.TYPE, Result::done).then(token -> hoard.add(() -> ep.dissolve(token)));
        }
    },
    /** Signal contexts. */
    CONTEXTS("P1 signal contexts") {
        @Override
        Result<Done> step(Hoard hoard) {
            Entrypoint ep = hoard.env().ep();
            return ep.handler(count -> {}).then(context -> hoard.add(() -> ep.dissolve(context)));
        }
    },
    /** Dataspaces of one page. */
    PAGES("P1 pages") {
        @Override
        Result<Done> step(Hoard hoard) {
            return hoard.memory(RamQuota.PAGE).then(memory -> Result.done());
        }
    },
    /** Memory in large pieces, then in smaller ones, until not a page is left. */
    MEMORY("P1 memory") {
        @Override
        Result<Done> step(Hoard hoard) {
            Result<Capability<Dataspace>> memory = Result.failed(Failure.OUT_OF_RAM);
            for (long size = 512 << 10; size >= RamQuota.PAGE && !memory.isOk(); size /= 2) {
                memory = hoard.memory(size);
            }
            return memory.then(allocated -> Result.done());
        }
    },
    /** A page shown every 2 MiB of a managed dataspace of 64 GiB, and touched there: as many entries and page tables as can be. */
    SPARSE("P2 sparse touch") {
        @Override
        Result<Done> step(Hoard hoard) {
            return hoard.sparse().then(Sparse::touchNext);
        }

        @Override
        boolean isDocumented(Failure failure) {
            // A kernel without managed dataspaces denies the session.
            return failure == Failure.DENIED || super.isDocumented(failure);
        }
    },
    /** Capabilities that come with replies, and are kept. */
    HOARD("P3 hoarding") {
        @Override
        Result<Done> step(Hoard hoard) {
            return hoard.accomplice().token().then(token -> hoard.add(token::release));
        }
    },
    /** A capability that goes to the accomplice and comes back as another, which goes there next: all are kept. */
    PING_PONG("P4 there and back") {
        @Override
        Result<Done> step(Hoard hoard) {
            return hoard.latest().then(hoard.accomplice()::back).then(hoard::keepLatest);
        }
    },
    /** One capability that is given to the accomplice again and again, who keeps all of them. */
    DELEGATION("P4 delegation") {
        @Override
        Result<Done> step(Hoard hoard) {
            return hoard.page().then(page -> hoard.accomplice().keep(page));
        }

        @Override
        boolean isDocumented(Failure failure) {
            return failure == Failure.SERVER_OUT_OF_CAPS;
        }
    };

    private static final int TURNS = 10_000;

    private static final Set<Failure> AT_THE_QUOTA = Set.of(Failure.OUT_OF_CAPS, Failure.OUT_OF_RAM);

    private final String phase;

    Attack(String phase) {
        this.phase = phase;
    }

    /**
     * All attacks in order. Where they are measured, what they are compared with comes before them, for the victim to warm up, and
     * after them.
     */
    static List<Attack> all(boolean areMeasured) {
        List<Attack> all = new ArrayList<>(List.of(values()));
        if (areMeasured) {
            all.add(COMPUTING);
        } else {
            all.remove(COMPUTING);
        }
        return all;
    }

    /** Once more. */
    abstract Result<Done> step(Hoard hoard);

    /** Whether the documentation says that it can end like this. */
    boolean isDocumented(Failure failure) {
        return AT_THE_QUOTA.contains(failure);
    }

    /** The phase of the scenario, for people. */
    @Override
    public String toString() {
        return phase;
    }
}
