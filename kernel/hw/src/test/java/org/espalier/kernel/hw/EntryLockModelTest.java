package org.espalier.kernel.hw;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Any interleaving of threads that enter, leave and close yields what some order of them one after the other would. */
public class EntryLockModelTest {
    private final EntryLock lock = new EntryLock();
    private int counter;

    /** Counts inside the lock; -1 when it is closed. */
    @Operation
    @SuppressWarnings("ThreadPriorityCheck") // Nothing relies on it; it only makes mistakes likelier to show.
    public int count() throws InterruptedException {
        if (!lock.acquire()) {
            return -1;
        }
        int before = counter;
        Thread.yield(); // Whoever gets in beside this one is to have the time to do harm.
        counter = before + 1;
        lock.release();
        return before;
    }

    /** Lets nobody in any more. */
    @Operation
    public void close() {
        lock.close();
    }

    @Test
    void countingAndClosingAreLinearizable() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .iterations(20)
                .invocationsPerIteration(500)
                .check(EntryLockModelTest.class);
    }
}
