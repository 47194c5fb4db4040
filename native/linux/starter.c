/*
 * The first program in the sandbox of a native component, and the only one that is executed there. It waits until the kernel has a
 * component to run, maps the component's file, gives up all system calls but those that components have, and jumps to the
 * component. So a component never runs with a system call that it is not to have, execve among them, and a sandbox can be made before
 * it is known for whom.
 *
 * Descriptors on entry: 0 to 2 for messages of whoever set the sandbox up, CHANNEL, and FILTER (the second seccomp program). The
 * component's file comes with the word to begin, as PROGRAM. On the jump CHANNEL alone is left.
 *
 * Says on the channel that it is ready, and then `started`, or the number of the step that failed and the host's error number. The kernel
 * sends the word to begin when it has heard that the starter is ready and has found that who set the sandbox up is still there: from then
 * on the host ends the starter with them. When the channel is closed before, the kernel is gone, and the starter leaves.
 *
 * The component's file is checked as far as the starter's own memory and the component's goes: a file that is bad in some other way
 * harms nobody but its own component.
 *
 * The component is entered as docs/native.md says, with the table of the library image, which is a part of this file.
 */
#include "host.h"
#include "image.h"
#include "protocol.h"

/* The file arrives under the lowest number that is free. */
enum { FILTER = 4, PROGRAM = 5 };

/* Where a component may be: above what the host keeps free at the start of memory, below the starter. */
#define LOWEST 0x10000UL
#define HIGHEST 0x60000000UL
#define PAGE 4096UL
#define STACK_BYTES ((uint64_t)ESPALIER_LINUX_STACK_BYTES)
/* For the starter's own stack, which stays mapped, and would grow. */
#define OWN_STACK_BYTES (64UL << 10)

enum { MOST_SEGMENTS = 16, MOST_INSTRUCTIONS = 512 };
enum { SEGMENT_LOAD = 1, SEGMENT_DYNAMIC = 2, SEGMENT_INTERPRETER = 3 };
enum { SEGMENT_EXECUTE = 1, SEGMENT_WRITE = 2, SEGMENT_READ = 4 };
enum { SECCOMP_SET_MODE_FILTER = 1 };
enum { LIMIT_FSIZE = 1, LIMIT_STACK = 3, LIMIT_CORE = 4, LIMIT_NOFILE = 7, LIMIT_MEMLOCK = 8, LIMIT_AS = 9 };

/* The kernel's word to begin. */
struct begin {
    uint32_t version;
    uint32_t descriptors;
    uint64_t address_space;
    uint64_t program_bytes;
};
enum { VERSION = 1 };

/* The steps, as the kernel's StartFailure.Step names them. */
enum step { STARTED, WORD, FILTER_READ, HEADER, SEGMENT, STACK, LIMIT, CONFINE, READY = 9 };

struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, segments, sections;
    uint32_t flags;
    uint16_t header_size, segment_size, segment_count, section_size, section_count, section_names;
};

struct elf_segment {
    uint32_t type, flags;
    uint64_t offset, address, physical, file_bytes, memory_bytes, alignment;
};

struct filter {
    uint16_t length;
    const void *instructions;
};

static struct elf_segment segments[MOST_SEGMENTS];
static uint64_t instructions[MOST_INSTRUCTIONS];

/* When nobody is there to hear it, the kernel is gone. */
static void answer(enum step step, long error) {
    int32_t words[2] = {step, (int32_t)-error};
    if (message(SYS_SENDMSG, words, sizeof words) < 0) {
        leave(0);
    }
}

static _Noreturn void fail(enum step step, long error) {
    answer(step, error);
    leave(1);
}

static long map(uint64_t at, uint64_t bytes, int protection, int flags, int descriptor, uint64_t offset) {
    return host(SYS_MMAP, (long)at, (long)bytes, protection, flags, descriptor, (long)offset);
}

