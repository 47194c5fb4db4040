/*
 * The four functions that a compiler may call without being asked to. Compiled so that it does not call them from within.
 */
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *at, int value, size_t bytes);
int memcmp(const void *one, const void *other, size_t bytes);

/* From the first byte to the last. */
static void copy(void *to, const void *from, size_t bytes) {
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
    copy(to, from, bytes);
    return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
    unsigned char *target = to;
    const unsigned char *source = from;
    if (target <= source) {
        copy(to, from, bytes);
        return to;
    }
    while (bytes > 0) {
        bytes--;
        target[bytes] = source[bytes];
    }
    return to;
}

void *memset(void *at, int value, size_t bytes) {
    void *start = at;
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(value) : "memory");
    return start;
}

int memcmp(const void *one, const void *other, size_t bytes) {
    const unsigned char *left = one;
    const unsigned char *right = other;
    for (size_t i = 0; i < bytes; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}
