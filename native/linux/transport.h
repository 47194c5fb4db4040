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

_Noreturn void transport_leave(void);

#endif
