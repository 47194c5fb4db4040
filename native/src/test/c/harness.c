/*
 * Runs a component as a program of the host, for tests: the image of kernel linux over standard input and output, where a packet is
 * followed by the length of a path and by the path itself, which stands for a descriptor. Compiled with the checks of the compiler for undefined
 * behaviour and for addresses, so it has the C library that a component has not.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../linux/image.h"
#include "../../../linux/transport.h"
#include "../../../sdk/internal.h"

static bool move_all(int descriptor, void *bytes, size_t count, bool out) {
    uint8_t *at = bytes;
    while (count > 0) {
        ssize_t moved = out ? write(descriptor, at, count) : read(descriptor, at, count);
        if (moved <= 0) {
            return false;
        }
        at += moved;
        count -= (size_t)moved;
    }
    return true;
}

_Noreturn void transport_leave(void) {
    exit(0);
}

void transport_send(const struct espalier_linux_packet *packet) {
    if (!move_all(1, (void *)(uintptr_t)packet, ESPALIER_LINUX_HEAD_BYTES + packet->length, true)) {
        transport_leave();
    }
}

void transport_receive(struct espalier_linux_packet *packet, int *descriptor) {
    uint32_t path_length = 0;
    char path[4096];
    if (!move_all(0, packet, ESPALIER_LINUX_HEAD_BYTES, false) || packet->length > ESPALIER_LINUX_MAX_BYTES
        || packet->cap_count > ESPALIER_LINUX_MAX_CAPS || !move_all(0, packet->bytes, packet->length, false)
        || !move_all(0, &path_length, sizeof path_length, false) || path_length >= sizeof path
        || !move_all(0, path, path_length, false)) {
        transport_leave();
    }
    path[path_length] = 0;
    *descriptor = path_length == 0 ? -1 : open(path, O_RDWR | O_CLOEXEC);
}

uint8_t *transport_map(int descriptor, uint64_t offset, uint64_t bytes, bool writable) {
    void *start = mmap(
        NULL, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, descriptor, (off_t)offset);
    return start == MAP_FAILED ? NULL : start;
}

void transport_unmap(uint8_t *start, uint64_t bytes) {
    munmap(start, bytes);
}

void transport_close(int descriptor) {
    if (descriptor >= 0) {
        close(descriptor);
    }
}

/* The kernel of a test gives no slots, so nobody waits for a word. */
void transport_choose(int channel) {
    (void)channel;
}

void transport_word(struct transport_word *entry, const volatile uint32_t *word, uint32_t value) {
    (void)entry;
    (void)word;
    (void)value;
}

void transport_await(const struct transport_word *words, uint32_t count) {
    (void)words;
    (void)count;
    transport_leave();
}

void transport_wake(volatile uint32_t *word) {
    (void)word;
}

int main(void) {
    espalier_enter(&espalier_linux_image);
}
