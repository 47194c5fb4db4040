/*
 * The server's end of direct slots. What stands on the board is the kernel's and true; what stands in a slot is its client's, is copied
 * before it is looked at, and reaches nothing but what the board says it may.
 */
#include <stdbool.h>

#include "slots.h"
#include "transport.h"

/* A slot as it was when it was looked at last. */
struct seen {
    uint8_t *page;
    uint32_t generation, bell, served, signals;
    uint64_t counts[ESPALIER_SLOT_MOST_TOKENS];
};

static uint8_t *board;
static int companion = -1;
static bool has_tried;
static struct seen slots[ESPALIER_SLOT_MOST_SLOTS];
static uint32_t taken, changes;

/* The slot that a request of is being served, counted from 1. */
static uint32_t in_request;

/* Where looking goes on, so that no client waits for ever behind another one. */
static uint32_t next_slot;

/* How many tokens of all slots have had their turn before the packet that is posted. */
static uint32_t heard;

void slot_begin(void) {
    if (has_tried) {
        return;
    }
    has_tried = true;
    struct espalier_linux_packet packet;
    int beside = slot_operation(&packet, ESPALIER_LINUX_SERVE, ESPALIER_LINUX_SERVE_COMPANION);
    int file = slot_operation(&packet, ESPALIER_LINUX_SERVE, ESPALIER_LINUX_SERVE_BOARD);
    uint8_t *memory = beside < 0 || file < 0 ? NULL : transport_map(file, 0, ESPALIER_SLOT_BOARD_BYTES, false);
    transport_close(file);
    if (memory != NULL) {
        int none = slot_operation(&packet, ESPALIER_LINUX_SERVE, ESPALIER_LINUX_SERVE_LOOKS);
        transport_close(none);
        if (packet.index > 0) {
            companion = beside;
            board = memory;
        }
    }
}

bool slot_serves(void) {
    return board != NULL;
}

int slot_companion(void) {
    return companion;
}

uint32_t slot_in_request(void) {
    return in_request;
}

static uint64_t generation_at(uint32_t slot) {
    return ESPALIER_SLOT_BOARD_GENERATIONS + 4 * (uint64_t)slot;
}

static void open_page(uint32_t index) {
    struct espalier_linux_packet packet;
    int file = slot_operation(&packet, ESPALIER_LINUX_SERVE, (int32_t)(ESPALIER_LINUX_SERVE_SLOT + index));
    uint8_t *page = file < 0 ? NULL : transport_map(file, 0, ESPALIER_SLOT_PAGE_BYTES, true);
    transport_close(file);
    if (page != NULL) {
        slots[index] = (struct seen){.page = page, .generation = (uint32_t)packet.argument[0]};
    }
}

/* Takes in which slots there are. */
static void follow(void) {
    changes = slot_get(board, ESPALIER_SLOT_BOARD_CHANGES);
    transport_choose(companion);
    for (uint32_t i = 0; i < ESPALIER_SLOT_MOST_SLOTS; i++) {
        uint32_t generation = slot_get(board, generation_at(i));
        if (slots[i].page != NULL && slots[i].generation != generation) {
            transport_unmap(slots[i].page, ESPALIER_SLOT_PAGE_BYTES);
            slots[i].page = NULL;
        }
        if (slots[i].page == NULL && generation != 0) {
            open_page(i);
        }
    }
    transport_choose(ESPALIER_LINUX_CHANNEL);
}

/* Whether a grant stands there; asked before and after what it is for is read. */
static bool holds(uint32_t slot, uint64_t grant, uint32_t serial, uint32_t kind) {
    return serial != 0 && slot_get(board, grant + ESPALIER_SLOT_GRANT_SERIAL) == serial
        && slot_get(board, grant + ESPALIER_SLOT_GRANT_KIND) == kind
        && slot_get(board, generation_at(slot)) == slots[slot].generation;
}

