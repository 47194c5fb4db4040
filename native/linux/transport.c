/*
 * Packets over the component's channel, with the system calls that a component has.
 */
#include "transport.h"

#include "host.h"

enum { RIGHTS = 1, MESSAGE_CLOEXEC = 0x40000000 };
enum { FUTEX_WAKE = 1, WORD_OF_32_BITS = 2, ALL_WAITERS = 0x7fffffff };

static int chosen = ESPALIER_LINUX_CHANNEL;

/* One descriptor beside a packet: length, level, type, the number, and what fills eight bytes. */
struct rights {
    uint64_t length;
    int32_t level, type, descriptor, padding;
};

void transport_send(const struct espalier_linux_packet *packet) {
    struct iovec vector = {(void *)(uintptr_t)packet, ESPALIER_LINUX_HEAD_BYTES + packet->length};
    struct msghdr header = {.vectors = &vector, .vector_count = 1};
    if (host(SYS_SENDMSG, chosen, (long)&header, 0, 0, 0, 0) < 0) {
        leave(0);
    }
}

void transport_receive(struct espalier_linux_packet *packet, int *descriptor) {
    struct iovec vector = {packet, sizeof *packet};
    struct rights rights = {0};
    struct msghdr header = {
        .vectors = &vector, .vector_count = 1, .control = &rights, .control_length = sizeof rights};
    long got = host(SYS_RECVMSG, chosen, (long)&header, MESSAGE_CLOEXEC, 0, 0, 0);
    if (got < ESPALIER_LINUX_HEAD_BYTES || packet->length != (uint32_t)(got - ESPALIER_LINUX_HEAD_BYTES)
        || packet->cap_count > ESPALIER_LINUX_MAX_CAPS) {
        /* The kernel is gone. */
        leave(0);
    }
    bool brought = header.control_length >= sizeof rights.length + 3 * sizeof rights.type && rights.type == RIGHTS;
    *descriptor = brought ? rights.descriptor : -1;
}

uint8_t *transport_map(int descriptor, uint64_t offset, uint64_t bytes, bool writable) {
    long start = host(
        SYS_MMAP, 0, (long)bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, descriptor, (long)offset);
    return start < 0 && start > -4096 ? NULL : (uint8_t *)start;
}

void transport_unmap(uint8_t *start, uint64_t bytes) {
    host(SYS_MUNMAP, (long)start, (long)bytes, 0, 0, 0, 0);
}

void transport_close(int descriptor) {
    if (descriptor >= 0) {
        host(SYS_CLOSE, descriptor, 0, 0, 0, 0, 0);
    }
}

void transport_choose(int channel) {
    chosen = channel;
}

void transport_word(struct transport_word *entry, const volatile uint32_t *word, uint32_t value) {
    *entry = (struct transport_word){value, (uint64_t)(uintptr_t)word, WORD_OF_32_BITS, 0};
}

void transport_await(const struct transport_word *words, uint32_t count) {
    host(SYS_FUTEX_WAITV, (long)words, count, 0, 0, 0, 0);
}

void transport_wake(volatile uint32_t *word) {
    host(SYS_FUTEX, (long)word, FUTEX_WAKE, ALL_WAITERS, 0, 0, 0);
}

_Noreturn void transport_leave(void) {
    leave(0);
}
