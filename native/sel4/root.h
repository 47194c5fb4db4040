/*
 * What a root task for seL4 (classic configuration, x86-64, debug build) needs, without any library: system calls, invocations, boot
 * information, threads and text. One file includes it and defines task().
 *
 * Numbers are those of the release that SEL4_ABI names: 13, 14, or 16 for 15.0 and 16.0 as well.
 */
#pragma once

#ifndef SEL4_ABI
#define SEL4_ABI 16
#endif

typedef unsigned long word;

/* System calls. */
enum {
    SYS_CALL = -1, SYS_REPLY_RECV = -2, SYS_SEND = -3, SYS_NB_SEND = -4, SYS_RECV = -5, SYS_REPLY = -6, SYS_YIELD = -7,
    SYS_NB_RECV = -8, SYS_PUT_CHAR = -9, SYS_DUMP_SCHEDULER = -10, SYS_HALT = -11, SYS_CAP_IDENTIFY = -12, SYS_SNAPSHOT = -13,
    SYS_NAME_THREAD = -14, SYS_SET_TLS_BASE = -29
};

/* Invocations. */
enum {
    UNTYPED_RETYPE = 1,
    TCB_READ_REGISTERS, TCB_WRITE_REGISTERS, TCB_COPY_REGISTERS, TCB_CONFIGURE, TCB_SET_PRIORITY, TCB_SET_MC_PRIORITY,
    TCB_SET_SCHED_PARAMS, TCB_SET_IPC_BUFFER, TCB_SET_SPACE, TCB_SUSPEND, TCB_RESUME, TCB_BIND_NOTIFICATION,
    TCB_UNBIND_NOTIFICATION, TCB_SET_TLS_BASE,
#if SEL4_ABI >= 14
    TCB_SET_FLAGS,
#endif
    CNODE_REVOKE, CNODE_DELETE, CNODE_CANCEL_BADGED_SENDS, CNODE_COPY, CNODE_MINT, CNODE_MOVE, CNODE_MUTATE, CNODE_ROTATE,
    CNODE_SAVE_CALLER,
    IRQ_ISSUE_HANDLER, IRQ_ACK, IRQ_SET_HANDLER, IRQ_CLEAR_HANDLER,
    DOMAIN_SET,
#if SEL4_ABI >= 16
    DOMAIN_SCHEDULE_CONFIGURE, DOMAIN_SCHEDULE_SET_START,
#endif
    PDPT_MAP, PDPT_UNMAP, PAGE_DIRECTORY_MAP, PAGE_DIRECTORY_UNMAP, PAGE_TABLE_MAP, PAGE_TABLE_UNMAP, PAGE_MAP, PAGE_UNMAP,
    PAGE_GET_ADDRESS, ASID_CONTROL_MAKE_POOL, ASID_POOL_ASSIGN, IO_PORT_CONTROL_ISSUE, IO_PORT_IN_8, IO_PORT_IN_16, IO_PORT_IN_32,
    IO_PORT_OUT_8, IO_PORT_OUT_16, IO_PORT_OUT_32, IRQ_ISSUE_HANDLER_IO_APIC, IRQ_ISSUE_HANDLER_MSI
};

/* Kinds of objects. */
enum {
    UNTYPED, TCB, ENDPOINT, NOTIFICATION, CNODE, PDPT, PML4, HUGE_PAGE, PAGE, LARGE_PAGE, PAGE_TABLE, PAGE_DIRECTORY, OBJECT_TYPES
};

enum { TCB_BITS = 11, ENDPOINT_BITS = 4, NOTIFICATION_BITS = 5, SLOT_BITS = 5, PAGE_BITS = 12, LARGE_BITS = 21 };

/* Slots of the root task's CNode. */
enum {
    ROOT_TCB = 1, ROOT_CNODE, ROOT_VSPACE, ROOT_IRQ_CONTROL, ROOT_ASID_CONTROL, ROOT_ASID_POOL, ROOT_IO_PORT_CONTROL,
    ROOT_BOOT_INFO = 9, ROOT_IPC_BUFFER, ROOT_DOMAIN
};

/* Rights. */
enum { WRITE = 1, READ = 2, GRANT = 4, GRANT_REPLY = 8, ALL = 15 };

