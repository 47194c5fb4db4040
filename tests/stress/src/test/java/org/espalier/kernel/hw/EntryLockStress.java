package org.espalier.kernel.hw;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** What two threads at an {@link EntryLock} may see of each other. */
public final class EntryLockStress {
    private EntryLockStress() {}

    /** One thread is inside at a time, and whoever comes later sees what was done inside. */
    @JCStressTest
    @Outcome(id = "0, 1, 2", expect = Expect.ACCEPTABLE, desc = "The second came after the first.")
    @Outcome(id = "1, 0, 2", expect = Expect.ACCEPTABLE, desc = "The first came after the second.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Both were inside.")
    @State
    public static class Exclusion {
        private final EntryLock lock = new EntryLock();
        private int count;

        private int increment() {
            try {
                if (!lock.acquire()) {
                    return -1;
                }
            } catch (InterruptedException e) {
                return -2;
            }
            int before = count;
            count = before + 1;
            lock.release();
            return before;
        }

        /** The one. */
        @Actor
        public void first(III_Result result) {
            result.r1 = increment();
        }

        /** The other. */
        @Actor
        public void second(III_Result result) {
            result.r2 = increment();
        }

        /** What both have done. */
        @Arbiter
        public void sum(III_Result result) {
            result.r3 = count;
        }
    }

    /** Whoever closes the lock knows whether somebody is inside. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "Closed first; nobody gets in.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Closed while somebody tried, who left at once.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Somebody was inside, and is seen.")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "Somebody is inside, and whoever closed does not know.")
    @State
    public static class CloseWhileEntering {
        private final EntryLock lock = new EntryLock();

        /** Goes in and stays. */
        @Actor
        public void enter(II_Result result) {
            result.r1 = lock.tryAcquire() ? 1 : 0;
        }

        /** Closes and looks. */
        @Actor
        public void close(II_Result result) {
            lock.close();
            result.r2 = lock.isTaken() ? 1 : 0;
        }
    }

    /** A thread that waits when the lock is closed, or comes then, is let go; whoever got in has it alone. */
    @JCStressTest
    @Outcome(
            id = {"1, 1, 0", "0, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "Closed before the one or the other came.")
    @Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "Closed before the other came, or while it waited.")
    @Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "Closed before both came.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Somebody is left inside, or waits.")
    @State
    public static class CloseWhileWaiting {
        private final EntryLock lock = new EntryLock();

        private int visit() {
            try {
                if (!lock.acquire()) {
                    return 0;
                }
            } catch (InterruptedException e) {
                return -2;
            }
            lock.release();
            return 1;
        }

        /** Goes in and out, and closes. */
        @Actor
        public void visitAndClose(III_Result result) {
            result.r1 = visit();
            lock.close();
        }

        /** Goes in and out, if there is still time. */
        @Actor
        public void visit(III_Result result) {
            result.r2 = visit();
        }

        /** Nobody is left. */
        @Arbiter
        public void left(III_Result result) {
            result.r3 = lock.isTaken() ? 1 : 0;
        }
    }
}
