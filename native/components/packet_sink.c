/*
 * A server that receives packets and checks them, as app/packet_sink is in Java: out of the donation of each client, and without belief
 * in anything that a client wrote. A packet holds its number in eight bytes, the CRC-32 of all that follows in four, and then whatever
 * the client likes.
 */
#include <PacketStream.h>
#include <espalier/manifest.h>
#include <espalier/packet.h>

#include "checksum.h"

ESPALIER_MANIFEST("manifest.xml");

enum {
    HEADER = 12,
    MOST_SESSIONS = 16,
    ENTRIES = 64,
    BULK = 1 << 16,
    /* The session's object, its signal, that of the client, the memory and its attachment. */
    SESSION_CAPS = 5,
};

/* The stream of one client. */
struct receiver {
    struct espalier_served served;
    bool open;
    struct espalier_text label;
    uint8_t label_room[160];
    espalier_capability memory;
    struct espalier_region region;
    struct espalier_packet_side sink;
    espalier_capability own;
    espalier_capability other;
    uint64_t packets, bytes, damaged;
};

static const struct espalier_packet_layout layout = {ENTRIES, BULK};
static struct receiver receivers[MOST_SESSIONS];
/* What is checked is a copy: the client may write to its packet meanwhile. */
static uint8_t copy[BULK];

static void check(struct receiver *receiver, const struct espalier_packet *packet) {
    receiver->packets++;
    receiver->bytes += packet->length;
    if (packet->length < HEADER) {
        receiver->damaged++;
        return;
    }
    for (uint32_t i = 0; i < packet->length; i++) {
        copy[i] = packet->data[i];
    }
    uint64_t number;
    uint32_t sum;
    __builtin_memcpy(&number, copy, sizeof number);
    __builtin_memcpy(&sum, copy + sizeof number, sizeof sum);
    if (number != receiver->packets - 1 || sum != checksum(copy + HEADER, packet->length - HEADER)) {
        receiver->damaged++;
    }
}

static void add_client(struct espalier_text *text, const struct receiver *receiver) {
    espalier_add(text, "‘");
    espalier_add_bytes(text, espalier_text_bytes(&receiver->label));
    espalier_add(text, "’ ");
}

/*
 * From now on the client cannot even wake this server. Its memory stays until it closes the session that it paid for. It is woken once
 * more, as nothing else will come.
 */
static void break_off(struct receiver *receiver) {
    espalier_dissolve(receiver->own);
    receiver->own = 0;
    ESPALIER_TEXT(text, 400);
    add_client(&text, receiver);
    espalier_add(&text, "is broken off after ");
    espalier_add_unsigned(&text, receiver->packets);
    espalier_add(&text, " packets: ");
    espalier_add_breach(&text, &receiver->sink.breach, BULK);
    espalier_warning(espalier_text_bytes(&text));
    espalier_submit(receiver->other);
}

/* Takes packets until there are none, or so many that it is the turn of others. */
static void work(void *object, uint32_t count) {
    struct receiver *receiver = object;
    (void)count;
    for (uint32_t left = ENTRIES; left > 0;) {
        struct espalier_packet packet;
        if (espalier_sink_next(&receiver->sink, &packet) == ESPALIER_DONE) {
            check(receiver, &packet);
            (void)espalier_sink_acknowledge(&receiver->sink, &packet);
            left--;
        } else if (espalier_sink_arm(&receiver->sink) != ESPALIER_DONE) {
            if (receiver->sink.breach.kind != ESPALIER_NO_BREACH && receiver->own != 0) {
                break_off(receiver);
            }
            return;
        }
    }
    espalier_submit(receiver->own);
}

static int32_t open_stream(
    void *object, const struct PacketStream_open__request *request, struct PacketStream_open__reply *reply) {
    struct receiver *receiver = object;
    if (receiver->other != 0 || request->client == 0) {
        espalier_release(request->client);
        return -ESPALIER_DENIED;
    }
    receiver->other = request->client;
    espalier_sink_init(&receiver->sink, layout, receiver->region.start, receiver->other);
    work(receiver, 0);
    reply->result.memory = receiver->memory;
    reply->result.server = receiver->own;
    reply->result.entries = ENTRIES;
    reply->result.bulkBytes = BULK;
    return 0;
}