static bool granted(uint32_t slot, uint32_t token, uint32_t serial, uint32_t kind, uint64_t *id) {
    uint64_t grant = ESPALIER_SLOT_BOARD_GRANTS
        + ESPALIER_SLOT_GRANT_BYTES * ((uint64_t)slot * ESPALIER_SLOT_MOST_TOKENS + token);
    bool held = holds(slot, grant, serial, kind);
    *id = slot_get_long(board, grant);
    return held && holds(slot, grant, serial, kind);
}

static void finish(uint32_t slot, uint32_t outcome, uint32_t word, uint32_t length) {
    uint8_t *page = slots[slot].page;
    slot_set(page, ESPALIER_SLOT_REPLY_HEAD, outcome);
    slot_set(page, ESPALIER_SLOT_REPLY_HEAD + 4, word);
    slot_set(page, ESPALIER_SLOT_REPLY_HEAD + 8, length);
    slot_set(page, ESPALIER_SLOT_REPLY, slots[slot].served);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    /* Whoever sleeps takes that back himself: the client may have this reply by now, and sleep for the next one. */
    if (slot_get(page, ESPALIER_SLOT_CLIENT_SLEEPS) != 0) {
        transport_wake(slot_word(page, ESPALIER_SLOT_REPLY));
    }
}

void slot_answer(const struct espalier_message *reply) {
    uint32_t slot = in_request - 1;
    in_request = 0;
    if (reply->capability_count != 0 || reply->length > ESPALIER_LINUX_MAX_BYTES) {
        /* Nobody has accepted any. */
        finish(slot, ESPALIER_SLOT_ANSWERED, ESPALIER_MALFORMED, 0);
        return;
    }
    slot_copy(slots[slot].page + ESPALIER_SLOT_REPLY_BYTES, reply->bytes, reply->length);
    finish(slot, ESPALIER_SLOT_ANSWERED, reply->word, reply->length);
}

/* Whether the request that has come is to be served. */
static bool take_request(uint32_t slot, struct espalier_message *message, struct espalier_event *event) {
    uint8_t *page = slots[slot].page;
    slots[slot].served = slot_get(page, ESPALIER_SLOT_REQUEST);
    uint32_t token = slot_get(page, ESPALIER_SLOT_REQUEST_HEAD);
    uint32_t serial = slot_get(page, ESPALIER_SLOT_REQUEST_HEAD + 4);
    uint32_t word = slot_get(page, ESPALIER_SLOT_REQUEST_HEAD + 8);
    uint32_t length = slot_get(page, ESPALIER_SLOT_REQUEST_HEAD + 12);
    uint64_t id;
    if (token >= ESPALIER_SLOT_MOST_TOKENS || length > ESPALIER_LINUX_MAX_BYTES
        || !granted(slot, token, serial, ESPALIER_SLOT_OBJECT, &id)) {
        finish(slot, ESPALIER_SLOT_UNKNOWN, 0, 0);
        return false;
    }
    message->word = word;
    message->length = length;
    message->capability_count = 0;
    slot_copy(message->bytes, page + ESPALIER_SLOT_REQUEST_BYTES, length);
    *event = (struct espalier_event){.kind = ESPALIER_REQUEST, .id = id, .count = 0};
    in_request = slot + 1;
    return true;
}

/* Whether a token has counted signals that are to be handled. */
static bool take_count(uint32_t slot, uint32_t token, struct espalier_event *event) {
    struct seen *seen = &slots[slot];
    uint64_t count = slot_get_long(seen->page, ESPALIER_SLOT_COUNTS + 8 * (uint64_t)token);
    uint64_t before = seen->counts[token];
    if (count == before) {
        return false;
    }
    seen->counts[token] = count;
    uint32_t serial = (uint32_t)(count >> 32);
    uint32_t fresh = (uint32_t)count - (serial == (uint32_t)(before >> 32) ? (uint32_t)before : 0);
    uint64_t id;
    if (fresh == 0 || !granted(slot, token, serial, ESPALIER_SLOT_CONTEXT, &id)) {
        return false;
    }
    *event =
        (struct espalier_event){.kind = ESPALIER_SIGNAL, .id = id, .count = fresh > 0x7fffffff ? 0x7fffffff : fresh};
    return true;
}

