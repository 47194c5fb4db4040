package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.espalier.base.Message;
import org.espalier.kernel.linux.OpenSlot.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever a client writes into its slot, it reaches nothing but what the kernel's board says, keeps no other client from being served, and
 * learns of the end of its server.
 */
final class SlotTest {
    private static final long OBJECT = 700;
    private static final long CONTEXT = 800;
    private static final int TOKEN = 5;
    private static final int CONTEXT_TOKEN = 6;
    private static final int SERIAL = 41;
    private static final int CONTEXT_SERIAL = 42;
    private static final int ROUNDS = 2000;

    private final Arena arena = Arena.ofShared();
    private final List<MemoryFile> pages = new ArrayList<>();
    private final Map<Integer, Integer> generations = new ConcurrentHashMap<>();
    private final List<Long> requested = new CopyOnWriteArrayList<>();
    private final Map<Long, Long> signalled = new ConcurrentHashMap<>();
    private final Semaphore packets = new Semaphore(0);
    private volatile long heardBefore;
    private Board board = new Board();
    private Thread server = new Thread();

    SlotTest() throws HostException {}

    @BeforeAll
    static void onThisHost() {
        Hosts.assumeConfinement();
        org.assertj.core.api.Assumptions.assumeThat(Futex.canAwaitSeveral())
                .as("a host that waits for several words")
                .isTrue();
    }

    /** A message of nobody. */
    private static final class Plain extends Message {
        Plain() {
            super(new ProcessKernel(new ThreadPort(new PacketChannel(new Descriptor(0)))));
        }
    }

    @BeforeEach
    void aServerLooksAtTwoSlots() throws HostException {
        for (int slot = 0; slot < 2; slot++) {
            addSlot();
            use(slot, slot + 1);
            board.grant(slot, TOKEN, OBJECT + slot, SlotLayout.OBJECT, SERIAL);
            board.grant(slot, CONTEXT_TOKEN, CONTEXT + slot, SlotLayout.CONTEXT, CONTEXT_SERIAL);
        }
        MappedFile seen;
        try (Descriptor reader = board.reader()) {
            seen = new MappedFile(reader, 0, SlotLayout.BOARD_BYTES, false);
        }
        server = Thread.ofPlatform().start(() -> new SlotServer(this::page, seen).run(new Plain(), new Noted()));
    }

    private void addSlot() throws HostException {
        pages.add(MemoryFile.create("slot", SlotLayout.SLOT_BYTES));
    }

    private void use(int slot, int generation) {
        generations.put(slot, generation);
        board.setGeneration(slot, generation);
    }

