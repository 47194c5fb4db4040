/*
 * The client's end of direct slots. What a server writes is copied before it is looked at.
 */
#include <stdbool.h>

#include "slots.h"
#include "transport.h"

enum {
    /* Capabilities whose links are remembered; others go by the kernel, or take the place of one. */
    MOST_LINKS = 256,
    MOST_OPEN = 16,
    /* So many calls go by the kernel before a slot is asked for. */
    FIRST = 4,
    LONGEST_PAUSE = 1 << 16,
    MOST_COUNTED = 1 << 16,
    NEVER = 0x7fffffff,
};

struct open_slot {
    uint8_t *page;
    int32_t number;
    uint32_t bell, requests, signals;
    uint64_t counts[ESPALIER_SLOT_MOST_TOKENS];
};

struct link {
    espalier_capability capability;
    uint32_t uses, next;
    struct open_slot *slot;
    uint32_t token, serial;
    uint64_t bit;
    bool context;
};

static struct link links[MOST_LINKS];
static struct open_slot open_slots[MOST_OPEN];

static struct open_slot *slot_numbered(int32_t number) {
    for (int i = 0; i < MOST_OPEN; i++) {
        if (open_slots[i].number == number) {
            return &open_slots[i];
        }
    }
    return NULL;
}

static void forget_slot(struct open_slot *slot) {
    for (int i = 0; i < MOST_LINKS; i++) {
        if (links[i].slot == slot) {
            links[i].slot = NULL;
            links[i].next = links[i].uses + FIRST;
        }
    }
    transport_unmap(slot->page, ESPALIER_SLOT_PAGE_BYTES);
    slot->number = 0;
    slot->page = NULL;
}

static struct open_slot *open_slot(int32_t number, int descriptor) {
    struct open_slot *slot = slot_numbered(number);
    if (slot == NULL && descriptor >= 0) {
        struct open_slot *place = slot_numbered(0);
        uint8_t *page = place == NULL ? NULL : transport_map(descriptor, 0, ESPALIER_SLOT_PAGE_BYTES, true);
        if (page != NULL) {
            place->page = page;
            place->number = number;
            place->bell = place->requests = place->signals = 0;
            for (int i = 0; i < ESPALIER_SLOT_MOST_TOKENS; i++) {
                place->counts[i] = 0;
            }
            slot = place;
        }
    }
    transport_close(descriptor);
    return slot;
}

static void ask(struct link *link) {
    struct espalier_linux_packet packet;
    int descriptor = slot_operation(&packet, ESPALIER_LINUX_LINK, (int32_t)link->capability);
    link->next = packet.index < 0 ? (uint32_t)NEVER
                                  : link->uses + (link->uses < LONGEST_PAUSE ? link->uses : (uint32_t)LONGEST_PAUSE);
    if (packet.index > 0) {
        link->slot = open_slot(packet.index, descriptor);
        link->token = (uint32_t)packet.argument[0] & (ESPALIER_LINUX_LINKED_CONTEXT - 1);
        link->context = (packet.argument[0] & ESPALIER_LINUX_LINKED_CONTEXT) != 0;
        link->serial = (uint32_t)packet.argument[1];
        link->bit = (uint64_t)packet.argument[2];
    } else {
        transport_close(descriptor);
    }
}

static struct link *find_link(espalier_capability capability) {
    struct link *link = &links[capability % MOST_LINKS];
    if (link->capability != capability) {
        *link = (struct link){.capability = capability, .next = FIRST};
    }
    if (link->slot != NULL && slot_get(link->slot->page, ESPALIER_SLOT_CLOSED) != 0) {
        forget_slot(link->slot);
    }
    if (link->slot == NULL && link->next != NEVER && ++link->uses >= link->next) {
        ask(link);
    }
    return link->slot == NULL ? NULL : link;
}

static void ring(struct open_slot *slot) {
    slot_set(slot->page, ESPALIER_SLOT_BELL, ++slot->bell);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (slot_get(slot->page, ESPALIER_SLOT_SERVER_SLEEPS) != 0) {
        transport_wake(slot_word(slot->page, ESPALIER_SLOT_BELL));
    }
}

