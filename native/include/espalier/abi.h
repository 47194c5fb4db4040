/*
 * The interface between a native component and the library image that its kernel brings: docs/native.md. It names no kernel. A component
 * is entered with the address of the table below in RDI, and goes to its kernel through nothing else; so one file runs on every kernel
 * that has an image.
 *
 * All functions follow the System V calling convention for x86-64 and run on the stack of the caller, of which they take
 * ESPALIER_ABI_STACK bytes at most. Those that return a number return one that is not negative, or a negated espalier_failure; one
 * that failed has left nothing behind. Every one may end the component instead of returning, when its protection domain has ended.
 */
#ifndef ESPALIER_ABI_H
#define ESPALIER_ABI_H

#include <espalier/message.h>

enum {
    ESPALIER_ABI_VERSION = 1,
    ESPALIER_ABI_STACK = 4096,
};

/* The capability that a component begins with, for its parent. */
enum { ESPALIER_PARENT = 1 };

/* Why something did not happen: the word of a reply, and negated the result of an operation. The numbers are part of the wire layout. */
enum espalier_failure {
    ESPALIER_GONE = 1,
    ESPALIER_INVALID_CAPABILITY = 2,
    ESPALIER_OUT_OF_CAPS = 3,
    ESPALIER_OUT_OF_RAM = 4,
    ESPALIER_SERVER_OUT_OF_CAPS = 5,
    ESPALIER_TOO_LARGE = 6,
    ESPALIER_MALFORMED = 7,
    ESPALIER_UNKNOWN_OPERATION = 8,
    ESPALIER_DEADLOCK = 9,
    ESPALIER_INVALID_ARGUMENT = 10,
    ESPALIER_DENIED = 11,
    ESPALIER_UNSUPPORTED = 12,
    ESPALIER_OUT_OF_STACK = 13,
};

/* What has come to the entrypoint. */
enum espalier_event_kind {
    ESPALIER_REQUEST = 1, /* for the own object `id`; the next espalier_abi.serve answers it */
    ESPALIER_SIGNAL = 2,  /* `count` submissions to the own context `id` */
};

struct espalier_event {
    uint32_t kind;
    uint32_t count;
    uint64_t id;
};

/* Memory of a dataspace that is attached. */
struct espalier_region {
    uint8_t *start;
    uint64_t bytes;
};

/*
 * The table. It only grows: a later version may have more functions behind these, and a component asks `bytes` before it uses one that
 * came later. Another `version` is another interface, and a component does not run on it.
 *
 * What an operation costs is charged before it happens. A capability is an index in the component's own space, checked on each
 * use; capabilities in a message go to the receiver as copies, which it pays for.
 *
 * Requests and signals come to the initial thread, to which `serve` belongs. Everything else any thread may use, at the same time
 * as others, and none needs memory of its own for it beside its stack.
 */
struct espalier_abi {
    uint32_t version;
    uint32_t bytes; /* of the table as this kernel has it */

    /*
     * Calls the object with the request in `message`, and leaves the reply there, of which `accepted` capabilities are taken at most. 0
     * or more when the object replied with success; the message's word says the same. Where there was no reply, it brings nothing.
     */
    int32_t (*call)(espalier_capability object, struct espalier_message *message, uint32_t accepted);

    /*
     * Answers the request that came last with `reply`, and waits for what comes next. `reply` is not looked at after a signal and at
     * the first time. `request` is written when a request comes, and may not be `reply`.
     */
    void (*serve)(const struct espalier_message *reply, struct espalier_message *request, struct espalier_event *event);

    /* Makes an object whose requests come with `id`. Its capability. */
    int32_t (*create_object)(uint64_t id);

    /*
     * Makes a signal context. Its signals come with `id` where it is served, else to who awaits them. Its capability.
     */
    int32_t (*create_context)(uint64_t id, uint32_t served);

    /* Ends an own object or context; nothing more comes for its id. */
    void (*dissolve)(espalier_capability own);

    /* Gives a received capability up. Nothing happens for one that is the component's own, or names nothing. */
    void (*release)(espalier_capability received);

    /* Submits signals; never waits. */
    int32_t (*submit)(espalier_capability context, uint32_t count);

    /* Waits for signals to an own context that is not served, takes them all, and returns how many they were. */
    int32_t (*await)(espalier_capability context);

    /*
     * Makes `bytes` bytes of a dataspace from `offset` on accessible, all that follow when `bytes` is 0, at a place that the kernel
     * chooses. Both are multiples of 4096. What is attached is never executed. When the memory's owner frees it, what is read there is zero, or
     * the access is a fault, as the kernel can.
     */
    int32_t (*attach)(
        espalier_capability dataspace, uint64_t offset, uint64_t bytes, uint32_t writable, struct espalier_region *region);

    /* Ends the attachment that begins at `start`. */
    void (*detach)(uint8_t *start);

    /*
     * Starts the thread that the CPU service created: `entry` is called with `argument` on a stack that ends at `stack_end`, a multiple of 16,
     * and never returns. ESPALIER_UNSUPPORTED where components have one thread.
     */
    int32_t (*start_thread)(
        espalier_capability thread, void (*entry)(void *argument), void *argument, uint8_t *stack_end);

    /* Stops the component for good; what it owns stays until its parent destroys it. Does not return. */
    void (*halt)(void);

    /* Ends the component for a reason, a text in UTF-8, that its parent is told. Does not return. */
    void (*fault)(const uint8_t *reason, uint32_t length);
};

_Static_assert(offsetof(struct espalier_message, capabilities) == 20, "the message is part of the interface");
_Static_assert(offsetof(struct espalier_message, bytes) == 40, "the message is part of the interface");
_Static_assert(sizeof(struct espalier_message) == 936, "the message is part of the interface");
_Static_assert(sizeof(struct espalier_event) == 16, "events are part of the interface");
_Static_assert(sizeof(struct espalier_region) == 16, "regions are part of the interface");
_Static_assert(sizeof(struct espalier_abi) == 112, "the table is part of the interface");

#endif
