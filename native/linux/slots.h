/*
 * Direct slots: calls and signals between components without the kernel, which docs/linux.md explains. Either end; the component has one
 * thread, and so at most one slot for each entrypoint of a server.
 */
#ifndef ESPALIER_LINUX_SLOTS_H
#define ESPALIER_LINUX_SLOTS_H

#include <espalier/abi.h>

#include "protocol.h"

/* An operation of the kernel that may bring a descriptor; -1 where it does not. */
int slot_operation(struct espalier_linux_packet *packet, uint32_t operation, int32_t index);

static inline void slot_copy(uint8_t *to, const volatile uint8_t *from, uint64_t bytes) {
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

static inline volatile uint32_t *slot_word(uint8_t *page, uint64_t at) {
    return (volatile uint32_t *)(void *)(page + at);
}

static inline volatile uint64_t *slot_long(uint8_t *page, uint64_t at) {
    return (volatile uint64_t *)(void *)(page + at);
}

/* Each word of shared memory is read once, and in order. */
static inline uint32_t slot_get(uint8_t *page, uint64_t at) {
    return __atomic_load_n(slot_word(page, at), __ATOMIC_ACQUIRE);
}

static inline void slot_set(uint8_t *page, uint64_t at, uint32_t value) {
    __atomic_store_n(slot_word(page, at), value, __ATOMIC_RELEASE);
}

static inline uint64_t slot_get_long(uint8_t *page, uint64_t at) {
    return __atomic_load_n(slot_long(page, at), __ATOMIC_ACQUIRE);
}

/* ---- as a client */

/*
 * Calls by a slot; false when the call is to be made by the kernel. `chain` is who waits for what is being done. The reply, or a failure, is in
 * the message, which brings no capabilities.
 */
bool slot_call(espalier_capability object, struct espalier_message *message, uint64_t chain);

/* Submits by a slot; false when that is to be done by the kernel. */
bool slot_submit(espalier_capability context, uint32_t count);

/* A capability is released, and its index may name something else. */
void slot_released(espalier_capability released);

/* ---- as a server */

/* Begins to look at slots; within an upcall, before that is answered. */
void slot_begin(void);

/* Whether it has begun. */
bool slot_serves(void);

/* The channel to speak on while a slot is being served. */
int slot_companion(void);

/* What is there to be done next. */
enum slot_next { SLOT_PACKET, SLOT_REQUEST, SLOT_SIGNAL };

/* Waits for it; a request is put into the message. The entrypoint's end does not return. */
enum slot_next slot_wait(struct espalier_message *request, struct espalier_event *event);

/* Answers the request that was there last; the number of its slot, counted from 1, while it is not answered, and 0 else. */
void slot_answer(const struct espalier_message *reply);
uint32_t slot_in_request(void);

#endif
