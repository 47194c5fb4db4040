/*
 * A client of packet streams, as app/packet_source is in Java: sends `packets` packets of `bytes` bytes, with an interval after half of
 * them, or with `vandal` waits for the interval of whoever does, and breaks the rules in every way there is, each in a session of its own.
 */
#include "packet_source.h"

#include <espalier/manifest.h>

#include "checksum.h"

ESPALIER_MANIFEST("manifest.xml");
ESPALIER_SCHEMA("schema.xml");

enum { HEADER = 12, MAX_BYTES = 1 << 14, MOST_BULK = 1 << 20 };

static struct espalier_session stream;
static struct PacketStream_Stream offered;
static struct espalier_region region;
static struct espalier_packet_source source;
static uint32_t units[MOST_BULK / ESPALIER_PACKET_ALIGNMENT];
static uint8_t payload[MAX_BYTES];

static uint64_t packets, limit, sent, acknowledged;
static uint32_t packet_bytes;
static bool resting;

void connect_stream(struct espalier_session *session, const char *label) {
    /* What a stream takes is its client's to pay. */
    struct espalier_options options = {.label = espalier_string(label), .ram = 72 * 1024, .caps = 8};
    espalier_connect_or_fault(session, ESPALIER_SERVICE(PacketStream), &options);
}

void open_stream(
    const struct espalier_session *session, espalier_handler *wake, void *object, struct PacketStream_Stream *opened,
    struct espalier_region *memory) {
    int32_t context = espalier_handle(wake, object);
    struct espalier_message message;
    struct PacketStream_open__request request = {.client = context < 0 ? 0 : (espalier_capability)context};
    struct PacketStream_open__reply reply;
    if (context < 0 || PacketStream_open__call(session->capability, &message, &request, &reply) != 0) {
        espalier_fault("Opening the stream failed.");
    }
    *opened = reply.result;
    struct espalier_packet_layout layout = {(uint32_t)opened->entries, (uint32_t)opened->bulkBytes};
    if (!espalier_packet_layout_valid(opened->entries, opened->bulkBytes)
        || espalier_attach(opened->memory, true, memory) < 0
        || memory->bytes < espalier_packet_layout_bytes(layout)) {
        espalier_fault("The server offers a stream that is none.");
    }
}

/* ---- the interval */

static struct espalier_served interval;

static int32_t acknowledged_so_far(
    void *object, const struct Interval_acknowledged__request *request, struct Interval_acknowledged__reply *reply) {
    (void)object;
    (void)request;
    reply->result = (int64_t)acknowledged;
    return 0;
}

static void dispatch(void *object, struct espalier_message *request, struct espalier_message *reply) {
    static const struct Interval__server methods = {.acknowledged = acknowledged_so_far};
    Interval__dispatch(&methods, object, request, reply);
}

static struct espalier_creation create(struct espalier_service *service, const struct espalier_request *request) {
    (void)service;
    (void)request;
    if (!resting || interval.id != 0) {
        return (struct espalier_creation){
            .kind = ESPALIER_CREATION_DENIED, .reason = espalier_string("The interval is over, or somebody's.")};
    }
    return (struct espalier_creation){.kind = ESPALIER_CREATED, .session = &interval};
}

static void work(void *object, uint32_t count);

static void closed(struct espalier_served *session) {
    *session = (struct espalier_served){0};
    if (resting) {
        resting = false;
        limit = packets;
        work(NULL, 0);
    }
}

static void rest(void) {
    static struct espalier_service service = {
        .name = Interval__name, .layout = Interval__layout, .dispatch = dispatch, .create = create, .closed = closed};
    resting = true;
    if (espalier_announce(&service) < 0) {
        espalier_fault("Announcing the interval failed.");
    }
}

/* ---- sending */

static void reached(void) {
    ESPALIER_TEXT(text, 96);
    espalier_add_unsigned(&text, acknowledged);
    espalier_add(&text, " packets of ");
    espalier_add_unsigned(&text, packet_bytes);
    espalier_add(&text, " bytes are acknowledged");
    espalier_info(espalier_text_bytes(&text));
    if (limit < packets) {
        rest();
    } else {
        espalier_detach(&region);
        espalier_release(offered.memory);
        espalier_close(&stream);
        espalier_exit(0);
    }
}

/* Bytes that look random, the same each time. */
static void fill(struct espalier_packet *packet) {
    static uint64_t state = 1;
    uint32_t size = packet->length - HEADER;
    for (uint32_t i = 0; i < size; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        payload[i] = (uint8_t)(state >> 56);
    }
    uint32_t sum = checksum(payload, size);
    __builtin_memcpy(packet->data, &sent, sizeof sent);
    __builtin_memcpy(packet->data + sizeof sent, &sum, sizeof sum);
    __builtin_memcpy(packet->data + HEADER, payload, size);
}

static void work(void *object, uint32_t count) {
    (void)object;
    (void)count;
    struct espalier_packet packet;
    if (resting) {
        return;
    }
    do {
        while (espalier_source_acknowledged(&source, &packet) == ESPALIER_DONE) {
            espalier_source_release(&source, &packet);
            acknowledged++;
        }
        while (sent < limit && espalier_source_allocate(&source, packet_bytes, &packet) == ESPALIER_DONE) {
            fill(&packet);
            (void)espalier_source_submit(&source, &packet);
            sent++;
        }
        if (acknowledged == limit) {
            reached();
            return;
        }
    } while (espalier_source_arm(&source) == ESPALIER_DONE);
    if (source.side.breach.kind != ESPALIER_NO_BREACH) {
        ESPALIER_TEXT(text, 200);
        espalier_add(&text, "the server breaks the rules of the stream: ");
        espalier_add_breach(&text, &source.side.breach, source.side.layout.bulk_bytes);
        espalier_error(espalier_text_bytes(&text));
        espalier_exit(1);
    }
}

static void send_all(void) {
    limit = packets / 2;
    connect_stream(&stream, "");
    open_stream(&stream, work, NULL, &offered, &region);
    struct espalier_packet_layout layout = {(uint32_t)offered.entries, (uint32_t)offered.bulkBytes};
    if (layout.bulk_bytes > MOST_BULK) {
        espalier_fault("The server's buffer is larger than this component keeps account of.");
    }
    espalier_source_init(&source, layout, region.start, offered.server, units);
    work(NULL, 0);
}

void espalier_construct(void) {
    struct espalier_rom rom;
    struct espalier_connect outcome = espalier_rom_open(&rom, "config");
    struct espalier_bytes config = espalier_rom_text(&rom);
    if (outcome.kind != ESPALIER_CONNECTED || !espalier_is_xml(config)) {
        espalier_fault("There is no configuration in XML to go by.");
    }
    bool vandal = espalier_attribute_bool(config, "vandal", false);
    uint64_t bytes = espalier_attribute_number(config, "bytes", 1500);
    packets = espalier_attribute_number(config, "packets", 1000);
    packet_bytes = bytes < HEADER ? HEADER : bytes > MAX_BYTES ? MAX_BYTES : (uint32_t)bytes;
    espalier_rom_close(&rom);
    if (vandal) {
        vandalize();
    } else {
        send_all();
    }
}
