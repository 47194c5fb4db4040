/*
 * The host's kernel as the programs in the sandbox see it: numbers and structures of the system-call interface of Linux on x86-64,
 * and the one instruction that enters it. No C library: what is not here is not called.
 */
#ifndef ESPALIER_LINUX_HOST_H
#define ESPALIER_LINUX_HOST_H

#include <stddef.h>
#include <stdint.h>

enum {
    SYS_CLOSE = 3,
    SYS_MMAP = 9,
    SYS_MUNMAP = 11,
    SYS_PREAD64 = 17,
    SYS_SENDMSG = 46,
    SYS_RECVMSG = 47,
    SYS_FUTEX = 202,
    SYS_EXIT_GROUP = 231,
    SYS_PRLIMIT64 = 302,
    SYS_SECCOMP = 317,
    SYS_CLOSE_RANGE = 436,
    SYS_FUTEX_WAITV = 449,
};

enum { PROT_NONE = 0, PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4 };
enum { MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20, MAP_FIXED_NOREPLACE = 0x100000 };

/* The channel to the kernel, the only descriptor that a component has at first. */
enum { CHANNEL = 3 };

struct iovec {
    void *base;
    size_t length;
};

struct msghdr {
    void *name;
    uint32_t name_length;
    struct iovec *vectors;
    size_t vector_count;
    void *control;
    size_t control_length;
    int flags;
};

/* The result, or the negated error number. */
static inline long host(long number, long a, long b, long c, long d, long e, long f) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static inline _Noreturn void leave(int code) {
    for (;;) {
        host(SYS_EXIT_GROUP, code, 0, 0, 0, 0, 0);
    }
}

/* Sends or receives one message of plain bytes; the result is that of the system call. */
static inline long message(long number, void *bytes, size_t length) {
    struct iovec vector = {bytes, length};
    struct msghdr header = {.vectors = &vector, .vector_count = 1};
    return host(number, CHANNEL, (long)&header, 0, 0, 0, 0);
}

#endif
