/*
 * A native component that tries to get out. It receives the name of one attempt on its channel, makes it, and answers with the result
 * of the last system call: 0 and above, or a negated error number. Most attempts are not survived, which is what the test expects.
 */
#include "host.h"

enum { FUTEX_PRIVATE = 128 };

static long number(const char **text) {
    long value = 0;
    int negative = **text == '-';
    if (negative) {
        (*text)++;
    }
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        value = value * 10 + **text - '0';
    }
    while (**text == ' ') {
        (*text)++;
    }
    return negative ? -value : value;
}

static int same(const char *left, const char *right) {
    while (*left && *left == *right) {
        left++;
        right++;
    }
    return *left == *right;
}

/* Sends `count` descriptors, all of them `descriptor`, through `through`. */
static long pass(int through, int descriptor, int count) {
    static struct {
        uint64_t length;
        int32_t level, type;
        int32_t descriptors[10000];
    } rights;
    char byte = 0;
    struct iovec vector = {&byte, 1};
    rights.length = 16 + 4 * (uint64_t)count;
    rights.level = 1;
    rights.type = 1;
    for (int i = 0; i < count; i++) {
        rights.descriptors[i] = descriptor;
    }
    struct msghdr header = {
        .vectors = &vector, .vector_count = 1, .control = &rights, .control_length = rights.length};
    return host(SYS_SENDMSG, through, (long)&header, 0, 0, 0, 0);
}

/* Receives messages with descriptors until one of them does not get its own; how many did. */
static long take(void) {
    for (long taken = 0;; taken++) {
        char byte;
        struct {
            uint64_t length;
            int32_t level, type, descriptor, padding;
        } rights = {0};
        struct iovec vector = {&byte, 1};
        struct msghdr header = {
            .vectors = &vector, .vector_count = 1, .control = &rights, .control_length = sizeof rights};
        if (host(SYS_RECVMSG, CHANNEL, (long)&header, 0, 0, 0, 0) <= 0 || header.flags != 0) {
            return taken;
        }
    }
}

/* How many of the numbers up to `last` name a descriptor, the channel left out. */
static long guess(int last) {
    char byte = 0;
    struct iovec vector = {&byte, 0};
    struct msghdr header = {.vectors = &vector, .vector_count = 1};
    long found = 0;
    for (int i = 0; i <= last; i++) {
        found += i != CHANNEL && host(SYS_RECVMSG, i, (long)&header, 0x40, 0, 0, 0) != -9;
    }
    return found;
}

static long recurse(volatile long depth) {
    volatile char frame[4096];
    frame[0] = (char)depth;
    return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

static long map(long bytes, int protection, int flags) {
    return host(SYS_MMAP, 0, bytes, protection, flags, -1, 0);
}

static char large[1 << 20];
static const char constant[8] = "constant";
static volatile long *volatile nowhere = 0;

__attribute__((noinline, used)) static long attempt(const char *name) {
    if (same(name, "nothing")) {
        return 0;
    }
    if (same(name, "answer twice")) {
        long one = 1;
        return message(SYS_SENDMSG, &one, sizeof one) == sizeof one ? 2 : -1;
    }
    if (same(name, "read null")) {
        return *nowhere;
    }
    if (same(name, "write a constant")) {
        *(volatile char *)constant = 0;
        return 0;
    }
    if (same(name, "write code")) {
        *(volatile char *)attempt = 0;
        return 0;
    }
    if (same(name, "run data")) {
        ((void (*)(void))large)();
        return 0;
    }
    if (same(name, "run the stack")) {
        volatile char code[1] = {(char)0xc3};
        ((void (*)(void))code)();
        return 0;
    }
    if (same(name, "halt")) {
        __asm__ volatile("hlt");
    }
    if (same(name, "disable interrupts")) {
        __asm__ volatile("cli");
    }
    if (same(name, "use a port")) {
        __asm__ volatile("inb $0x80, %%al" ::: "rax");
    }
    if (same(name, "read a control register")) {
        __asm__ volatile("mov %%cr3, %%rax" ::: "rax");
    }
    if (same(name, "read the host's memory")) {
        return *(volatile long *)0xffffffff81000000UL;
    }
    if (same(name, "undefined instruction")) {
        __asm__ volatile("ud2");
    }
    if (same(name, "breakpoint")) {
        __asm__ volatile("int3");
    }
    if (same(name, "divide by zero")) {
        __asm__ volatile("xor %%ecx, %%ecx\n\tdiv %%ecx" ::: "rax", "rcx", "rdx");
    }
    if (same(name, "endless recursion")) {
        return recurse(0);
    }
    if (same(name, "32-bit entry")) {
        long result;
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
        return result;
    }
    if (same(name, "write over the starter")) {
        *(volatile char *)0x70001000UL = 0;
        return 0;
    }
    if (same(name, "guess descriptors")) {
        return guess(4096);
    }
    if (same(name, "memory of its own")) {
        return map(4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
    }
    if (same(name, "shared memory of its own")) {
        return map(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    }
    if (same(name, "a private copy of what is shared")) {
        return host(SYS_MMAP, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, CHANNEL, 0);
    }
    if (same(name, "write all of its memory")) {
        for (unsigned i = 0; i < sizeof large; i += 4096) {
            ((volatile char *)large)[i] = 1;
        }
        return 0;
    }
    if (same(name, "take all descriptors")) {
        return take();
    }
    if (same(name, "end the connection by a message of no bytes")) {
        message(SYS_SENDMSG, large, 0);
        return message(SYS_SENDMSG, large, 1);
    }
    if (same(name, "wait for foreign memory")) {
        return host(202, 0xffffffff81000000L, 0, 0, 0, 0, 0);
    }
    if (same(name, "wake foreign memory")) {
        return host(202, 0x7ffff0000000L, 1 | FUTEX_PRIVATE, 1, 0, 0, 0);
    }
    if (same(name, "an oversized message")) {
        return message(SYS_SENDMSG, large, sizeof large);
    }
    if (same(name, "a message beyond what the kernel takes")) {
        return message(SYS_SENDMSG, large, 4096) == 4096 ? 0 : -1;
    }
    if (same(name, "ten thousand descriptors")) {
        return pass(CHANNEL, CHANNEL, 10000);
    }
    if (same(name, "more descriptors than the kernel takes")) {
        return pass(CHANNEL, CHANNEL, 100) == 1 ? 0 : -1;
    }
    if (same(name, "a descriptor that is not there")) {
        return pass(CHANNEL, 4, 1);
    }
    if (same(name, "close the channel")) {
        host(SYS_CLOSE, CHANNEL, 0, 0, 0, 0, 0);
        for (;;) {
            host(24, 0, 0, 0, 0, 0, 0);
        }
    }
    if (same(name, "flood")) {
        char byte = 1;
        while (message(SYS_SENDMSG, &byte, 1) == 1) {
        }
        return 0;
    }
    if (same(name, "never return")) {
        for (;;) {
        }
    }
    if (same(name, "code that is written")) {
        return map(4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS);
    }
    if (same(name, "exit as if killed")) {
        leave(137);
    }
    /* Numbers: a system call with its arguments. */
    const char *text = name;
    long call = number(&text);
    long arguments[6];
    for (int i = 0; i < 6; i++) {
        arguments[i] = number(&text);
    }
    return host(call, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

void _start(void) {
    char name[256];
    for (;;) {
        long length = message(SYS_RECVMSG, name, sizeof name - 1);
        if (length <= 0) {
            leave(0);
        }
        name[length] = 0;
        long result = attempt(name);
        message(SYS_SENDMSG, &result, sizeof result);
    }
}
