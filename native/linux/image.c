/*
 * The library image of the kernel `linux`: the table of espalier/abi.h over the packets of protocol.h. It is a part of the starter's file, which is
 * in the component's memory anyway, readable and executable and never writable; a page of its own holds what it knows of attachments.
 *
 * The component can write that page as all of its memory, and harms itself alone: whatever it asks for, the kernel checks.
 *
 * One thread, one channel: a packet is sent, and the next packet that comes answers it.
 */
#include "image.h"

#include "protocol.h"
#include "slots.h"
#include "transport.h"

enum {
    MOST_REGIONS = 1024,
    /* The initial entrypoint, which is the only one that a component has here. */
    ENTRYPOINT = 1,
};

/* An attachment; its number is the kernel's. */
struct attached {
    uint8_t *start;
    uint64_t bytes;
    int32_t region;
};

static struct attached attachments[MOST_REGIONS];

/* What was received that is not answered: nothing, or the construction; a request of the kernel; a signal of it; what came by a slot. */
static enum { BEGINS, KERNEL_REQUEST, KERNEL_SIGNAL, BY_SLOT } doing;

/* Who waits for it, and whether somebody would like to call by a slot. */
static uint64_t chain;
static bool wanted;

static void copy(uint8_t *to, const uint8_t *from, uint64_t bytes) {
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

/* Sends a packet and receives the one that answers it, which is as the protocol says, or there is no kernel any more. */
static int exchange(struct espalier_linux_packet *packet) {
    int descriptor = -1;
    transport_send(packet);
    transport_receive(packet, &descriptor);
    return descriptor;
}

static void begin(struct espalier_linux_packet *packet, uint32_t operation, int32_t index) {
    packet->operation = operation;
    packet->index = index;
    for (int i = 0; i < 3; i++) {
        packet->argument[i] = 0;
    }
    packet->word = 0;
    packet->length = 0;
    packet->cap_count = 0;
    for (int i = 0; i < ESPALIER_LINUX_MAX_CAPS; i++) {
        packet->caps[i] = 0;
    }
}

/* An operation that brings nothing but its result. */
static int32_t operate(uint32_t operation, int32_t index, int64_t first, int64_t second) {
    struct espalier_linux_packet packet;
    begin(&packet, operation, index);
    packet.argument[0] = first;
    packet.argument[1] = second;
    int descriptor = exchange(&packet);
    transport_close(descriptor);
    return packet.index;
}

/* What is too long, or brings too much, is left out: no length is believed before it was compared. */
static void put_message(struct espalier_linux_packet *packet, const struct espalier_message *message) {
    packet->word = message->word;
    packet->length = message->length <= ESPALIER_LINUX_MAX_BYTES ? message->length : 0;
    packet->cap_count = message->capability_count <= ESPALIER_LINUX_MAX_CAPS ? message->capability_count : 0;
    for (uint32_t i = 0; i < packet->cap_count; i++) {
        packet->caps[i] = message->capabilities[i];
    }
    copy(packet->bytes, message->bytes, packet->length);
}

static void get_message(struct espalier_message *message, const struct espalier_linux_packet *packet) {
    message->word = packet->word;
    message->length = packet->length;
    message->capability_count = packet->cap_count;
    for (uint32_t i = 0; i < packet->cap_count; i++) {
        message->capabilities[i] = packet->caps[i];
    }
    copy(message->bytes, packet->bytes, packet->length);
}

int slot_operation(struct espalier_linux_packet *packet, uint32_t operation, int32_t index) {
    begin(packet, operation, index);
    return exchange(packet);
}

static int32_t call(espalier_capability object, struct espalier_message *message, uint32_t accepted) {
    /* While a slot is being served the kernel alone knows who waits for whom. */
    bool plain = accepted == 0 && message->capability_count == 0 && slot_in_request() == 0;
    if (!plain || !slot_call(object, message, chain)) {
        struct espalier_linux_packet packet;
        begin(&packet, ESPALIER_LINUX_CALL, (int32_t)object);
        packet.argument[0] = accepted;
        packet.argument[1] = slot_in_request();
        put_message(&packet, message);
        transport_close(exchange(&packet));
        get_message(message, &packet);
    }
    if (message->word == 0) {
        return 0;
    }
    return message->word <= ESPALIER_OUT_OF_STACK ? -(int32_t)message->word : -ESPALIER_MALFORMED;
}

/* Answers what is being done. */
static void answer(struct espalier_linux_packet *packet, const struct espalier_message *reply) {
    if (doing == BY_SLOT) {
        if (slot_in_request() != 0) {
            slot_answer(reply);
        }
        transport_choose(ESPALIER_LINUX_CHANNEL);
        return;
    }
    if (wanted) {
        slot_begin();
        wanted = false;
    }
    begin(packet, doing == KERNEL_REQUEST ? ESPALIER_LINUX_REPLY : ESPALIER_LINUX_DONE, 0);
    if (doing == KERNEL_REQUEST) {
        put_message(packet, reply);
    }
    transport_send(packet);
}

static void serve(const struct espalier_message *reply, struct espalier_message *request, struct espalier_event *event) {
    struct espalier_linux_packet packet;
    answer(&packet, reply);
    chain = 0;
    if (slot_serves() && slot_wait(request, event) != SLOT_PACKET) {
        doing = BY_SLOT;
        transport_choose(slot_companion());
        return;
    }
    int descriptor = -1;
    transport_receive(&packet, &descriptor);
    transport_close(descriptor);
    doing = packet.operation == ESPALIER_LINUX_REQUEST ? KERNEL_REQUEST : KERNEL_SIGNAL;
    wanted = packet.argument[ESPALIER_LINUX_WANTED] != 0;
    event->kind = doing == KERNEL_REQUEST ? ESPALIER_REQUEST : ESPALIER_SIGNAL;
    event->id = (uint64_t)packet.argument[0];
    event->count = doing == KERNEL_REQUEST ? 0 : (uint32_t)packet.index;
    if (doing == KERNEL_REQUEST) {
        chain = (uint64_t)packet.argument[ESPALIER_LINUX_CHAIN];
        get_message(request, &packet);
    }
}

static int32_t create_object(uint64_t id) {
    return operate(ESPALIER_LINUX_CREATE_OBJECT, ENTRYPOINT, (int64_t)id, 0);
}

static int32_t create_context(uint64_t id, uint32_t served) {
    return operate(
        ESPALIER_LINUX_CREATE_SIGNAL_CONTEXT, served != 0 ? ENTRYPOINT : 0, (int64_t)id, 0);
}

static void dissolve(espalier_capability own) {
    (void)operate(ESPALIER_LINUX_DISSOLVE, (int32_t)own, 0, 0);
}

static void release(espalier_capability received) {
    slot_released(received);
    (void)operate(ESPALIER_LINUX_RELEASE, (int32_t)received, 0, 0);
}

static int32_t submit(espalier_capability context, uint32_t count) {
    return slot_submit(context, count) ? 0 : operate(ESPALIER_LINUX_SUBMIT, (int32_t)context, count, 0);
}

static int32_t await(espalier_capability context) {
    return operate(ESPALIER_LINUX_AWAIT_SIGNAL, (int32_t)context, 0, 0);
}

static struct attached *find(const uint8_t *start) {
    for (int i = 0; i < MOST_REGIONS; i++) {
        if (attachments[i].start == start) {
            return &attachments[i];
        }
    }
    return NULL;
}

static int32_t attach(
    espalier_capability dataspace, uint64_t offset, uint64_t bytes, uint32_t writable, struct espalier_region *region) {
    struct attached *place = find(NULL);
    if (place == NULL) {
        return -ESPALIER_OUT_OF_RAM;
    }
    struct espalier_linux_packet packet;
    begin(&packet, ESPALIER_LINUX_ATTACH, (int32_t)dataspace);
    packet.argument[0] = (int64_t)offset;
    packet.argument[1] = (int64_t)bytes;
    packet.argument[2] = writable != 0;
    int descriptor = exchange(&packet);
    if (packet.index < 0) {
        transport_close(descriptor);
        return packet.index;
    }
    uint64_t size = (uint64_t)packet.argument[1];
    /* A descriptor that did not arrive had no room here: the host counts them as the kernel counts capabilities. */
    uint8_t *start = descriptor < 0
        ? NULL
        : transport_map(descriptor, (uint64_t)packet.argument[0], size, writable != 0);
    transport_close(descriptor);
    if (start == NULL) {
        (void)operate(ESPALIER_LINUX_DETACH, packet.index, 0, 0);
        return descriptor < 0 ? -ESPALIER_OUT_OF_CAPS : -ESPALIER_OUT_OF_RAM;
    }
    *place = (struct attached){start, size, packet.index};
    region->start = start;
    region->bytes = size;
    return 0;
}

static void detach(uint8_t *start) {
    struct attached *place = start == NULL ? NULL : find(start);
    if (place != NULL) {
        transport_unmap(place->start, place->bytes);
        (void)operate(ESPALIER_LINUX_DETACH, place->region, 0, 0);
        *place = (struct attached){0};
    }
}

static int32_t start_thread(
    espalier_capability thread, void (*entry)(void *argument), void *argument, uint8_t *stack_end) {
    (void)thread;
    (void)entry;
    (void)argument;
    (void)stack_end;
    /* None of the eleven system calls makes one. */
    return -ESPALIER_UNSUPPORTED;
}

static void halt(void) {
    struct espalier_linux_packet packet;
    begin(&packet, ESPALIER_LINUX_HALT, 0);
    transport_send(&packet);
    transport_leave();
}

static void fault(const uint8_t *reason, uint32_t length) {
    struct espalier_linux_packet packet;
    begin(&packet, ESPALIER_LINUX_FAULT, 0);
    packet.length = length <= ESPALIER_LINUX_MAX_BYTES ? length : ESPALIER_LINUX_MAX_BYTES;
    copy(packet.bytes, reason, packet.length);
    transport_send(&packet);
    transport_leave();
}

const struct espalier_abi espalier_linux_image = {
    .version = ESPALIER_ABI_VERSION,
    .bytes = sizeof(struct espalier_abi),
    .call = call,
    .serve = serve,
    .create_object = create_object,
    .create_context = create_context,
    .dissolve = dissolve,
    .release = release,
    .submit = submit,
    .await = await,
    .attach = attach,
    .detach = detach,
    .start_thread = start_thread,
    .halt = halt,
    .fault = fault,
};
