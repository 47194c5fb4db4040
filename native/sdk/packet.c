/*
 * Both sides of packet streams. The words that pair: an entry is written before the counter, with release, and read after it, with acquire,
 * so that whoever sees the count sees the entry and the content of the packet. A counter is written before the other's sleep word
 * is read, and the own sleep word before the other's counter (all sequentially consistent): so one of both sees what the other did,
 * and no wake-up is lost.
 */
#include <espalier/packet.h>

#include "internal.h"

/* Where everything is, in bytes from the start of the memory; PacketLayout.java has the table. */
enum { SUBMITTED = 0, ACKNOWLEDGED = 64, SOURCE_SLEEPS = 128, SINK_SLEEPS = 192, QUEUES = 256, ENTRY_BYTES = 8 };

/* What a unit of the bulk buffer is, in the list of the source; otherwise the length of the packet that begins in it. */
enum { UNIT_FREE = 0, UNIT_INTERIOR = 0x7fffffff };
#define UNDER_WAY 0x80000000U

static uint32_t acknowledge_queue(struct espalier_packet_layout layout) {
    return QUEUES + ENTRY_BYTES * layout.entries;
}

static uint32_t bulk(struct espalier_packet_layout layout) {
    return (uint32_t)espalier_pages((int64_t)QUEUES + 2 * ENTRY_BYTES * (int64_t)layout.entries);
}

bool espalier_packet_layout_valid(int32_t entries, int32_t bulk_bytes) {
    return entries > 0 && entries <= ESPALIER_PACKET_MAX_ENTRIES && (entries & (entries - 1)) == 0 && bulk_bytes > 0
        && bulk_bytes <= ESPALIER_PACKET_MAX_BULK && bulk_bytes % ESPALIER_PAGE == 0;
}

uint64_t espalier_packet_layout_bytes(struct espalier_packet_layout layout) {
    return (uint64_t)bulk(layout) + layout.bulk_bytes;
}

void espalier_add_breach(struct espalier_text *text, const struct espalier_breach *breach, uint32_t bulk_bytes) {
    switch (breach->kind) {
        case ESPALIER_NO_BREACH:
            espalier_add(text, "the rules are kept");
            break;
        case ESPALIER_BREACH_COUNTER:
            espalier_add(text, "the counter says ");
            espalier_add_unsigned(text, breach->found);
            espalier_add(text, " after ");
            espalier_add_unsigned(text, breach->taken);
            espalier_add(text, ", and at most ");
            espalier_add_unsigned(text, breach->most);
            espalier_add(text, " more can be there");
            break;
        case ESPALIER_BREACH_OUTSIDE:
            espalier_add(text, "there is no packet of ");
            espalier_add_signed(text, (int32_t)breach->length);
            espalier_add(text, " bytes at offset ");
            espalier_add_signed(text, (int32_t)breach->offset);
            espalier_add(text, " of a bulk buffer of ");
            espalier_add_unsigned(text, bulk_bytes);
            break;
        case ESPALIER_BREACH_NOT_UNDER_WAY:
            espalier_add(text, "a packet of ");
            espalier_add_signed(text, (int32_t)breach->length);
            espalier_add(text, " bytes at offset ");
            espalier_add_signed(text, (int32_t)breach->offset);
            espalier_add(text, " was acknowledged and is not under way");
            break;
    }
}

/* ---- the words of both sides */

static uint32_t *word(const struct espalier_packet_side *side, uint32_t offset) {
    return (uint32_t *)(void *)(side->memory + offset);
}

static uint64_t *entry(const struct espalier_packet_side *side, uint32_t queue, uint32_t count) {
    return (uint64_t *)(void *)(side->memory + queue + ENTRY_BYTES * (count & (side->layout.entries - 1)));
}

static enum espalier_progress broken(struct espalier_packet_side *side, struct espalier_breach breach) {
    side->breach = breach;
    return ESPALIER_BROKEN;
}

/* Whether the other side, which says `sleeps`, wants to be woken now: for any entry, or as soon as the own counter is so high. */
static bool wants(const struct espalier_packet_side *side, uint32_t sleeps) {
    return sleeps != 0 && ((sleeps & 2) == 0 || ((side->put - (sleeps >> 2)) & 0x20000000U) == 0);
}