/* Whether there was a signal that is to be handled. */
static bool take_signal(uint32_t slot, struct espalier_event *event) {
    struct seen *seen = &slots[slot];
    uint32_t signals = slot_get(seen->page, ESPALIER_SLOT_SIGNALS);
    if (signals == seen->signals) {
        return false;
    }
    for (uint32_t token = 0; token < ESPALIER_SLOT_MOST_TOKENS; token++) {
        if (take_count(slot, token, event)) {
            return true;
        }
    }
    /* Only now: other tokens may have counted as well. */
    seen->signals = signals;
    return false;
}

/*
 * Whether there was a signal that came before the packet which the kernel has posted: who signals and then has a
 * request sent, by whatever way, is heard in that order. Each token has one turn, so no signals keep the packet from being taken.
 */
static bool take_earlier_signal(struct espalier_event *event) {
    while (heard < ESPALIER_SLOT_MOST_SLOTS * ESPALIER_SLOT_MOST_TOKENS) {
        uint32_t slot = heard / ESPALIER_SLOT_MOST_TOKENS;
        const struct seen *seen = &slots[slot];
        if (seen->page == NULL || slot_get(seen->page, ESPALIER_SLOT_SIGNALS) == seen->signals) {
            heard = (slot + 1) * ESPALIER_SLOT_MOST_TOKENS;
        } else if (take_count(slot, heard++ % ESPALIER_SLOT_MOST_TOKENS, event)) {
            return true;
        }
    }
    heard = 0;
    return false;
}

static void sleep_until_rung(uint32_t rung) {
    static struct transport_word words[ESPALIER_SLOT_MOST_SLOTS + 1];
    uint32_t count = 1;
    transport_word(&words[0], slot_word(board, ESPALIER_SLOT_BOARD_BELL), rung);
    for (uint32_t i = 0; i < ESPALIER_SLOT_MOST_SLOTS; i++) {
        if (slots[i].page != NULL) {
            slot_set(slots[i].page, ESPALIER_SLOT_SERVER_SLEEPS, 1);
            transport_word(&words[count++], slot_word(slots[i].page, ESPALIER_SLOT_BELL), slots[i].bell);
        }
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    /* Who has rung since it was looked at has changed one of the words, and the host does not wait then. */
    transport_await(words, count);
    for (uint32_t i = 0; i < ESPALIER_SLOT_MOST_SLOTS; i++) {
        if (slots[i].page != NULL) {
            slot_set(slots[i].page, ESPALIER_SLOT_SERVER_SLEEPS, 0);
        }
    }
}

enum slot_next slot_wait(struct espalier_message *request, struct espalier_event *event) {
    for (;;) {
        if (slot_get(board, ESPALIER_SLOT_BOARD_CLOSED) != 0) {
            transport_leave();
        }
        uint32_t rung = slot_get(board, ESPALIER_SLOT_BOARD_BELL);
        bool posted = slot_get(board, ESPALIER_SLOT_BOARD_POSTED) != taken;
        if (slot_get(board, ESPALIER_SLOT_BOARD_CHANGES) != changes) {
            follow();
        }
        if (posted) {
            if (take_earlier_signal(event)) {
                return SLOT_SIGNAL;
            }
            taken++;
            return SLOT_PACKET;
        }
        for (uint32_t i = 0; i < ESPALIER_SLOT_MOST_SLOTS; i++) {
            uint32_t slot = (next_slot + i) % ESPALIER_SLOT_MOST_SLOTS;
            if (slots[slot].page == NULL) {
                continue;
            }
            slots[slot].bell = slot_get(slots[slot].page, ESPALIER_SLOT_BELL);
            bool requested = slot_get(slots[slot].page, ESPALIER_SLOT_REQUEST) != slots[slot].served;
            /* The signals first: a client that signals and then calls is heard in that order. */
            if (take_signal(slot, event)) {
                next_slot = slot + 1;
                return SLOT_SIGNAL;
            }
            if (requested && take_request(slot, request, event)) {
                next_slot = slot + 1;
                return SLOT_REQUEST;
            }
        }
        sleep_until_rung(rung);
    }
}
