/*
 * The protocol between a component's process and the kernel, see docs/linux.md. All numbers are little-endian.
 * A test holds these numbers to those of the kernel.
 */
#ifndef ESPALIER_LINUX_PROTOCOL_H
#define ESPALIER_LINUX_PROTOCOL_H

#include <stdint.h>

/* What the starter is told with the word to begin. */
#define ESPALIER_LINUX_VERSION 1

/* The channel of the initial entrypoint. */
#define ESPALIER_LINUX_CHANNEL 3

/* What a native component has as its stack. */
#define ESPALIER_LINUX_STACK_BYTES 262144

#define ESPALIER_LINUX_HEAD_BYTES 56
#define ESPALIER_LINUX_MAX_BYTES 896
#define ESPALIER_LINUX_MAX_CAPS 3

/* One packet; what is sent is the head and the first `length` bytes. */
struct espalier_linux_packet {
    uint32_t operation;
    int32_t index;
    int64_t argument[3];
    uint32_t word;
    uint32_t length;
    uint32_t cap_count;
    uint32_t caps[ESPALIER_LINUX_MAX_CAPS];
    uint8_t bytes[ESPALIER_LINUX_MAX_BYTES];
};

/* From the component. */
#define ESPALIER_LINUX_CALL 1
#define ESPALIER_LINUX_REPLY 2
#define ESPALIER_LINUX_DONE 3
#define ESPALIER_LINUX_RELEASE 4
#define ESPALIER_LINUX_CREATE_OBJECT 5
#define ESPALIER_LINUX_CREATE_SIGNAL_CONTEXT 6
#define ESPALIER_LINUX_DISSOLVE 7
#define ESPALIER_LINUX_SUBMIT 8
#define ESPALIER_LINUX_SUBMIT_ON_LEAVE 9
#define ESPALIER_LINUX_AWAIT_SIGNAL 10
#define ESPALIER_LINUX_ATTACH 11
#define ESPALIER_LINUX_DETACH 12
#define ESPALIER_LINUX_CREATE_ENTRYPOINT 13
#define ESPALIER_LINUX_DESTROY_ENTRYPOINT 14
#define ESPALIER_LINUX_START_THREAD 15
#define ESPALIER_LINUX_HALT 16
#define ESPALIER_LINUX_FAULT 17
#define ESPALIER_LINUX_LINK 18
#define ESPALIER_LINUX_SERVE 19

/* From the kernel. */
#define ESPALIER_LINUX_ANSWER 64
#define ESPALIER_LINUX_REQUEST 65
#define ESPALIER_LINUX_SIGNAL 66

/* What SERVE asks for; from SERVE_SLOT on it is the slot of that index. */
#define ESPALIER_LINUX_SERVE_COMPANION 0
#define ESPALIER_LINUX_SERVE_BOARD 1
#define ESPALIER_LINUX_SERVE_LOOKS 2
#define ESPALIER_LINUX_SERVE_SLOT 16

/* Beside the token in the answer to LINK: it is a signal context's. */
#define ESPALIER_LINUX_LINKED_CONTEXT 65536

/* The arguments of an upcall that say who waits for it, and whether somebody wants slots. */
#define ESPALIER_LINUX_CHAIN 1
#define ESPALIER_LINUX_WANTED 2

/* The memory of direct slots: offsets and numbers, which docs/linux.md explains. */
#define ESPALIER_SLOT_BELL 0
#define ESPALIER_SLOT_SERVER_SLEEPS 4
#define ESPALIER_SLOT_REQUEST 64
#define ESPALIER_SLOT_SIGNALS 68
#define ESPALIER_SLOT_REPLY 128
#define ESPALIER_SLOT_CLIENT_SLEEPS 132
#define ESPALIER_SLOT_CLOSED 192
#define ESPALIER_SLOT_REVOKED 200
#define ESPALIER_SLOT_REQUEST_HEAD 256
#define ESPALIER_SLOT_REQUEST_BYTES 272
#define ESPALIER_SLOT_REPLY_HEAD 1216
#define ESPALIER_SLOT_REPLY_BYTES 1232
#define ESPALIER_SLOT_COUNTS 2176
#define ESPALIER_SLOT_PAGE_BYTES 4096
#define ESPALIER_SLOT_ANSWERED 0
#define ESPALIER_SLOT_UNKNOWN 1
#define ESPALIER_SLOT_BOARD_BELL 0
#define ESPALIER_SLOT_BOARD_POSTED 4
#define ESPALIER_SLOT_BOARD_CLOSED 8
#define ESPALIER_SLOT_BOARD_CHANGES 12
#define ESPALIER_SLOT_BOARD_GENERATIONS 64
#define ESPALIER_SLOT_BOARD_GRANTS 4096
#define ESPALIER_SLOT_GRANT_BYTES 16
#define ESPALIER_SLOT_GRANT_SERIAL 8
#define ESPALIER_SLOT_GRANT_KIND 12
#define ESPALIER_SLOT_OBJECT 1
#define ESPALIER_SLOT_CONTEXT 2
#define ESPALIER_SLOT_MOST_SLOTS 64
#define ESPALIER_SLOT_MOST_TOKENS 64
#define ESPALIER_SLOT_BOARD_BYTES 69632

#endif