static void clear(uint64_t from, uint64_t to) {
    for (volatile uint8_t *at = (volatile uint8_t *)from; at < (volatile uint8_t *)to; at++) {
        *at = 0;
    }
}

static void load(const struct elf_segment *segment, uint64_t file_bytes) {
    uint64_t start = segment->address & ~(PAGE - 1);
    uint64_t skew = segment->address - start;
    if (segment->address < LOWEST || segment->address > HIGHEST || segment->memory_bytes > HIGHEST - segment->address
        || segment->file_bytes > segment->memory_bytes || (segment->offset & (PAGE - 1)) != skew
        || (segment->flags & (SEGMENT_WRITE | SEGMENT_EXECUTE)) == (SEGMENT_WRITE | SEGMENT_EXECUTE)) {
        fail(SEGMENT, 0);
    }
    int protection = (segment->flags & SEGMENT_READ ? PROT_READ : 0) | (segment->flags & SEGMENT_WRITE ? PROT_WRITE : 0)
        | (segment->flags & SEGMENT_EXECUTE ? PROT_EXEC : 0);
    if (segment->file_bytes > 0 && (segment->offset > file_bytes || segment->file_bytes > file_bytes - segment->offset)) {
        fail(SEGMENT, 0);
    }
    uint64_t file_end = segment->address + segment->file_bytes;
    uint64_t memory_end = segment->address + segment->memory_bytes;
    uint64_t mapped_end = segment->file_bytes == 0 ? start : (file_end + PAGE - 1) & ~(PAGE - 1);
    if (mapped_end > start) {
        long at = map(start, mapped_end - start, protection, MAP_PRIVATE | MAP_FIXED_NOREPLACE, PROGRAM,
                      segment->offset - skew);
        if (at != (long)start) {
            fail(SEGMENT, at < 0 ? at : 0);
        }
    }
    uint64_t all = (memory_end + PAGE - 1) & ~(PAGE - 1);
    if (all > mapped_end) {
        long at = map(mapped_end, all - mapped_end, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (at != (long)mapped_end) {
            fail(SEGMENT, at < 0 ? at : 0);
        }
    }
    if (memory_end > file_end && mapped_end > file_end && segment->file_bytes > 0) {
        if (!(protection & PROT_WRITE)) {
            fail(SEGMENT, 0);
        }
        clear(file_end, mapped_end);
    }
}

static uint64_t load_all(const struct begin *begin) {
    struct elf_header header;
    long got = host(SYS_PREAD64, PROGRAM, (long)&header, sizeof header, 0, 0, 0);
    static const uint8_t ident[7] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    int good = got == (long)sizeof header;
    for (size_t i = 0; good && i < sizeof ident; i++) {
        good = header.ident[i] == ident[i];
    }
    if (!good || header.type != 2 || header.machine != 62 || header.segment_size != sizeof segments[0]
        || header.segment_count == 0 || header.segment_count > MOST_SEGMENTS) {
        fail(HEADER, got < 0 ? got : 0);
    }
    long table = (long)(header.segment_count * sizeof segments[0]);
    got = host(SYS_PREAD64, PROGRAM, (long)segments, table, (long)header.segments, 0, 0);
    if (got != table) {
        fail(HEADER, got < 0 ? got : 0);
    }
    for (int i = 0; i < header.segment_count; i++) {
        if (segments[i].type == SEGMENT_INTERPRETER || segments[i].type == SEGMENT_DYNAMIC) {
            fail(HEADER, 0);
        }
        if (segments[i].type == SEGMENT_LOAD && segments[i].memory_bytes > 0) {
            load(&segments[i], begin->program_bytes);
        }
    }
    return header.entry;
}

static void limit(int resource, uint64_t value) {
    uint64_t both[2] = {value, value};
    long result = host(SYS_PRLIMIT64, 0, resource, (long)both, 0, 0, 0);
    if (result < 0) {
        fail(LIMIT, result);
    }
}

static _Noreturn void enter(uint64_t entry, uint64_t stack) {
    /* Aligned as after a call; all but the table is zero, so that nothing of the starter's is handed over by chance. */
    __asm__ volatile(
        "mov %1, %%rsp\n\t"
        "push $0\n\t"
        "mov %0, %%rcx\n\t"
        "xor %%eax, %%eax\n\txor %%ebx, %%ebx\n\txor %%edx, %%edx\n\txor %%esi, %%esi\n\t"
        "xor %%ebp, %%ebp\n\txor %%r8d, %%r8d\n\txor %%r9d, %%r9d\n\txor %%r10d, %%r10d\n\txor %%r11d, %%r11d\n\t"
        "xor %%r12d, %%r12d\n\txor %%r13d, %%r13d\n\txor %%r14d, %%r14d\n\txor %%r15d, %%r15d\n\t"
        "jmp *%%rcx"
        :
        : "r"(entry), "r"(stack), "D"(&espalier_linux_image)
        : "memory");
    __builtin_unreachable();
}

/* Waits for the word to begin, and for the component's file beside it. */
static struct begin await_begin(void) {
    struct begin begin;
    struct iovec vector = {&begin, sizeof begin};
    struct {
        uint64_t length;
        int32_t level, type, descriptor, padding;
    } rights = {0};
    struct msghdr header = {
        .vectors = &vector, .vector_count = 1, .control = &rights, .control_length = sizeof rights};
    long got = host(SYS_RECVMSG, CHANNEL, (long)&header, 0, 0, 0, 0);
    if (got <= 0) {
        leave(0);
    }
    if (got != (long)sizeof begin || begin.version != VERSION || rights.descriptor != PROGRAM) {
        fail(WORD, 0);
    }
    return begin;
}

_Noreturn void start(void) {
    /* What does not depend on the component is done before there is one. */
    long bytes = host(SYS_PREAD64, FILTER, (long)instructions, sizeof instructions, 0, 0, 0);
    if (bytes <= 0 || bytes % (long)sizeof instructions[0] != 0) {
        fail(FILTER_READ, bytes < 0 ? bytes : 0);
    }
    long stack = map(0, STACK_BYTES + PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack > 0) {
        stack = map((uint64_t)stack + PAGE, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    }
    if (stack < 0) {
        fail(STACK, stack);
    }
    limit(LIMIT_FSIZE, 0);
    /* Not 0, for which the host would still start a program that is to have the memory of who dies. */
    limit(LIMIT_CORE, 1);
    limit(LIMIT_STACK, OWN_STACK_BYTES);
    limit(LIMIT_MEMLOCK, 0);
    /* bubblewrap has asked for the host's signal at its parent's death by now, and for ours at its own. */
    answer(READY, 0);
    struct begin begin = await_begin();
    uint64_t entry = load_all(&begin);
    for (int descriptor = 0; descriptor < CHANNEL; descriptor++) {
        host(SYS_CLOSE, descriptor, 0, 0, 0, 0, 0);
    }
    long closed = host(SYS_CLOSE_RANGE, CHANNEL + 1, -1L & 0xffffffffL, 0, 0, 0, 0);
    if (closed < 0) {
        fail(LIMIT, closed);
    }
    limit(LIMIT_NOFILE, begin.descriptors);
    limit(LIMIT_AS, begin.address_space);
    struct filter filter = {(uint16_t)(bytes / (long)sizeof instructions[0]), instructions};
    long confined = host(SYS_SECCOMP, SECCOMP_SET_MODE_FILTER, 0, (long)&filter, 0, 0, 0);
    if (confined != 0) {
        fail(CONFINE, confined);
    }
    answer(STARTED, 0);
    enter(entry, (uint64_t)stack + STACK_BYTES);
}

__asm__(".globl _start\n"
        "_start:\n\t"
        "xor %ebp, %ebp\n\t"
        "and $-16, %rsp\n\t"
        "call start\n\t"
        "hlt");