/* Whether a reply came, and not the end of the server. */
static bool await_reply(struct open_slot *slot) {
    for (;;) {
        slot_set(slot->page, ESPALIER_SLOT_CLIENT_SLEEPS, 1);
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        uint32_t reply = slot_get(slot->page, ESPALIER_SLOT_REPLY);
        if (reply == slot->requests || slot_get(slot->page, ESPALIER_SLOT_CLOSED) != 0) {
            slot_set(slot->page, ESPALIER_SLOT_CLIENT_SLEEPS, 0);
            return reply == slot->requests;
        }
        struct transport_word word;
        transport_word(&word, slot_word(slot->page, ESPALIER_SLOT_REPLY), reply);
        transport_await(&word, 1);
    }
}

bool slot_call(espalier_capability object, struct espalier_message *message, uint64_t chain) {
    struct link *link = find_link(object);
    if (link == NULL || link->context || (link->bit & chain) != 0) {
        return false;
    }
    struct open_slot *slot = link->slot;
    uint8_t *page = slot->page;
    uint32_t length = message->length <= ESPALIER_LINUX_MAX_BYTES ? message->length : 0;
    slot_copy(page + ESPALIER_SLOT_REQUEST_BYTES, message->bytes, length);
    slot_set(page, ESPALIER_SLOT_REQUEST_HEAD, link->token);
    slot_set(page, ESPALIER_SLOT_REQUEST_HEAD + 4, link->serial);
    slot_set(page, ESPALIER_SLOT_REQUEST_HEAD + 8, message->word);
    slot_set(page, ESPALIER_SLOT_REQUEST_HEAD + 12, length);
    slot->requests = (slot->requests + 1) & 0x7fffffff;
    slot_set(page, ESPALIER_SLOT_REQUEST, slot->requests);
    ring(slot);
    message->capability_count = 0;
    if (!await_reply(slot)) {
        message->word = ESPALIER_GONE;
        message->length = 0;
        return true;
    }
    if (slot_get(page, ESPALIER_SLOT_REPLY_HEAD) != ESPALIER_SLOT_ANSWERED) {
        link->slot = NULL;
        link->next = link->uses + FIRST;
        return false;
    }
    message->word = slot_get(page, ESPALIER_SLOT_REPLY_HEAD + 4);
    length = slot_get(page, ESPALIER_SLOT_REPLY_HEAD + 8);
    message->length = length <= ESPALIER_LINUX_MAX_BYTES ? length : ESPALIER_LINUX_MAX_BYTES;
    slot_copy(message->bytes, page + ESPALIER_SLOT_REPLY_BYTES, message->length);
    return true;
}

bool slot_submit(espalier_capability context, uint32_t count) {
    struct link *link = count < 1 || count > MOST_COUNTED ? NULL : find_link(context);
    if (link == NULL || !link->context) {
        return false;
    }
    struct open_slot *slot = link->slot;
    if ((slot_get_long(slot->page, ESPALIER_SLOT_REVOKED) >> link->token & 1) != 0) {
        link->slot = NULL;
        link->next = link->uses + FIRST;
        return false;
    }
    uint64_t before = slot->counts[link->token];
    uint32_t counted = (uint32_t)(before >> 32) == link->serial ? (uint32_t)before : 0;
    slot->counts[link->token] = (uint64_t)link->serial << 32 | (uint32_t)(counted + count);
    __atomic_store_n(
        slot_long(slot->page, ESPALIER_SLOT_COUNTS + 8 * (uint64_t)link->token), slot->counts[link->token],
        __ATOMIC_RELEASE);
    slot_set(slot->page, ESPALIER_SLOT_SIGNALS, ++slot->signals);
    ring(slot);
    return true;
}

void slot_released(espalier_capability released) {
    struct link *link = &links[released % MOST_LINKS];
    if (link->capability == released) {
        *link = (struct link){0};
    }
}