enum { FAULT_CAP = 1, FAULT_SYSCALL, FAULT_EXCEPTION, FAULT_VM = 5 };

/* Registers of a thread, as invocations number them. */
enum {
    R_RIP, R_RSP, R_FLAGS, R_RAX, R_RBX, R_RCX, R_RDX, R_RSI, R_RDI, R_RBP, R_R8, R_R9, R_R10, R_R11, R_R12, R_R13, R_R14, R_R15,
    R_FS_BASE, R_GS_BASE, REGISTERS
};

enum { DEPTH = 64, MAX_WORDS = 120 };

struct ipc_buffer {
    word tag, msg[MAX_WORDS], user_data, caps_or_badges[3], receive_cnode, receive_index, receive_depth;
};

struct region { word start, end; };

struct boot_info {
    word extra_length, node, nodes, io_levels;
    struct ipc_buffer *ipc_buffer;
    struct region empty, shared_frames, image_frames, image_paging, io_spaces, extra_pages;
    word cnode_bits, domain;
    struct region untyped;
    struct { word address; unsigned char bits, device, padding[6]; } untyped_list[230];
};

static const struct boot_info *boot;
/* The main thread's. */
static struct ipc_buffer *buffer;

/* ---- system calls */

/* What a message is about, and its first words. */
struct message { word badge, info, mr[4]; };

static inline word info(word label, word caps, word length)
{
    return label << 12 | caps << 7 | length;
}

static inline word label_of(word info) { return info >> 12; }
static inline word length_of(word info) { return info & 0x7f; }
static inline word caps_of(word info) { return info >> 7 & 3; }
static inline word unwrapped_of(word info) { return info >> 9 & 7; }

static inline void syscall(long number, struct message *m)
{
    register word r10 __asm__("r10") = m->mr[0];
    register word r8 __asm__("r8") = m->mr[1];
    register word r9 __asm__("r9") = m->mr[2];
    register word r15 __asm__("r15") = m->mr[3];
    word badge = m->badge, tag = m->info;
    /* A program keeps its stack pointer itself: seL4 does not give it back. */
    __asm__ volatile("mov %%rsp, %%rbx\n\tsyscall\n\tmov %%rbx, %%rsp"
                     : "+D"(badge), "+S"(tag), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(r15)
                     : "d"(number)
                     : "rbx", "rcx", "r11", "memory");
    m->badge = badge;
    m->info = tag;
    m->mr[0] = r10;
    m->mr[1] = r8;
    m->mr[2] = r9;
    m->mr[3] = r15;
}

static inline struct message send_word(long number, word cap, word label, word value)
{
    struct message m = {cap, info(label, 0, 1), {value}};
    syscall(number, &m);
    return m;
}

static inline struct message receive(long number, word cap)
{
    struct message m = {cap, 0, {0}};
    syscall(number, &m);
    return m;
}

static inline void signal(word cap)
{
    struct message m = {cap, 0, {0}};
    syscall(SYS_SEND, &m);
}

static inline void yield(void)
{
    struct message m = {0};
    syscall(SYS_YIELD, &m);
}

/* ---- text */

static void put(char c)
{
    struct message m = {(word)(unsigned char)c, 0, {0}};
    syscall(SYS_PUT_CHAR, &m);
}

static void print(const char *text)
{
    while (*text) {
        put(*text++);
    }
}

static void print_number(word value)
{
    char digits[20];
    int n = 0;
    do {
        digits[n++] = '0' + value % 10;
        value /= 10;
    } while (value);
    while (n) {
        put(digits[--n]);
    }
}

static void print_hex(word value)
{
    int shift = 60;
    print("0x");
    while (shift && !(value >> shift)) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        put("0123456789abcdef"[value >> shift & 15]);
    }
}

static inline void print_value(word value)
{
    if (value < 1000000) {
        print_number(value);
    } else {
        print_hex(value);
    }
}

/* Prints "name: 1 2 3". */
#define SHOW(name, ...) show_words(name, sizeof((word[]){__VA_ARGS__}) / sizeof(word), (word[]){__VA_ARGS__})
static inline void show_words(const char *name, word count, const word *words)
{
    print(name);
    put(':');
    for (word i = 0; i < count; i++) {
        put(' ');
        print_value(words[i]);
    }
    put('\n');
}

