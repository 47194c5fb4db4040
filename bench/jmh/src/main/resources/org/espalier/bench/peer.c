/*
 * What kernel linux is compared with: two processes that send 64 bytes to and fro, through a futex in shared memory or through a Unix
 * socket, and both of them wait asleep; or of which one sends packets of 1500 bytes to the other through a ring in shared memory, each
 * copied in and out, and either sleeps when the ring is full or empty. Reads a number of round trips or of packets from standard input and
 * answers with the nanoseconds that they have taken, until the input ends.
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

enum { BYTES = 64, PACKET_BYTES = 1500, PLACE_BYTES = 1536, PLACES = 256 };

static struct side {
    _Alignas(64) _Atomic uint32_t word;
    _Alignas(64) uint8_t bytes[BYTES];
} *sides;

static uint8_t own[BYTES];

/* Packets that were put and taken, and whether who waits for the number to change sleeps. */
static struct ring {
    _Alignas(64) _Atomic uint32_t put;
    _Alignas(64) _Atomic uint32_t taken;
    _Alignas(64) _Atomic uint32_t taker_sleeps;
    _Alignas(64) _Atomic uint32_t putter_sleeps;
    _Alignas(64) uint8_t places[PLACES][PLACE_BYTES];
} *ring;

static uint8_t packet[PACKET_BYTES];

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

/*
 * Waits until `word` is not `value`, and says what it is. It sleeps on the word by which it says so, which the other one takes back before
 * waking it: who is about to sleep for the next packet when that happens does not fall asleep.
 */
static uint32_t await_other(_Atomic uint32_t *word, uint32_t value, _Atomic uint32_t *sleeps) {
    uint32_t seen;
    while ((seen = atomic_load(word)) == value) {
        atomic_store(sleeps, 1);
        if (atomic_load(word) == value) {
            syscall(SYS_futex, sleeps, FUTEX_WAIT, 1, NULL, NULL, 0);
        }
        atomic_store(sleeps, 0);
    }
    return seen;
}

static void count_up(_Atomic uint32_t *word, uint32_t value, _Atomic uint32_t *sleeps) {
    atomic_store(word, value);
    if (atomic_load(sleeps) != 0) {
        atomic_store(sleeps, 0);
        syscall(SYS_futex, sleeps, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
}

static void put_packets(uint32_t from, uint32_t to) {
    for (uint32_t number = from, taken = from; number != to; number++) {
        if (number - taken == PLACES || number == from) {
            taken = await_other(&ring->taken, number - PLACES, &ring->putter_sleeps);
        }
        memcpy(packet, &number, sizeof number);
        memcpy(ring->places[number % PLACES], packet, PACKET_BYTES);
        count_up(&ring->put, number + 1, &ring->taker_sleeps);
    }
    uint32_t taken = atomic_load(&ring->taken);
    while (taken != to) {
        taken = await_other(&ring->taken, taken, &ring->putter_sleeps);
    }
}

static void take_packets(void) {
    for (uint32_t number = 0, put = 0;; number++) {
        if (number == put) {
            put = await_other(&ring->put, number, &ring->taker_sleeps);
        }
        uint32_t came;
        memcpy(packet, ring->places[number % PLACES], PACKET_BYTES);
        memcpy(&came, packet, sizeof came);
        if (came != number) {
            exit(1);
        }
        count_up(&ring->taken, number + 1, &ring->putter_sleeps);
    }
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
    int packets = count > 1 && strcmp(arguments[1], "packets") == 0;
    int sockets[2];
    sides = mmap(NULL, 2 * sizeof *sides, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ring = mmap(NULL, sizeof *ring, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sides == MAP_FAILED || ring == MAP_FAILED || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0) {
        return 1;
    }
    pid_t child = fork();
    if (child < 0) {
        return 1;
    }
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (packets) {
            take_packets();
        }
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
        if (packets) {
            put_packets(round, round + (uint32_t)rounds);
            round += (uint32_t)rounds;
        }
        for (long i = 0; i < rounds && !packets; i++) {
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
