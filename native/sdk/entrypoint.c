/*
 * Objects and signal handlers, and the loop that runs them, one at a time.
 */
#include "internal.h"

enum { BUILT_IN = 64 };

static struct espalier_slot built_in[BUILT_IN];
static struct espalier_slot *slots = built_in;
static uint32_t slot_count = BUILT_IN;

void espalier_slots(struct espalier_slot *more, uint32_t count) {
    for (uint32_t i = 0; i < slot_count; i++) {
        if (slots[i].capability != 0 && i < count) {
            more[i] = slots[i];
        } else if (slots[i].capability != 0) {
            espalier_fault("There are more objects than the slots that are to take them.");
        }
    }
    slots = more;
    slot_count = count;
}

static bool is_free(const struct espalier_slot *slot) {
    return slot->dispatch == NULL && slot->handler == NULL;
}

static struct espalier_slot *take_slot(espalier_dispatch *dispatch, espalier_handler *handler, void *object) {
    for (uint32_t i = 0; i < slot_count; i++) {
        struct espalier_slot *slot = &slots[i];
        if (is_free(slot)) {
            /* So that what is late for what was here before does not reach what is here now. */
            slot->generation++;
            slot->dispatch = dispatch;
            slot->handler = handler;
            slot->object = object;
            return slot;
        }
    }
    return NULL;
}

static void free_slot(struct espalier_slot *slot) {
    slot->dispatch = NULL;
    slot->handler = NULL;
    slot->object = NULL;
    slot->capability = 0;
}

static uint64_t id_of(const struct espalier_slot *slot) {
    return (uint64_t)slot->generation << 32 | (uint64_t)(slot - slots);
}

static const struct espalier_slot *find(uint64_t id) {
    uint32_t index = (uint32_t)id;
    return index < slot_count && !is_free(&slots[index]) && slots[index].generation == id >> 32 ? &slots[index] : NULL;
}

static int32_t made(struct espalier_slot *slot, int32_t capability) {
    if (capability <= 0) {
        free_slot(slot);
        return capability == 0 ? -ESPALIER_MALFORMED : capability;
    }
    slot->capability = (espalier_capability)capability;
    return capability;
}

int32_t espalier_manage(espalier_dispatch *dispatch, void *object) {
    struct espalier_slot *slot = take_slot(dispatch, NULL, object);
    return slot == NULL ? -ESPALIER_OUT_OF_CAPS : made(slot, espalier_kernel->create_object(id_of(slot)));
}

int32_t espalier_handle(espalier_handler *handler, void *object) {
    struct espalier_slot *slot = take_slot(NULL, handler, object);
    return slot == NULL ? -ESPALIER_OUT_OF_CAPS : made(slot, espalier_kernel->create_context(id_of(slot), 1));
}

void espalier_dissolve(espalier_capability own) {
    for (uint32_t i = 0; own != 0 && i < slot_count; i++) {
        if (slots[i].capability == own) {
            free_slot(&slots[i]);
            espalier_kernel->dissolve(own);
            return;
        }
    }
}

void espalier_submit(espalier_capability context) {
    if (context != 0) {
        (void)espalier_kernel->submit(context, 1);
    }
}

int32_t espalier_context(void) {
    return espalier_kernel->create_context(0, 0);
}

int32_t espalier_await(espalier_capability context) {
    return espalier_kernel->await(context);
}

void espalier_context_end(espalier_capability context) {
    if (context != 0) {
        espalier_kernel->dissolve(context);
    }
}

static void answer(uint64_t id, struct espalier_message *request, struct espalier_message *reply) {
    const struct espalier_slot *slot = find(id);
    espalier_received(request);
    espalier_begin(reply, 0);
    if (slot == NULL || slot->dispatch == NULL) {
        espalier_refuse(request, reply, ESPALIER_GONE);
    } else {
        slot->dispatch(slot->object, request, reply);
    }
}

_Noreturn void espalier_serve(void) {
    static struct espalier_message request, reply;
    for (;;) {
        struct espalier_event event = {0};
        espalier_kernel->serve(&reply, &request, &event);
        if (event.kind == ESPALIER_REQUEST) {
            answer(event.id, &request, &reply);
        } else if (event.kind == ESPALIER_SIGNAL) {
            const struct espalier_slot *slot = find(event.id);
            if (slot != NULL && slot->handler != NULL) {
                slot->handler(slot->object, event.count);
            }
        }
    }
}
