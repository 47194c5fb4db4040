package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assumptions;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.espalier.kernel.linux.OpenSlot.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A thread that waits for a context hears of each signal once, by whichever way it comes, and of nothing that was not granted. */
final class SlotReceiverTest {
    private static final int HONEST = 0;
    private static final int HOSTILE = 1;
    private static final int TOKEN = 7;
    private static final int SERIAL = 43;
    private static final int ROUNDS = 2000;

    private final Arena arena = Arena.ofShared();
    private final List<MemoryFile> pages = new ArrayList<>();
    private final Board board = new Board();
    private SlotReceiver receiver = new SlotReceiver(new SlotServer(this::page, seen()));

    SlotReceiverTest() throws HostException {}

    @BeforeAll
    static void onThisHost() {
        Hosts.assumeConfinement();
        Assumptions.assumeThat(Futex.canAwaitSeveral())
                .as("a host that waits for several words")
                .isTrue();
    }

    /** A message of nobody. */
    private static final class Plain extends Message {
        Plain() {
            super(new ProcessKernel(new ThreadPort(new PacketChannel(new Descriptor(0)))));
        }
    }

    private MappedFile seen() throws HostException {
        try (Descriptor reader = board.reader()) {
            return new MappedFile(reader, 0, SlotLayout.BOARD_BYTES, false);
        }
    }

    @BeforeEach
    void twoClientsHaveSlotsAndOneAGrant() throws HostException {
        for (int slot = 0; slot < 2; slot++) {
            pages.add(MemoryFile.create("slot", SlotLayout.SLOT_BYTES));
            board.setGeneration(slot, slot + 1);
        }
        board.grant(HONEST, TOKEN, 0, SlotLayout.CONTEXT, SERIAL);
    }

    private ThreadPort.Brought page(int index) {
        try {
            return new ThreadPort.Brought(1, index + 1, 0, 0, pages.get(index).copy());
        } catch (HostException e) {
            throw new IllegalStateException(e);
        }
    }

    private OpenSlot open(int slot) throws HostException {
        try (Descriptor page = pages.get(slot).copy()) {
            return new OpenSlot(new MappedFile(page, 0, SlotLayout.SLOT_BYTES, true));
        }
    }

    private MemorySegment raw(int slot) throws HostException {
        return pages.get(slot).map(arena);
    }

    @AfterEach
    void nothingIsLeft() {
        board.close();
        receiver.close();
        pages.forEach(MemoryFile::close);
        arena.close();
    }

    /** Waits until so many signals have come; how many did. */
    private int await(int atLeast) {
        int sum = 0;
        while (sum < atLeast) {
            int count = receiver.await(new Plain());
            assertThat(count).isPositive();
            sum += count;
        }
        return sum;
    }

    @Test
    void signalsComeFromSlotsAndFromTheKernel() throws HostException {
        try (OpenSlot client = open(HONEST)) {
            assertThat(client.submit(TOKEN, SERIAL, 3)).isTrue();
            assertThat(await(3)).isEqualTo(3);
            board.submitted(5);
            assertThat(await(5)).isEqualTo(5);
            board.submitted(Integer.MAX_VALUE);
            board.submitted(Integer.MAX_VALUE);
            assertThat(receiver.await(new Plain()))
                    .as("more than a number holds")
                    .isEqualTo(Integer.MAX_VALUE);
        }
    }

    @Test
    void noSignalIsLostAndNoneHeardTwice() throws Exception {
        Random random = new Random(20261129);
        try (OpenSlot client = open(HONEST)) {
            Thread byKernel = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    board.submitted(1);
                }
            });
            CompletableFuture<Integer> heard = new CompletableFuture<>();
            Thread waiting = Thread.ofPlatform().start(() -> heard.complete(await(3 * ROUNDS)));
            for (int i = 0; i < ROUNDS; i++) {
                assertThat(client.submit(TOKEN, SERIAL, 2)).isTrue();
                for (int pause = random.nextInt(8) == 0 ? random.nextInt(2000) : 0; pause > 0; pause--) {
                    Thread.onSpinWait();
                }
            }
            byKernel.join();
            waiting.join();
            assertThat(heard.get()).isEqualTo(3 * ROUNDS);
        }
    }

    @Test
    void whoHasNoGrantIsNotHeardWhateverItWritesAndWhenever() throws Exception {
        long seed = 20261130;
        MemorySegment hostile = raw(HOSTILE);
        AtomicBoolean ends = new AtomicBoolean();
        Thread scribbler = Thread.ofPlatform().start(() -> {
            Random random = new Random(seed);
            while (!ends.get()) {
                int at = random.nextInt(SlotLayout.SLOT_BYTES / Integer.BYTES) * Integer.BYTES;
                hostile.set(ValueLayout.JAVA_INT, at, random.nextInt(4) == 0 ? SERIAL : random.nextInt());
                if (random.nextInt(64) == 0) {
                    Futex.wake(hostile, SlotLayout.BELL);
                    // Now and then it sets the word back on which the other side waits for it.
                    Futex.set(hostile, SlotLayout.SERVER_SLEEPS, 0);
                }
            }
        });
        try (OpenSlot client = open(HONEST)) {
            for (int i = 1; i <= ROUNDS; i++) {
                assertThat(client.submit(TOKEN, SERIAL, 1)).isTrue();
                assertThat(await(1)).as("seed %s, round %s", seed, i).isOne();
            }
        } finally {
            ends.set(true);
            scribbler.join();
        }
    }

    @Test
    void aContextAnswersNoCalls() throws Exception {
        try (OpenSlot client = open(HONEST)) {
            CompletableFuture<Integer> heard = new CompletableFuture<>();
            Thread waiting = Thread.ofPlatform().start(() -> heard.complete(receiver.await(new Plain())));
            Message message = new Plain();
            message.begin(1);
            assertThat(client.call(message, TOKEN, SERIAL)).isEqualTo(Outcome.UNKNOWN);
            assertThat(heard).isNotDone();
            board.submitted(1);
            waiting.join();
            assertThat(heard.get()).isOne();
        }
    }

    @Test
    void whoWaitsLearnsOfTheEndAndSoDoesWhoComesLater() throws Exception {
        List<CompletableFuture<Integer>> heard = new ArrayList<>();
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Integer> one = new CompletableFuture<>();
            heard.add(one);
            waiting.add(Thread.ofPlatform().start(() -> one.complete(receiver.await(new Plain()))));
        }
        board.close();
        receiver.close();
        for (Thread thread : waiting) {
            thread.join();
        }
        assertThat(heard).allSatisfy(one -> assertThat(one.get()).isEqualTo(-Failure.GONE.status()));
        assertThat(receiver.await(new Plain())).isEqualTo(-Failure.GONE.status());
    }
}