/* ---- invocations */

/* What the last invocation has answered. */
static struct { word error, length, mr[MAX_WORDS]; } answer;

#define CAPS(...) sizeof((word[]){0, ##__VA_ARGS__}) / sizeof(word) - 1, (word[]){0, ##__VA_ARGS__} + 1
#define WORDS(...) sizeof((word[]){0, ##__VA_ARGS__}) / sizeof(word) - 1, (word[]){0, ##__VA_ARGS__} + 1

/* Invokes a capability of the main thread, and tells the error's number. */
static inline word invoke(word cap, word label, word cap_count, const word *caps, word word_count, const word *words)
{
    struct message m = {cap, info(label, cap_count, word_count), {0}};
    for (word i = 0; i < cap_count; i++) {
        buffer->caps_or_badges[i] = caps[i];
    }
    for (word i = 0; i < word_count; i++) {
        if (i < 4) {
            m.mr[i] = words[i];
        } else {
            buffer->msg[i] = words[i];
        }
    }
    syscall(SYS_CALL, &m);
    answer.error = label_of(m.info);
    answer.length = length_of(m.info);
    for (word i = 0; i < answer.length; i++) {
        answer.mr[i] = i < 4 ? m.mr[i] : buffer->msg[i];
    }
    return answer.error;
}

/* Prints what an invocation has answered: "name: RangeError 1 256". */
static inline void outcome(const char *name, word error)
{
    static const char *const names[] = {
        "NoError", "InvalidArgument", "InvalidCapability", "IllegalOperation", "RangeError", "AlignmentError", "FailedLookup",
        "TruncatedMessage", "DeleteFirst", "RevokeFirst", "NotEnoughMemory"
    };
    print(name);
    print(": ");
    print(error < sizeof names / sizeof *names ? names[error] : "unknown error");
    for (word i = 0; i < answer.length; i++) {
        put(' ');
        print_value(answer.mr[i]);
    }
    put('\n');
}

/* Invokes and prints, by the name of what is tried. */
#define TRY(name, ...) outcome(name, invoke(__VA_ARGS__))

/* Invokes what has to succeed before anything can be tried; else says so and ends. */
#define MUST(...) must(#__VA_ARGS__, __LINE__, invoke(__VA_ARGS__))
static void end(void) __attribute__((noreturn));
static inline void must(const char *name, int line, word error)
{
    if (error) {
        print("line ");
        print_number(line);
        print(", ");
        outcome(name, error);
        end();
    }
}

/* ---- slots and objects */

static word next_slot;

static inline word new_slots(word count)
{
    word first = next_slot;
    next_slot += count;
    return first;
}

/* Untyped memory of the largest piece of RAM. */
static word ram;

static inline word new_objects(word untyped, word type, word size, word count)
{
    word first = new_slots(count);
    MUST(untyped, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(type, size, 0, 0, first, count));
    return first;
}

static inline word new_object(word type, word size) { return new_objects(ram, type, size, 1); }

/* A copy in a new slot. */
static inline word new_copy(word cap, word rights)
{
    word slot = new_slots(1);
    MUST(ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(slot, DEPTH, cap, DEPTH, rights));
    return slot;
}

static inline word new_badged(word cap, word rights, word badge)
{
    word slot = new_slots(1);
    MUST(ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(slot, DEPTH, cap, DEPTH, rights, badge));
    return slot;
}

static inline word delete(word slot) { return invoke(ROOT_CNODE, CNODE_DELETE, CAPS(), WORDS(slot, DEPTH)); }
static inline word revoke(word slot) { return invoke(ROOT_CNODE, CNODE_REVOKE, CAPS(), WORDS(slot, DEPTH)); }

/* What DebugCapIdentify says of a slot: 0 for an empty one. */
static inline word kind(word cap)
{
    struct message m = {cap, 0, {0}};
    syscall(SYS_CAP_IDENTIFY, &m);
    return m.badge;
}

/* The data of a CNode capability with a guard. */
static inline word guard(word value, word bits) { return value << 6 | bits; }

/* ---- memory */

extern char __executable_start;