/* Puts an entry, for which the caller knows that there is room, and wakes the other side if it sleeps. */
static enum espalier_progress put(struct espalier_packet_side *side, const struct espalier_packet *packet) {
    if (side->breach.kind != ESPALIER_NO_BREACH) {
        return ESPALIER_BROKEN;
    }
    uint64_t value = (uint64_t)packet->length << 32 | packet->offset;
    __atomic_store_n(entry(side, side->own_queue, side->put), value, __ATOMIC_RELAXED);
    side->put++;
    __atomic_store_n(word(side, side->own_counter), side->put, __ATOMIC_SEQ_CST);
    if (wants(side, __atomic_load_n(word(side, side->other_sleep), __ATOMIC_SEQ_CST))) {
        __atomic_store_n(word(side, side->other_sleep), 0, __ATOMIC_SEQ_CST);
        espalier_submit(side->wake);
    }
    return ESPALIER_DONE;
}

/* Whether there is something to take, of which there can be `most` at most. */
static enum espalier_progress look(struct espalier_packet_side *side, uint32_t most) {
    if (side->known != side->taken) {
        return ESPALIER_DONE;
    }
    uint32_t found = __atomic_load_n(word(side, side->other_counter), __ATOMIC_SEQ_CST);
    if (found - side->taken > most) {
        return broken(
            side,
            (struct espalier_breach){
                .kind = ESPALIER_BREACH_COUNTER, .taken = side->taken, .found = found, .most = most});
    }
    side->known = found;
    return side->known == side->taken ? ESPALIER_WAIT : ESPALIER_DONE;
}

/* Takes the next entry of the other side as it is, to be checked by who asked. */
static enum espalier_progress take(struct espalier_packet_side *side, uint32_t most, struct espalier_packet *packet) {
    if (side->breach.kind != ESPALIER_NO_BREACH) {
        return ESPALIER_BROKEN;
    }
    enum espalier_progress seen = look(side, most);
    if (seen == ESPALIER_DONE) {
        uint64_t value = __atomic_load_n(entry(side, side->other_queue, side->taken), __ATOMIC_RELAXED);
        side->taken++;
        packet->offset = (uint32_t)value;
        packet->length = (uint32_t)(value >> 32);
    }
    return seen;
}

static enum espalier_progress arm(struct espalier_packet_side *side, uint32_t most) {
    if (side->breach.kind != ESPALIER_NO_BREACH) {
        return ESPALIER_BROKEN;
    }
    __atomic_store_n(word(side, side->own_sleep), 1, __ATOMIC_SEQ_CST);
    /* What is seen here is what the next take goes by, so a counter that flickers keeps nobody awake for nothing. */
    enum espalier_progress seen = look(side, most);
    if (seen == ESPALIER_DONE) {
        __atomic_store_n(word(side, side->own_sleep), 0, __ATOMIC_SEQ_CST);
    }
    return seen;
}

/* Whether this can be a packet of the bulk buffer. */
static bool holds(struct espalier_packet_layout layout, const struct espalier_packet *packet) {
    return packet->length > 0 && packet->length <= layout.bulk_bytes
        && packet->offset <= layout.bulk_bytes - packet->length && packet->offset % ESPALIER_PACKET_ALIGNMENT == 0;
}

static void place(const struct espalier_packet_side *side, struct espalier_packet *packet) {
    packet->data = side->memory + bulk(side->layout) + packet->offset;
}

/* ---- the sink */

void espalier_sink_init(
    struct espalier_packet_side *sink, struct espalier_packet_layout layout, uint8_t *memory, espalier_capability wake) {
    *sink = (struct espalier_packet_side){
        .layout = layout,
        .memory = memory,
        .wake = wake,
        .own_counter = ACKNOWLEDGED,
        .own_queue = acknowledge_queue(layout),
        .own_sleep = SINK_SLEEPS,
        .other_counter = SUBMITTED,
        .other_queue = QUEUES,
        .other_sleep = SOURCE_SLEEPS,
    };
}

/* How many packets can be submitted that were not taken. */
static uint32_t room(const struct espalier_packet_side *sink) {
    return sink->layout.entries - (sink->taken - sink->put);
}

enum espalier_progress espalier_sink_next(struct espalier_packet_side *sink, struct espalier_packet *packet) {
    enum espalier_progress progress = take(sink, room(sink), packet);
    if (progress == ESPALIER_DONE && !holds(sink->layout, packet)) {
        return broken(
            sink,
            (struct espalier_breach){
                .kind = ESPALIER_BREACH_OUTSIDE, .offset = packet->offset, .length = packet->length});
    }
    if (progress == ESPALIER_DONE) {
        place(sink, packet);
    }
    return progress;
}

enum espalier_progress espalier_sink_acknowledge(
    struct espalier_packet_side *sink, const struct espalier_packet *packet) {
    return put(sink, packet);
}

