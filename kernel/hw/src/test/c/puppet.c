/*
 * A native component that does what a test tells it: it asks its parent for a command over and over, by calls whose payload is what came of
 * the last one, and the capability that it was given last. As a server it takes commands as requests, and replies with what comes of them.
 *
 * The numbers of commands are those of the test's class Puppet.
 */
#include <espalier/abi.h>

enum what { SYSTEM_CALL = 1, LOAD, STORE, JUMP, SPIN, FAIL, ADDRESS, SERVE, REGISTER, RAW };
enum failing { UNDEFINED, PRIVILEGED, BREAKPOINT, DIVISION, OVERFLOWING, VECTORS };
enum place { BUFFER, CODE, CONSTANT, THREAD, COUNTER, TABLE, THREAD_STACK };

struct command {
    uint64_t what;
    uint64_t argument[6];
};

struct answer {
    uint64_t result;
    uint64_t capability;
};

enum { BUFFER_BYTES = 3 * 4096 };

/* The registers at entry, in the order in which the processor numbers them. */
uint64_t registers[16];

static uint8_t buffer[BUFFER_BYTES] __attribute__((aligned(4096)));
static uint8_t thread_stack[4096] __attribute__((aligned(16)));
static volatile uint64_t counter;
static const uint64_t constant = 42;
static const struct espalier_abi *table;
static uint64_t given;

/* Asks its kernel for something by itself, as the library image does: an operation, and five words. */
#ifdef PUPPET_OF_SEL4
/* The system call of a number, with a capability, the description of the message, and three words. */
static uint64_t raw(const uint64_t *argument) {
    uint64_t capability = argument[1], info = argument[2];
    register uint64_t r10 __asm__("r10") = argument[3];
    register uint64_t r8 __asm__("r8") = argument[4];
    register uint64_t r9 __asm__("r9") = argument[5];
    register uint64_t r15 __asm__("r15") = 0;
    __asm__ volatile("syscall"
                     : "+D"(capability), "+S"(info), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(r15)
                     : "d"(argument[0])
                     : "rcx", "r11", "memory");
    return r10;
}

static uint64_t trap(const uint64_t *argument) {
    enum { CALL = -1, CALLS = 1, WORDS = 4, LABEL_SHIFT = 12, ATTACH = 9 };
    int attaches = argument[0] == ATTACH;
    uint64_t capability = CALLS, info = argument[0] << LABEL_SHIFT | WORDS;
    register uint64_t r10 __asm__("r10") = attaches ? (uint32_t)argument[1] | argument[4] << 32 : argument[1];
    register uint64_t r8 __asm__("r8") = argument[2];
    register uint64_t r9 __asm__("r9") = argument[3];
    register uint64_t r15 __asm__("r15") = attaches ? argument[5] : argument[4];
    __asm__ volatile("syscall"
                     : "+D"(capability), "+S"(info), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(r15)
                     : "d"((int64_t)CALL)
                     : "rcx", "r11", "memory");
    return r10;
}
#else
static uint64_t trap(const uint64_t *argument) {
    uint64_t result;
    register uint64_t r10 __asm__("r10") = argument[4];
    register uint64_t r8 __asm__("r8") = argument[5];
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(argument[0]), "D"(argument[1]), "S"(argument[2]), "d"(argument[3]), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}

static uint64_t raw(const uint64_t *argument) {
    return trap(argument);
}
#endif

static void thread(void *step) {
    for (;;) {
        counter += (uint64_t)step;
    }
}

static uint64_t overflow(uint64_t depth) {
    volatile uint8_t frame[1024];
    frame[0] = (uint8_t)depth;
    return overflow(depth + 1) + frame[0];
}

static uint64_t fail(uint64_t how) {
    switch ((enum failing)how) {
    case UNDEFINED:
        __asm__ volatile("ud2");
        break;
    case PRIVILEGED:
        __asm__ volatile("hlt");
        break;
    case BREAKPOINT:
        __asm__ volatile("int3");
        break;
    case DIVISION:
        __asm__ volatile("xorl %%edx, %%edx\n divl %%edx" : : : "rax", "rdx", "cc");
        break;
    case OVERFLOWING:
        return overflow(1);
    case VECTORS:
        __asm__ volatile("movaps %%xmm0, 8(%0)" : : "r"(buffer) : "memory");
        break;
    }
    return 0;
}

static uint64_t address(uint64_t of) {
    switch ((enum place)of) {
    case BUFFER:
        return (uint64_t)buffer;
    case CODE:
        return (uint64_t)trap;
    case CONSTANT:
        return (uint64_t)&constant;
    case THREAD:
        return (uint64_t)thread;
    case COUNTER:
        return (uint64_t)&counter;
    case TABLE:
        return (uint64_t)table;
    case THREAD_STACK:
        return (uint64_t)thread_stack + sizeof thread_stack;
    }
    return 0;
}

static void serve(void);

static uint64_t perform(const struct command *command) {
    const uint64_t *argument = command->argument;
    switch ((enum what)command->what) {
    case SYSTEM_CALL:
        return trap(argument);
    case LOAD:
        return *(volatile uint64_t *)argument[0];
    case STORE:
        *(volatile uint64_t *)argument[0] = argument[1];
        return 0;
    case JUMP:
        ((void (*)(void))argument[0])();
        return 0;
    case SPIN:
        for (;;) {
            counter++;
        }
    case FAIL:
        return fail(argument[0]);
    case ADDRESS:
        return address(argument[0]);
    case SERVE:
        serve();
        return 0;
    case RAW:
        return raw(argument);
    case REGISTER:
        return registers[argument[0] & 15];
    }
    return 0;
}

static void answer(struct espalier_message *message, uint64_t result) {
    espalier_begin(message, 0);
    struct answer *payload = (struct answer *)message->bytes;
    payload->result = result;
    payload->capability = given;
    message->length = sizeof *payload;
}

static uint64_t take(const struct espalier_message *message) {
    struct command command = *(const struct command *)message->bytes;
    if (message->capability_count > 0) {
        given = message->capabilities[0];
    }
    return perform(&command);
}

static void serve(void) {
    static struct espalier_message request, reply;
    for (;;) {
        struct espalier_event event = {0};
        table->serve(&reply, &request, &event);
        answer(&reply, event.kind == ESPALIER_REQUEST ? take(&request) : event.count);
    }
}

__attribute__((used)) static void begin(const struct espalier_abi *kernel) {
    static struct espalier_message message;
    uint64_t result = 0;
    table = kernel;
    for (;;) {
        answer(&message, result);
        if (table->call(ESPALIER_PARENT, &message, 1) < 0) {
            table->halt();
        }
        result = take(&message);
    }
}

__asm__(".globl _start\n"
        "_start:\n"
        "    movq %rax, registers\n"
        "    movq %rcx, registers + 8\n"
        "    movq %rdx, registers + 16\n"
        "    movq %rbx, registers + 24\n"
        "    movq %rsp, registers + 32\n"
        "    movq %rbp, registers + 40\n"
        "    movq %rsi, registers + 48\n"
        "    movq %rdi, registers + 56\n"
        "    movq %r8, registers + 64\n"
        "    movq %r9, registers + 72\n"
        "    movq %r10, registers + 80\n"
        "    movq %r11, registers + 88\n"
        "    movq %r12, registers + 96\n"
        "    movq %r13, registers + 104\n"
        "    movq %r14, registers + 112\n"
        "    movq %r15, registers + 120\n"
        "    jmp begin\n");