/* The frame of an address of the image. */
static inline word frame_of(const volatile void *address)
{
    word base = (word)&__executable_start & ~0xfffUL;
    return boot->image_frames.start + (((word)address - base) >> PAGE_BITS);
}

static inline void fill(void *to, int value, word bytes)
{
    for (word i = 0; i < bytes; i++) {
        ((volatile char *)to)[i] = (char)value;
    }
}

/* ---- threads */

enum { THREADS = 6, STACK = 8192, MAIN_PRIORITY = 255 };

static struct {
    struct ipc_buffer buffer;
    char stack[STACK - sizeof(struct ipc_buffer)];
} __attribute__((aligned(4096))) areas[THREADS];

static inline struct ipc_buffer *buffer_of(int thread) { return &areas[thread].buffer; }

/* The TCBs, once made. */
static word tcbs[THREADS];

static void stop_thread(word tcb)
{
    struct message m = {tcb, info(TCB_SUSPEND, 0, 0), {0}};
    syscall(SYS_CALL, &m);
}

static __attribute__((noreturn)) void thread_entry(void (*function)(word), word argument, word tcb)
{
    function(argument);
    for (;;) {
        stop_thread(tcb);
    }
}

static inline word new_thread(int thread, word fault_handler, word priority)
{
    word tcb = tcbs[thread] = new_object(TCB, 0);
    word area = (word)&areas[thread];
    MUST(tcb, TCB_CONFIGURE, CAPS(ROOT_CNODE, ROOT_VSPACE, frame_of(&areas[thread])), WORDS(fault_handler, 0, 0, area));
    MUST(tcb, TCB_SET_SCHED_PARAMS, CAPS(ROOT_TCB), WORDS(priority, priority));
    return tcb;
}

/* Lets a thread go on with a function. */
static inline void run_thread(int thread, void (*function)(word), word argument)
{
    word top = (word)&areas[thread] + STACK - 8;
    MUST(tcbs[thread], TCB_WRITE_REGISTERS, CAPS(),
         WORDS(1, 9, (word)thread_entry, top, 0x202, 0, 0, 0, tcbs[thread], argument, (word)function));
}

/* Makes a thread that runs as soon as the main thread lets it. */
static inline word start_thread(int thread, word fault_handler, word priority, void (*function)(word), word argument)
{
    word tcb = new_thread(thread, fault_handler, priority);
    run_thread(thread, function, argument);
    return tcb;
}

/* Lets all other threads run until none of them can. */
static inline void let_run(void)
{
    MUST(ROOT_TCB, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(1));
    MUST(ROOT_TCB, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(MAIN_PRIORITY));
}

/* Prints a message that was received: badge, label, words, capabilities and which of them are badges. */
static inline void show_message(const char *name, struct message m, const struct ipc_buffer *from)
{
    print(name);
    print(": badge ");
    print_value(m.badge);
    print(" label ");
    print_value(label_of(m.info));
    print(" caps ");
    print_number(caps_of(m.info));
    print(" unwrapped ");
    print_number(unwrapped_of(m.info));
    print(" words");
    for (word i = 0; i < length_of(m.info); i++) {
        put(' ');
        print_value(i < 4 ? m.mr[i] : from->msg[i]);
    }
    put('\n');
}

/* ---- the beginning and the end */

static void task(void);

static char main_stack[32768] __attribute__((aligned(16), used));

static __attribute__((noreturn)) void end(void)
{
    print("end\n");
    for (;;) {
        stop_thread(ROOT_TCB);
    }
}

static __attribute__((noreturn, used)) void begin(const struct boot_info *information)
{
    boot = information;
    buffer = boot->ipc_buffer;
    next_slot = boot->empty.start;
    word bits = 0;
    for (word i = 0; i < boot->untyped.end - boot->untyped.start; i++) {
        if (!boot->untyped_list[i].device && boot->untyped_list[i].bits > bits) {
            bits = boot->untyped_list[i].bits;
            ram = boot->untyped.start + i;
        }
    }
    task();
    end();
}

__attribute__((naked, noreturn, used)) void _start(void)
{
    __asm__("lea main_stack+32768-8(%rip), %rsp\n\tjmp begin");
}
