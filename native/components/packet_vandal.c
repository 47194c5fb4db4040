/*
 * Writes nonsense into streams by hand: counters, offsets, lengths, and in the end the whole memory.
 */
#include "packet_source.h"

enum { SUBMITTED = 0, QUEUES = 256 };

/* A queue's first entry, and the counter that goes with it. */
struct damage {
    const char *label;
    int32_t offset, length;
    int32_t counter;
};

static void ignore(void *object, uint32_t count) {
    (void)object;
    (void)count;
}

static void write_word(struct espalier_region memory, uint32_t at, int32_t value) {
    __atomic_store_n((int32_t *)(void *)(memory.start + at), value, __ATOMIC_SEQ_CST);
}

/* A stream to be damaged. Its session stays open: the server is to live with streams that are broken. */
static struct PacketStream_Stream open_victim(const char *label, struct espalier_region *memory) {
    struct espalier_session session;
    struct PacketStream_Stream stream;
    connect_stream(&session, label);
    open_stream(&session, ignore, &stream, memory);
    return stream;
}

static void damage(const struct damage *what) {
    struct espalier_region memory;
    struct PacketStream_Stream stream = open_victim(what->label, &memory);
    if (what->counter == 1) {
        write_word(memory, QUEUES, what->offset);
        write_word(memory, QUEUES + 4, what->length);
    }
    write_word(memory, SUBMITTED, what->counter);
    espalier_submit(stream.server);
}

static void scribble(void) {
    struct espalier_region memory;
    struct PacketStream_Stream stream = open_victim("everything", &memory);
    for (uint32_t at = 0; at < memory.bytes; at += 4) {
        write_word(memory, at, -1);
    }
    espalier_submit(stream.server);
}

void vandalize(void) {
    struct espalier_session interval;
    espalier_connect_or_fault(&interval, ESPALIER_SERVICE(Interval), NULL);
    /* The numbers are those of the server of the example: 64 entries, and a buffer of 64 KiB. */
    static const struct damage damages[] = {
        {"counter ahead", 0, 0, 65},
        {"counter back", 0, 0, -1},
        {"offset negative", -64, 64, 1},
        {"offset too large", 1 << 16, 64, 1},
        {"offset odd", 1, 64, 1},
        {"length 0", 0, 0, 1},
        {"length negative", 0, -1, 1},
        {"length too large", 64, 1 << 16, 1},
    };
    uint32_t count = sizeof damages / sizeof damages[0];
    for (uint32_t i = 0; i < count; i++) {
        damage(&damages[i]);
    }
    scribble();
    ESPALIER_TEXT(text, 64);
    espalier_add(&text, "I have damaged ");
    espalier_add_unsigned(&text, count + 1);
    espalier_add(&text, " streams");
    espalier_info(espalier_text_bytes(&text));
    espalier_close(&interval);
}