enum espalier_progress espalier_sink_arm(struct espalier_packet_side *sink) {
    return arm(sink, room(sink));
}

/* ---- the source */

void espalier_source_init(
    struct espalier_packet_source *source,
    struct espalier_packet_layout layout,
    uint8_t *memory,
    espalier_capability wake,
    uint32_t *units) {
    *source = (struct espalier_packet_source){
        .side =
            {
                .layout = layout,
                .memory = memory,
                .wake = wake,
                .own_counter = SUBMITTED,
                .own_queue = QUEUES,
                .own_sleep = SOURCE_SLEEPS,
                .other_counter = ACKNOWLEDGED,
                .other_queue = acknowledge_queue(layout),
                .other_sleep = SINK_SLEEPS,
            },
        .units = units,
        .unit_count = layout.bulk_bytes / ESPALIER_PACKET_ALIGNMENT,
    };
    for (uint32_t i = 0; i < source->unit_count; i++) {
        units[i] = UNIT_FREE;
    }
}

static uint32_t units_of(uint32_t bytes) {
    return (bytes - 1) / ESPALIER_PACKET_ALIGNMENT + 1;
}

/* How many packets are submitted and not taken back. */
static uint32_t under_way(const struct espalier_packet_source *source) {
    return source->side.put - source->side.taken;
}

/* The first of so many units that are free, from `from` on; the number of units where there are none. */
static uint32_t find_room(const struct espalier_packet_source *source, uint32_t wanted, uint32_t from) {
    uint32_t begin = from;
    for (uint32_t at = from; at < source->unit_count; at++) {
        if (source->units[at] != UNIT_FREE) {
            begin = at + 1;
        } else if (at - begin + 1 == wanted) {
            return begin;
        }
    }
    return source->unit_count;
}

enum espalier_progress espalier_source_allocate(
    struct espalier_packet_source *source, uint32_t bytes, struct espalier_packet *packet) {
    const struct espalier_packet_side *side = &source->side;
    if (side->breach.kind != ESPALIER_NO_BREACH || bytes == 0 || bytes > side->layout.bulk_bytes) {
        return ESPALIER_BROKEN;
    }
    if (source->held + under_way(source) == side->layout.entries) {
        return ESPALIER_WAIT;
    }
    uint32_t wanted = units_of(bytes);
    uint32_t unit = find_room(source, wanted, source->next);
    if (unit == source->unit_count) {
        unit = find_room(source, wanted, 0);
    }
    if (unit == source->unit_count) {
        return ESPALIER_WAIT;
    }
    source->units[unit] = bytes;
    for (uint32_t i = 1; i < wanted; i++) {
        source->units[unit + i] = UNIT_INTERIOR;
    }
    source->next = unit + wanted;
    source->held++;
    packet->offset = unit * ESPALIER_PACKET_ALIGNMENT;
    packet->length = bytes;
    place(side, packet);
    return ESPALIER_DONE;
}

enum espalier_progress espalier_source_submit(
    struct espalier_packet_source *source, const struct espalier_packet *packet) {
    source->units[packet->offset / ESPALIER_PACKET_ALIGNMENT] = packet->length | UNDER_WAY;
    source->held--;
    return put(&source->side, packet);
}

enum espalier_progress espalier_source_acknowledged(
    struct espalier_packet_source *source, struct espalier_packet *packet) {
    struct espalier_packet_side *side = &source->side;
    enum espalier_progress progress = take(side, under_way(source), packet);
    if (progress != ESPALIER_DONE) {
        return progress;
    }
    uint32_t unit = packet->offset / ESPALIER_PACKET_ALIGNMENT;
    if (!holds(side->layout, packet) || source->units[unit] != (packet->length | UNDER_WAY)) {
        return broken(
            side,
            (struct espalier_breach){
                .kind = ESPALIER_BREACH_NOT_UNDER_WAY, .offset = packet->offset, .length = packet->length});
    }
    source->units[unit] = packet->length;
    source->held++;
    place(side, packet);
    return ESPALIER_DONE;
}

void espalier_source_release(struct espalier_packet_source *source, const struct espalier_packet *packet) {
    uint32_t unit = packet->offset / ESPALIER_PACKET_ALIGNMENT;
    uint32_t count = units_of(packet->length);
    for (uint32_t i = 0; i < count; i++) {
        source->units[unit + i] = UNIT_FREE;
    }
    source->held--;
}

enum espalier_progress espalier_source_arm(struct espalier_packet_source *source) {
    return arm(&source->side, under_way(source));
}
