/*
 * Packet streams: bulk data between two components through memory that both see, with signals to wake whoever sleeps. The same layout
 * and the same rules as those of the Java library base/packet: what one side wrote it never reads back, and what the other side wrote
 * is read once and checked before it is used.
 *
 * A stream belongs to one thread. Nothing here waits or allocates.
 */
#ifndef ESPALIER_PACKET_H
#define ESPALIER_PACKET_H

#include <espalier/espalier.h>

enum {
    ESPALIER_PACKET_MAX_ENTRIES = 1 << 16,
    ESPALIER_PACKET_MAX_BULK = 1 << 30,
    ESPALIER_PACKET_ALIGNMENT = 64, /* packets begin at multiples of it */
};

/* The shape of a stream, agreed on by RPC and never read from the memory. */
struct espalier_packet_layout {
    uint32_t entries;    /* packets that may be under way; a power of two */
    uint32_t bulk_bytes; /* of the buffer; whole pages */
};

/* Whether these numbers, which somebody else may have sent, make a layout. */
bool espalier_packet_layout_valid(int32_t entries, int32_t bulk_bytes);

/* What the memory of a stream takes. */
uint64_t espalier_packet_layout_bytes(struct espalier_packet_layout layout);

/* What became of a step of a stream. */
enum espalier_progress {
    ESPALIER_DONE,
    ESPALIER_WAIT,   /* it did not take place, and may after the other side has done something: arm, then wait for the signal */
    ESPALIER_BROKEN, /* it never will: the other side broke the rules, as the breach says */
};

enum espalier_breach_kind {
    ESPALIER_NO_BREACH,
    ESPALIER_BREACH_COUNTER,       /* its counter says `found` after `taken`, and at most `most` more could be there */
    ESPALIER_BREACH_OUTSIDE,       /* it submitted what is no packet of the buffer */
    ESPALIER_BREACH_NOT_UNDER_WAY, /* it acknowledged what is not under way */
};

/* How the other side broke the rules, in the numbers that it wrote. */
struct espalier_breach {
    enum espalier_breach_kind kind;
    uint32_t taken, found, most;
    uint32_t offset, length;
};

/* What a breach says, in words. */
void espalier_add_breach(struct espalier_text *text, const struct espalier_breach *breach, uint32_t bulk_bytes);

/* A packet: a place in the bulk buffer. The other side may write to it at any moment, so what matters is read once. */
struct espalier_packet {
    uint8_t *data;
    uint32_t offset;
    uint32_t length;
};

/* One side of a stream. Its fields are the library's. */
struct espalier_packet_side {
    struct espalier_packet_layout layout;
    uint8_t *memory;
    espalier_capability wake; /* what wakes the other side */
    uint32_t own_counter, own_queue, own_sleep;
    uint32_t other_counter, other_queue, other_sleep;
    uint32_t put, taken, known;
    struct espalier_breach breach;
};

/*
 * The side that receives packets, on attached memory of at least espalier_packet_layout_bytes. Before the source submits anything that is to
 * be signalled.
 */
void espalier_sink_init(
    struct espalier_packet_side *sink, struct espalier_packet_layout layout, uint8_t *memory, espalier_capability wake);

/* Takes the next packet. It may overlap others if the source wants so, which harms the source alone. */
enum espalier_progress espalier_sink_next(struct espalier_packet_side *sink, struct espalier_packet *packet);

/* Passes a packet back to the source, and wakes that if it sleeps. */
enum espalier_progress espalier_sink_acknowledge(struct espalier_packet_side *sink, const struct espalier_packet *packet);

/* Asks for a signal when the next packet is submitted. DONE when one is there already and nobody will signal. */
enum espalier_progress espalier_sink_arm(struct espalier_packet_side *sink);

/* The side that makes packets. Its fields are the library's. */
struct espalier_packet_source {
    struct espalier_packet_side side;
    uint32_t *units;
    uint32_t unit_count;
    uint32_t held;
    uint32_t next;
};

/*
 * The side that makes packets, on attached memory that is still zero. `units` is the library's until the stream ends: one for each
 * ESPALIER_PACKET_ALIGNMENT bytes of the bulk buffer.
 */
void espalier_source_init(
    struct espalier_packet_source *source,
    struct espalier_packet_layout layout,
    uint8_t *memory,
    espalier_capability wake,
    uint32_t *units);

/* Allocates a packet. WAIT when there is no room, or as many as there are entries are allocated already; BROKEN also for 0 bytes. */
enum espalier_progress espalier_source_allocate(
    struct espalier_packet_source *source, uint32_t bytes, struct espalier_packet *packet);

/* Passes an allocated packet to the sink, and wakes that if it sleeps. */
enum espalier_progress espalier_source_submit(
    struct espalier_packet_source *source, const struct espalier_packet *packet);

/* Takes back the next packet that the sink has acknowledged; it is allocated as before. */
enum espalier_progress espalier_source_acknowledged(
    struct espalier_packet_source *source, struct espalier_packet *packet);

/* Gives the room of an allocated packet back. */
void espalier_source_release(struct espalier_packet_source *source, const struct espalier_packet *packet);

/* Asks for a signal when the next packet is acknowledged. DONE when one is already and nobody will signal. */
enum espalier_progress espalier_source_arm(struct espalier_packet_source *source);

#endif