    private ThreadPort.Brought page(int index) {
        try {
            return new ThreadPort.Brought(
                    1,
                    generations.getOrDefault(index, 0),
                    0,
                    0,
                    pages.get(index).copy());
        } catch (HostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers each request with its id, and notes what came. */
    private final class Noted implements SlotServer.Upcalls {
        @Override
        public boolean packet() {
            heardBefore = signalled.getOrDefault(CONTEXT + 1, 0L);
            packets.release();
            return true;
        }

        @Override
        public void request(int slot, long id, Message message) {
            requested.add(id);
            int bytes = message.length();
            message.begin(0);
            message.putLong(id);
            message.putInt(bytes);
        }

        @Override
        public void signal(long id, int count) {
            signalled.merge(id, (long) count, Long::sum);
        }

        @Override
        public void left() {}
    }

    @AfterEach
    void theServerEndsWithItsBoard() throws InterruptedException {
        board.close();
        server.join();
        pages.forEach(MemoryFile::close);
        arena.close();
    }

    private MemorySegment raw(int slot) throws HostException {
        return pages.get(slot).map(arena);
    }

    private OpenSlot open(int slot) throws HostException {
        try (Descriptor page = pages.get(slot).copy()) {
            return new OpenSlot(new MappedFile(page, 0, SlotLayout.SLOT_BYTES, true));
        }
    }

    private static Outcome call(OpenSlot slot, int token, int serial) {
        return slot.call(new Plain().begin(1), token, serial);
    }

    @Test
    void aRequestReachesWhatTheBoardNamesForItsSlot() throws HostException {
        for (int slot = 0; slot < 2; slot++) {
            OpenSlot client = open(slot);
            Message message = new Plain();
            message.begin(3);
            message.putLong(1);
            assertThat(client.call(message, TOKEN, SERIAL)).isEqualTo(Outcome.ANSWERED);
            assertThat(message.getLong()).isEqualTo(OBJECT + slot);
            assertThat(message.getInt()).isEqualTo(8);
        }
        assertThat(requested).containsExactly(OBJECT, OBJECT + 1);
    }

    @Test
    void aTokenThatWasMadeUpReachesNothing() throws HostException {
        OpenSlot client = open(0);
        for (int token : new int[] {-1, 0, CONTEXT_TOKEN, SlotLayout.MOST_TOKENS, 1 << 20, Integer.MIN_VALUE}) {
            for (int serial : new int[] {0, SERIAL, CONTEXT_SERIAL}) {
                assertThat(call(client, token, serial)).isEqualTo(Outcome.UNKNOWN);
            }
        }
        assertThat(call(client, TOKEN, SERIAL + 1)).isEqualTo(Outcome.UNKNOWN);
        assertThat(call(client, TOKEN, 0)).isEqualTo(Outcome.UNKNOWN);
        assertThat(requested).isEmpty();
        assertThat(call(client, TOKEN, SERIAL)).isEqualTo(Outcome.ANSWERED);
    }

    @Test
    void aLengthThatIsNoneReachesNothing() throws HostException, InterruptedException {
        MemorySegment page = raw(0);
        int request = 0;
        for (int length : new int[] {-1, Message.MAX_BYTES + 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            post(page, ++request, TOKEN, SERIAL, length);
            awaitReply(page, request);
            assertThat(page.get(ValueLayout.JAVA_INT, SlotLayout.REPLY_HEAD)).isEqualTo(SlotLayout.UNKNOWN);
        }
        assertThat(requested).isEmpty();
    }

    /** A server that is late could mean the sleep before, and the client that sleeps for the next reply would not be woken. */
    @Test
    void theServerNeverTakesBackThatItsClientSleeps() throws HostException {
        MemorySegment page = raw(0);
        for (int request = 1; request <= ROUNDS; request++) {
            post(page, request, TOKEN, SERIAL, 8);
            awaitReply(page, request);
            // The server is done with one request when it has answered the next.
            assertThat(Futex.get(page, SlotLayout.CLIENT_SLEEPS)).isOne();
        }
    }

    private static void post(MemorySegment page, int request, int token, int serial, int length) {
        page.set(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD, token);
        page.set(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD + 4, serial);
        page.set(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD + 12, length);
        Futex.set(page, SlotLayout.REQUEST, request);
        Futex.add(page, SlotLayout.BELL, 1);
        Futex.wake(page, SlotLayout.BELL);
    }

    private static void awaitReply(MemorySegment page, int request) {
        int reply;
        Futex.set(page, SlotLayout.CLIENT_SLEEPS, 1);
        while ((reply = Futex.get(page, SlotLayout.REPLY)) != request) {
            Futex.set(page, SlotLayout.CLIENT_SLEEPS, 1);
            Futex.await(page, SlotLayout.REPLY, reply);
        }
    }

    @Test
    void whatChangesWhileItIsReadReachesNothingElse() throws HostException, InterruptedException {
        MemorySegment page = raw(0);
        AtomicBoolean over = new AtomicBoolean();
        Thread changer = Thread.ofPlatform().start(() -> {
            Random random = new Random(1);
            while (!over.get()) {
                page.set(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD, random.nextInt(-1, 9));
                page.set(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD + 4, random.nextBoolean() ? SERIAL : 7);
                page.set(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD + 12, random.nextInt(-9, 2000));
                page.set(ValueLayout.JAVA_INT, SlotLayout.SERVER_SLEEPS, 0);
            }
        });
        for (int request = 1; request <= ROUNDS; request++) {
            post(page, request, TOKEN, SERIAL, 8);
            awaitReply(page, request);
        }
        over.set(true);
        changer.join();
        assertThat(requested).isNotEmpty().containsOnly(OBJECT);
        assertThat(call(open(1), TOKEN, SERIAL)).isEqualTo(Outcome.ANSWERED);
    }

    @Test
    void whatIsRevokedReachesNothingAndNotWhatComesAfterIt() throws HostException {
        OpenSlot client = open(0);
        board.revoke(0, TOKEN);
        assertThat(call(client, TOKEN, SERIAL)).isEqualTo(Outcome.UNKNOWN);
        board.grant(0, TOKEN, 701, SlotLayout.OBJECT, SERIAL + 9);
        assertThat(call(client, TOKEN, SERIAL)).isEqualTo(Outcome.UNKNOWN);
        assertThat(requested).isEmpty();
        assertThat(call(client, TOKEN, SERIAL + 9)).isEqualTo(Outcome.ANSWERED);
        assertThat(requested).containsExactly(701L);
    }

    @Test
    void aPageThatWasAnotherClientsIsNotLookedAtAnyMore() throws HostException {
        OpenSlot before = open(0);
        assertThat(call(before, TOKEN, SERIAL)).isEqualTo(Outcome.ANSWERED);
        MemorySegment old = raw(0);
        use(0, 0);
        MemoryFile last = pages.set(0, MemoryFile.create("slot", SlotLayout.SLOT_BYTES));
        use(0, 9);
        assertThat(call(open(0), TOKEN, SERIAL)).isEqualTo(Outcome.ANSWERED);
        post(old, 77, TOKEN, SERIAL, 0);
        assertThat(call(open(1), TOKEN, SERIAL)).isEqualTo(Outcome.ANSWERED);
        assertThat(Futex.get(old, SlotLayout.REPLY)).isNotEqualTo(77);
        last.close();
    }

    @Test
    void signalsAreDeliveredAsOftenAsTheyWereSubmitted() throws HostException {
        OpenSlot client = open(0);
        Random random = new Random(2);
        long submitted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int count = random.nextInt(1, 5);
            assertThat(client.submit(CONTEXT_TOKEN, CONTEXT_SERIAL, count)).isTrue();
            submitted += count;
        }
        // Those of an object, and of a context that is none any more, are nobody's.
        assertThat(client.submit(TOKEN, SERIAL, 1)).isTrue();
        assertThat(client.submit(CONTEXT_TOKEN + 1, CONTEXT_SERIAL, 1)).isTrue();
        // Served after what was submitted before it.
        assertThat(call(client, TOKEN, SERIAL)).isEqualTo(Outcome.ANSWERED);
        assertThat(new TreeMap<>(signalled)).isEqualTo(Map.of(CONTEXT, submitted));
    }

    @Test
    void whatWasSubmittedBeforeThePostedPacketIsHeardBeforeIt() throws HostException, InterruptedException {
        OpenSlot client = open(1);
        for (long submitted = 1; submitted <= ROUNDS; submitted++) {
            assertThat(client.submit(CONTEXT_TOKEN, CONTEXT_SERIAL, 1)).isTrue();
            board.posted();
            packets.acquire();
            assertThat(heardBefore).isEqualTo(submitted);
        }
    }

    @Test
    void aClientThatKeepsTheServerBusyDoesNotKeepAnotherWaiting() throws HostException, InterruptedException {
        MemorySegment page = raw(0);
        AtomicBoolean over = new AtomicBoolean();
        Thread scribbler = Thread.ofPlatform().start(() -> {
            Random random = new Random(3);
            while (!over.get()) {
                // Without the words of its token: what it may call is called with the rest at random.
                long at = 4L * random.nextInt(0, SlotLayout.SLOT_BYTES / 4);
                page.set(ValueLayout.JAVA_INT, at, random.nextInt());
            }
        });
        OpenSlot honest = open(1);
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(call(honest, TOKEN, SERIAL)).isEqualTo(Outcome.ANSWERED);
        }
        over.set(true);
        scribbler.join();
        assertThat(requested).filteredOn(id -> id == OBJECT + 1).hasSize(ROUNDS);
        assertThat(requested).filteredOn(id -> id != OBJECT && id != OBJECT + 1).isEmpty();
    }

    @Test
    void aClientWhoseServerNeverRepliesIsToldWhenTheKernelClosesTheSlot() throws HostException, InterruptedException {
        addSlot();
        OpenSlot client = open(2);
        List<Outcome> outcomes = new CopyOnWriteArrayList<>();
        Thread caller = Thread.ofPlatform().start(() -> outcomes.add(call(client, TOKEN, SERIAL)));
        MemorySegment page = raw(2);
        while (Futex.get(page, SlotLayout.CLIENT_SLEEPS) == 0) {
            Thread.onSpinWait();
        }
        Slot.tellClosed(page);
        caller.join();
        assertThat(outcomes).containsExactly(Outcome.CLOSED);
        assertThat(client.submit(CONTEXT_TOKEN, CONTEXT_SERIAL, 1)).isFalse();
    }

    @Test
    void nobodyWritesTheBoardButTheKernel() throws HostException {
        try (Descriptor reader = board.reader()) {
            assertThat(Host.call(SystemCall.MMAP, 0, SlotLayout.BOARD_BYTES, 3, 1, reader.hold(), 0))
                    .isEqualTo(-13);
            reader.release();
        }
    }
}
