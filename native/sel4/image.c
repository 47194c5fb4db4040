/*
 * The library image of core on the kernel `sel4`: the table of espalier/abi.h, each function of which is one `seL4_Call` of the only capability
 * that a component can call by itself. The label of the message is the operation, its words are in registers: what takes five shares one. The answer
 * is the first word. Core reads messages where the component has them, and writes them there, so the image is code and constants, the same
 * pages in all components.
 */
#include <espalier/abi.h>

#include "../hw/operations.h"

enum { CALLS = 1, SYSTEM_CALL_CALL = -1, LABEL_SHIFT = 12, WORDS = 4 };

static inline int64_t ask(enum espalier_hw_operation operation, uint64_t first, uint64_t second, uint64_t third,
                          uint64_t fourth) {
    uint64_t capability = CALLS;
    uint64_t info = (uint64_t)operation << LABEL_SHIFT | WORDS;
    register uint64_t r10 __asm__("r10") = first;
    register uint64_t r8 __asm__("r8") = second;
    register uint64_t r9 __asm__("r9") = third;
    register uint64_t r15 __asm__("r15") = fourth;
    __asm__ volatile("syscall"
                     : "+D"(capability), "+S"(info), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(r15)
                     : "d"((int64_t)SYSTEM_CALL_CALL)
                     : "rcx", "r11", "memory");
    return (int64_t)r10;
}

static int32_t call(espalier_capability object, struct espalier_message *message, uint32_t accepted) {
    return (int32_t)ask(ESPALIER_HW_CALL, object, (uint64_t)message, accepted, 0);
}

static void serve(const struct espalier_message *reply, struct espalier_message *request, struct espalier_event *event) {
    (void)ask(ESPALIER_HW_SERVE, (uint64_t)reply, (uint64_t)request, (uint64_t)event, 0);
}

static int32_t create_object(uint64_t id) {
    return (int32_t)ask(ESPALIER_HW_CREATE_OBJECT, id, 0, 0, 0);
}

static int32_t create_context(uint64_t id, uint32_t served) {
    return (int32_t)ask(ESPALIER_HW_CREATE_CONTEXT, id, served, 0, 0);
}

static void dissolve(espalier_capability own) {
    (void)ask(ESPALIER_HW_DISSOLVE, own, 0, 0, 0);
}

static void release(espalier_capability received) {
    (void)ask(ESPALIER_HW_RELEASE, received, 0, 0, 0);
}

static int32_t submit(espalier_capability context, uint32_t count) {
    return (int32_t)ask(ESPALIER_HW_SUBMIT, context, count, 0, 0);
}

static int32_t await(espalier_capability context) {
    return (int32_t)ask(ESPALIER_HW_AWAIT, context, 0, 0, 0);
}

static int32_t attach(
    espalier_capability dataspace, uint64_t offset, uint64_t bytes, uint32_t writable, struct espalier_region *region) {
    uint64_t what = dataspace | (uint64_t)writable << 32;
    return (int32_t)ask(ESPALIER_HW_ATTACH, what, offset, bytes, (uint64_t)region);
}

static void detach(uint8_t *start) {
    (void)ask(ESPALIER_HW_DETACH, (uint64_t)start, 0, 0, 0);
}

static int32_t start_thread(
    espalier_capability thread, void (*entry)(void *argument), void *argument, uint8_t *stack_end) {
    return (int32_t)ask(ESPALIER_HW_START_THREAD, thread, (uint64_t)entry, (uint64_t)argument, (uint64_t)stack_end);
}

static void halt(void) {
    (void)ask(ESPALIER_HW_HALT, 0, 0, 0, 0);
}

static void fault(const uint8_t *reason, uint32_t length) {
    (void)ask(ESPALIER_HW_FAULT, (uint64_t)reason, length, 0, 0);
}

const struct espalier_abi espalier_sel4_image = {
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

/* Core enters the component here, with the address of its entry on top of the stack and all other registers zero. */
__asm__(".pushsection .text.espalier_sel4_enter, \"ax\", @progbits\n"
        ".globl espalier_sel4_enter\n"
        ".type espalier_sel4_enter, @function\n"
        "espalier_sel4_enter:\n"
        "    leaq espalier_sel4_image(%rip), %rdi\n"
        "    ret\n"
        ".size espalier_sel4_enter, . - espalier_sel4_enter\n"
        ".popsection\n");