static void dispatch(void *object, struct espalier_message *request, struct espalier_message *reply) {
    static const struct PacketStream__server methods = {.open = open_stream};
    PacketStream__dispatch(&methods, object, request, reply);
}

static void free_memory(struct receiver *receiver) {
    espalier_detach(&receiver->region);
    (void)espalier_free(receiver->memory);
    *receiver = (struct receiver){0};
}

static struct espalier_creation denied(const char *reason) {
    return (struct espalier_creation){.kind = ESPALIER_CREATION_DENIED, .reason = espalier_string(reason)};
}

static struct espalier_creation begin(struct receiver *receiver, const struct espalier_request *request) {
    struct espalier_allocation memory = espalier_alloc((int64_t)espalier_packet_layout_bytes(layout));
    if (memory.kind != ESPALIER_ALLOCATED) {
        return denied("No memory for a stream.");
    }
    *receiver = (struct receiver){.open = true, .memory = memory.dataspace};
    receiver->label = (struct espalier_text){receiver->label_room, sizeof receiver->label_room, 0, false};
    espalier_add_bytes(&receiver->label, request->label);
    if (espalier_attach(receiver->memory, true, &receiver->region) < 0) {
        free_memory(receiver);
        return denied("No place for the memory of a stream.");
    }
    int32_t own = espalier_handle(work, receiver);
    if (own < 0) {
        free_memory(receiver);
        return (struct espalier_creation){.kind = ESPALIER_INSUFFICIENT_CAPS};
    }
    receiver->own = (espalier_capability)own;
    ESPALIER_TEXT(text, 256);
    espalier_add(&text, "session for ‘");
    espalier_add_bytes(&text, request->label);
    espalier_add(&text, "’");
    espalier_info(espalier_text_bytes(&text));
    return (struct espalier_creation){.kind = ESPALIER_CREATED, .session = &receiver->served};
}

static struct espalier_creation create(struct espalier_service *service, const struct espalier_request *request) {
    (void)service;
    if (request->caps < SESSION_CAPS) {
        return (struct espalier_creation){.kind = ESPALIER_INSUFFICIENT_CAPS};
    }
    if (request->ram < (int64_t)espalier_packet_layout_bytes(layout)) {
        return (struct espalier_creation){.kind = ESPALIER_INSUFFICIENT_RAM};
    }
    for (uint32_t i = 0; i < MOST_SESSIONS; i++) {
        if (!receivers[i].open) {
            return begin(&receivers[i], request);
        }
    }
    return denied("All streams of this server are taken.");
}

static void closed(struct espalier_served *served) {
    /* The library's part is the first of a session. */
    struct receiver *receiver = (struct receiver *)(void *)served;
    espalier_dissolve(receiver->own);
    espalier_release(receiver->other);
    if (receiver->sink.breach.kind == ESPALIER_NO_BREACH) {
        ESPALIER_TEXT(text, 320);
        add_client(&text, receiver);
        espalier_add(&text, "sent ");
        espalier_add_unsigned(&text, receiver->packets);
        espalier_add(&text, " packets, ");
        espalier_add_unsigned(&text, receiver->bytes);
        espalier_add(&text, " bytes, ");
        espalier_add_unsigned(&text, receiver->damaged);
        espalier_add(&text, " damaged");
        espalier_info(espalier_text_bytes(&text));
    }
    free_memory(receiver);
}

void espalier_construct(void) {
    static struct espalier_service service = {
        .name = PacketStream__name,
        .layout = PacketStream__layout,
        .dispatch = dispatch,
        .create = create,
        .closed = closed};
    if (espalier_announce(&service) < 0) {
        espalier_fault("Announcing the service of packet streams failed.");
    }
}
