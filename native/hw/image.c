/*
 * The library image of the kernel `hw`: the table of espalier/abi.h, each function of which is one trap. The kernel reads messages where
 * the component has them, and writes them there, so there is nothing to copy and nothing to remember: the image is code and constants, the
 * same pages in all components.
 */
#include <espalier/abi.h>

#include "operations.h"

static inline int64_t trap(enum espalier_hw_operation operation, uint64_t first, uint64_t second, uint64_t third,
                           uint64_t fourth, uint64_t fifth) {
    int64_t result;
    register uint64_t r10 __asm__("r10") = fourth;
    register uint64_t r8 __asm__("r8") = fifth;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"((uint64_t)operation), "D"(first), "S"(second), "d"(third), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}

static int32_t call(espalier_capability object, struct espalier_message *message, uint32_t accepted) {
    return (int32_t)trap(ESPALIER_HW_CALL, object, (uint64_t)message, accepted, 0, 0);
}

static void serve(const struct espalier_message *reply, struct espalier_message *request, struct espalier_event *event) {
    (void)trap(ESPALIER_HW_SERVE, (uint64_t)reply, (uint64_t)request, (uint64_t)event, 0, 0);
}

static int32_t create_object(uint64_t id) {
    return (int32_t)trap(ESPALIER_HW_CREATE_OBJECT, id, 0, 0, 0, 0);
}

static int32_t create_context(uint64_t id, uint32_t served) {
    return (int32_t)trap(ESPALIER_HW_CREATE_CONTEXT, id, served, 0, 0, 0);
}

static void dissolve(espalier_capability own) {
    (void)trap(ESPALIER_HW_DISSOLVE, own, 0, 0, 0, 0);
}

static void release(espalier_capability received) {
    (void)trap(ESPALIER_HW_RELEASE, received, 0, 0, 0, 0);
}

static int32_t submit(espalier_capability context, uint32_t count) {
    return (int32_t)trap(ESPALIER_HW_SUBMIT, context, count, 0, 0, 0);
}

static int32_t await(espalier_capability context) {
    return (int32_t)trap(ESPALIER_HW_AWAIT, context, 0, 0, 0, 0);
}

static int32_t attach(
    espalier_capability dataspace, uint64_t offset, uint64_t bytes, uint32_t writable, struct espalier_region *region) {
    return (int32_t)trap(ESPALIER_HW_ATTACH, dataspace, offset, bytes, writable, (uint64_t)region);
}

static void detach(uint8_t *start) {
    (void)trap(ESPALIER_HW_DETACH, (uint64_t)start, 0, 0, 0, 0);
}

static int32_t start_thread(
    espalier_capability thread, void (*entry)(void *argument), void *argument, uint8_t *stack_end) {
    return (int32_t)trap(
        ESPALIER_HW_START_THREAD, thread, (uint64_t)entry, (uint64_t)argument, (uint64_t)stack_end, 0);
}

static void halt(void) {
    (void)trap(ESPALIER_HW_HALT, 0, 0, 0, 0, 0);
}

static void fault(const uint8_t *reason, uint32_t length) {
    (void)trap(ESPALIER_HW_FAULT, (uint64_t)reason, length, 0, 0, 0);
}

const struct espalier_abi espalier_hw_image = {
    .version = ESPALIER_ABI_VERSION,
    .bytes = sizeof(struct espalier_abi),
    .call = call,
    .serve = serve,
    .create_object = create_object,
    .create_context = create_context,
    .dissolve = dissolve,
    .release = release,
    .submit = submit,
    .await = await,
    .attach = attach,
    .detach = detach,
    .start_thread = start_thread,
    .halt = halt,
    .fault = fault,
};

/* The kernel enters the component here, with the address of its entry on top of the stack and all other registers zero. */
__asm__(".pushsection .text.espalier_hw_enter, \"ax\", @progbits\n"
        ".globl espalier_hw_enter\n"
        ".type espalier_hw_enter, @function\n"
        "espalier_hw_enter:\n"
        "    leaq espalier_hw_image(%rip), %rdi\n"
        "    ret\n"
        ".size espalier_hw_enter, . - espalier_hw_enter\n"
        ".popsection\n");
