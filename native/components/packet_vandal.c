/*
 * Writes nonsense into streams by hand: counters, offsets, lengths, and in the end the whole memory.
 */
#include "packet_source.h"

enum { SUBMITTED = 0, QUEUES = 256 };

/* A queue's first entry, and the counter that goes with it; or all of the memory. */
struct damage {
    const char *label;
    int32_t offset, length;
    int32_t counter;
    bool everything;
};

/* The numbers are those of the server of the example: 64 entries, and a buffer of 64 KiB. */
static const struct damage damages[] = {
    {.label = "counter ahead", .counter = 65},
    {.label = "counter back", .counter = -1},
    {.label = "offset negative", .offset = -64, .length = 64, .counter = 1},
    {.label = "offset too large", .offset = 1 << 16, .length = 64, .counter = 1},
    {.label = "offset odd", .offset = 1, .length = 64, .counter = 1},
    {.label = "length 0", .counter = 1},
    {.label = "length negative", .length = -1, .counter = 1},
    {.label = "length too large", .offset = 64, .length = 1 << 16, .counter = 1},
    {.label = "everything", .everything = true},
};

enum { STREAMS = sizeof damages / sizeof damages[0] };

static struct espalier_session interval;
static uintptr_t damaged;

static void write_word(struct espalier_region memory, uint32_t at, int32_t value) {
    __atomic_store_n((int32_t *)(void *)(memory.start + at), value, __ATOMIC_SEQ_CST);
}

static void write_damage(const struct damage *what, struct espalier_region memory) {
    if (what->everything) {
        for (uint32_t at = 0; at < memory.bytes; at += 4) {
            write_word(memory, at, -1);
        }
        return;
    }
    if (what->counter == 1) {
        write_word(memory, QUEUES, what->offset);
        write_word(memory, QUEUES + 4, what->length);
    }
    write_word(memory, SUBMITTED, what->counter);
}

static void go_on(void);

/* The server has looked at the stream of that number. */
static void woken(void *number, uint32_t count) {
    (void)count;
    if ((uintptr_t)number == damaged) {
        go_on();
    }
}

/* Damages one stream more, or ends. Sessions stay open: the server is to live with streams that are broken. */
static void go_on(void) {
    if (damaged < STREAMS) {
        struct espalier_session session;
        struct PacketStream_Stream stream;
        struct espalier_region memory;
        const struct damage *what = &damages[damaged++];
        connect_stream(&session, what->label);
        open_stream(&session, woken, (void *)damaged, &stream, &memory);
        write_damage(what, memory);
        espalier_submit(stream.server);
        return;
    }
    ESPALIER_TEXT(text, 64);
    espalier_add(&text, "I have damaged ");
    espalier_add_unsigned(&text, damaged);
    espalier_add(&text, " streams");
    espalier_info(espalier_text_bytes(&text));
    espalier_close(&interval);
}

void vandalize(void) {
    espalier_connect_or_fault(&interval, ESPALIER_SERVICE(Interval), NULL);
    go_on();
}
