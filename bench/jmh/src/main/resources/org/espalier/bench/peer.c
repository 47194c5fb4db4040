/*
 * What kernel linux is compared with: two processes that send 64 bytes to and fro, through a futex in shared memory or through a Unix
 * socket, and both of them wait asleep. Reads a number of round trips from standard input and answers with the nanoseconds that they
 * have taken, until the input ends.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { BYTES = 64 };

static struct side {
    _Alignas(64) _Atomic uint32_t word;
    _Alignas(64) uint8_t bytes[BYTES];
} *sides;

static uint8_t own[BYTES];

static void put(struct side *side, uint32_t value) {
    memcpy(side->bytes, own, BYTES);
    atomic_store(&side->word, value);
    syscall(SYS_futex, &side->word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void take(struct side *side, uint32_t value) {
    uint32_t seen;
    while ((seen = atomic_load(&side->word)) != value) {
        syscall(SYS_futex, &side->word, FUTEX_WAIT, seen, NULL, NULL, 0);
    }
    memcpy(own, side->bytes, BYTES);
}

static void move(int socket, int out) {
    if ((out ? write(socket, own, BYTES) : read(socket, own, BYTES)) != BYTES) {
        exit(0);
    }
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

int main(int count, char **arguments) {
    int futex = count > 1 && strcmp(arguments[1], "futex") == 0;
    int sockets[2];
    sides = mmap(NULL, 2 * sizeof *sides, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sides == MAP_FAILED || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0) {
        return 1;
    }
    pid_t child = fork();
    if (child < 0) {
        return 1;
    }
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (uint32_t round = 1;; round++) {
            if (futex) {
                take(&sides[0], round);
                put(&sides[1], round);
            } else {
                move(sockets[1], 0);
                move(sockets[1], 1);
            }
        }
    }
    uint32_t round = 0;
    long rounds;
    while (scanf("%ld", &rounds) == 1) {
        uint64_t begin = now();
        for (long i = 0; i < rounds; i++) {
            round++;
            if (futex) {
                put(&sides[0], round);
                take(&sides[1], round);
            } else {
                move(sockets[0], 1);
                move(sockets[0], 0);
            }
        }
        printf("%lld\n", (long long)(now() - begin));
        fflush(stdout);
    }
    kill(child, SIGKILL);
    return 0;
}
