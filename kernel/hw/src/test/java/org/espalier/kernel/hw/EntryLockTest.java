package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One at a time, in the order in which they came to wait, and nobody once it is closed. */
final class EntryLockTest {
    private static CompletableFuture<Boolean> waiter(EntryLock lock, Runnable inside) {
        AtomicReference<Thread> thread = new AtomicReference<>();
        CompletableFuture<Boolean> result = Machine.async(() -> {
            thread.set(Thread.currentThread());
            boolean entered = lock.acquire();
            if (entered) {
                inside.run();
                lock.release();
            }
            return entered;
        });
        Machine.await("a thread waits", () -> {
            Thread started = thread.get();
            return result.isDone() || (started != null && started.getState() == Thread.State.WAITING);
        });
        return result;
    }

    @Test
    void oneIsInsideAtATime() throws Throwable {
        EntryLock lock = new EntryLock();
        int[] plain = {0};
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<CompletableFuture<Integer>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Machine.async(() -> {
                for (int round = 0; round < 50_000; round++) {
                    if (lock.tryAcquire() || lock.acquire()) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        plain[0]++;
                        inside.decrementAndGet();
                        lock.release();
                    }
                }
                return 0;
            }));
        }
        for (CompletableFuture<Integer> thread : threads) {
            Machine.get(thread);
        }
        assertThat(plain[0]).isEqualTo(200_000);
        assertThat(most).hasValue(1);
        assertThat(lock.isTaken()).isFalse();
    }

    @Test
    void whoCameFirstEntersFirst() throws Throwable {
        EntryLock lock = new EntryLock();
        assertThat(lock.acquire()).isTrue();
        Queue<Integer> order = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            waiting.add(waiter(lock, () -> order.add(number)));
        }
        assertThat(lock.tryAcquire()).isFalse();
        lock.release();
        for (CompletableFuture<Boolean> one : waiting) {
            assertThat(Machine.get(one)).isTrue();
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void whoWaitsIsOvertakenByNoMoreThanTheLockAllows() throws Throwable {
        for (int round = 0; round < 200; round++) {
            EntryLock lock = new EntryLock();
            assertThat(lock.acquire()).isTrue();
            AtomicBoolean isIn = new AtomicBoolean();
            CompletableFuture<Boolean> waiting = waiter(lock, () -> isIn.set(true));
            lock.release();
            int overtaken = 0;
            while (lock.tryAcquire()) {
                if (isIn.get()) {
                    lock.release();
                    break;
                }
                overtaken++;
                lock.release();
            }
            assertThat(overtaken).isLessThanOrEqualTo(EntryLock.OVERTAKEN);
            assertThat(Machine.get(waiting)).isTrue();
        }
    }

    @Test
    void closingSendsAllWhoWaitAwayWhileTheHolderStaysInside() throws Throwable {
        EntryLock lock = new EntryLock();
        assertThat(lock.acquire()).isTrue();
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waiting.add(waiter(lock, () -> {}));
        }

        lock.close();

        for (CompletableFuture<Boolean> one : waiting) {
            assertThat(Machine.get(one)).isFalse();
        }
        assertThat(lock.isTaken()).isTrue();
        assertThat(Machine.get(Machine.async(lock::acquire))).isFalse();
        assertThat(Machine.get(Machine.async(lock::tryAcquire))).isFalse();
        lock.release();
        assertThat(lock.isTaken()).isFalse();
        assertThat(lock.tryAcquire()).isFalse();
    }

    @Test
    void anInterruptTakesOneOutOfTheQueueAndNobodyElse() throws Throwable {
        EntryLock lock = new EntryLock();
        assertThat(lock.acquire()).isTrue();
        AtomicReference<Thread> victim = new AtomicReference<>();
        CompletableFuture<Boolean> interrupted = Machine.async(() -> {
            victim.set(Thread.currentThread());
            return lock.acquire();
        });
        Machine.await(
                "the victim waits", () -> victim.get() != null && victim.get().getState() == Thread.State.WAITING);
        CompletableFuture<Boolean> behind = waiter(lock, () -> {});

        victim.get().interrupt();

        assertThat(interrupted)
                .failsWithin(java.time.Duration.ofSeconds(30))
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(InterruptedException.class);
        lock.release();
        assertThat(Machine.get(behind)).isTrue();
    }

    /** Threads come and go while the lock is closed at a random moment: all leave, and nobody is inside with another. */
    @Test
    void closingAtAnyMomentLeavesNobodyWaiting() throws Throwable {
        for (int round = 0; round < 500; round++) {
            EntryLock lock = new EntryLock();
            AtomicInteger inside = new AtomicInteger();
            List<CompletableFuture<Integer>> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                threads.add(Machine.async(() -> {
                    int entered = 0;
                    while (lock.acquire()) {
                        assertThat(inside.incrementAndGet()).isEqualTo(1);
                        inside.decrementAndGet();
                        lock.release();
                        entered++;
                    }
                    return entered;
                }));
            }
            for (int spin = 0; spin < 4 * round; spin++) {
                Thread.onSpinWait();
            }
            lock.close();
            for (CompletableFuture<Integer> thread : threads) {
                Machine.get(thread);
            }
            assertThat(lock.isTaken()).isFalse();
        }
    }
}
