/*
 * How the image moves packets and maps memory: by system calls of the host, or in tests by whatever the test has.
 */
#ifndef ESPALIER_LINUX_TRANSPORT_H
#define ESPALIER_LINUX_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

/* Sends the head and as many bytes as it says. Without a kernel to receive it, this does not return. */
void transport_send(const struct espalier_linux_packet *packet);

/*
 * Receives one packet, whose length and number of capabilities are in bounds, and the descriptor beside it, or -1. Without a kernel to send
 * one, this does not return.
 */
void transport_receive(struct espalier_linux_packet *packet, int *descriptor);

/* Maps a part of a file; null when the host does not. */
uint8_t *transport_map(int descriptor, uint64_t offset, uint64_t bytes, bool writable);

void transport_unmap(uint8_t *start, uint64_t bytes);

/* Closes a descriptor, if it is one. */
void transport_close(int descriptor);

/* Has packets go by another channel from now on. */
void transport_choose(int channel);

/* A word that changes from a value. */
struct transport_word {
    uint64_t value;
    uint64_t address;
    uint32_t flags;
    uint32_t reserved;
};

/* Fills in one word of several. */
void transport_word(struct transport_word *entry, const volatile uint32_t *word, uint32_t value);

/* Waits until one of the words is woken; at once where one has another value. */
void transport_await(const struct transport_word *words, uint32_t count);

void transport_wake(volatile uint32_t *word);

_Noreturn void transport_leave(void);

#endif
