/* Faults and exceptions: each message word by word, what replies change, and threads whose handler fails them. */
#include "root.h"

static word ep, handler;

static const char *const register_names[] = {
    "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "ip", "sp", "flags", "number"
};

/* Code whose faults have addresses that can be named. */
void store(void), load(void), jump(void), divide(void), undefined(void), breakpoint(void), general(void), port(void), odd(void),
     halt(void), interrupt(void);
__asm__(".text\n"
        "store: mov %rdi, (%rsi)\n ret\n"
        "load: mov (%rsi), %rdi\n ret\n"
        "jump: jmp *%rsi\n"
        "divide: xor %ecx, %ecx\n mov $7, %eax\n cqo\n div %rcx\n mov %rax, %rdi\n ud2\n"
        "undefined: ud2\n"
        "breakpoint: int3\n nop\n ud2\n"
        "general: mov $0x8000000000000000, %rax\n mov (%rax), %rax\n"
        "port: in $0x80, %al\n"
        "halt: hlt\n"
        "interrupt: int $0x20\n"
        "odd: mov $-99, %rdx\n mov $1, %eax\n mov $2, %ebx\n mov $4, %esi\n mov $5, %edi\n mov $6, %ebp\n mov $7, %r8d\n"
        "mov $8, %r9d\n mov $9, %r10d\n mov $12, %r12d\n mov $13, %r13d\n mov $14, %r14d\n mov $15, %r15d\n"
        "odd_call: syscall\n odd_next: ud2\n");
extern char odd_call, odd_next;

static word tcb;

/* Lets the thread begin with code, and takes the message about its first fault. */
static struct message start(void (*code)(void), word rdi, word rsi)
{
    stop_thread(tcb);
    MUST(tcb, TCB_WRITE_REGISTERS, CAPS(), WORDS(1, 9, (word)code, 0x7000, 0x202, 0, 0, 0, 0, rsi, rdi));
    return receive(SYS_RECV, ep);
}

/* Prints a word by what it is, where that is a place in the code. */
static void print_word(const char *name, word value, word base)
{
    put(' ');
    print(name);
    put('=');
    if (value - base < 64) {
        print("code+");
        print_number(value - base);
    } else {
        print_value(value);
    }
}

static void show_vm(const char *name, struct message m, void (*code)(void))
{
    print(name);
    SHOW(": badge, label, length", m.badge, label_of(m.info), length_of(m.info));
    print_word("ip", m.mr[0], (word)code);
    print_word("address", m.mr[1], 1);
    print_word("prefetch", m.mr[2], 1UL << 63);
    print_word("status", m.mr[3], 1UL << 63);
    put('\n');
}

static void show_exception(const char *name, struct message m, void (*code)(void))
{
    print(name);
    SHOW(": badge, label, length", m.badge, label_of(m.info), length_of(m.info));
    print_word("ip", m.mr[0], (word)code);
    /* seL4 does not keep the stack pointer of a thread that made a system call. */
    if (code != (void (*)(void))&odd_next) {
        print_word("sp", m.mr[1], 1UL << 63);
    }
    print_word("flags", m.mr[2] & 0x300, 1UL << 63);
    print_word("number", m.mr[3], 1UL << 63);
    print_word("code", buffer->msg[4], 1UL << 63);
    put('\n');
}

static char page[4096] __attribute__((aligned(4096)));

static void pages(void)
{
    show_vm("write to null", start(store, 7, 0), store);
    show_vm("write to an unmapped page", start(store, 7, 0x10000008), store);
    show_vm("read of an unmapped page", start(load, 7, 0x10000008), load);
    show_vm("jump to an unmapped page", start(jump, 7, 0x10000008), jump);
    show_vm("read of the kernel's half", start(load, 7, 0xffffffff80000000), load);
    show_vm("read of the last user page", start(load, 7, 0x7ffffffff000), load);
    word slot = frame_of(page);
    MUST(slot, PAGE_MAP, CAPS(ROOT_VSPACE), WORDS((word)page, READ, 0));
    show_vm("write to a page that can be read", start(store, 7, (word)page), store);
    MUST(slot, PAGE_MAP, CAPS(ROOT_VSPACE), WORDS((word)page, READ | WRITE, 0));
    /* The reply lets it try again, whatever it says. */
    struct message m = {0, info(99, 0, 0), {0}};
    syscall(SYS_REPLY, &m);
    m = receive(SYS_RECV, ep);
    SHOW("written by the second try", page[0]);
    show_vm("then it returns to nowhere", m, store);
    MUST(slot, PAGE_MAP, CAPS(ROOT_VSPACE), WORDS((word)page, 0, 0));
    show_vm("read of a page without rights", start(load, 7, (word)page), load);
    MUST(slot, PAGE_UNMAP, CAPS(), WORDS());
    show_vm("read of a page that was unmapped", start(load, 7, (word)page), load);
    MUST(slot, PAGE_MAP, CAPS(ROOT_VSPACE), WORDS((word)page, READ | WRITE, 0));
}

static void exceptions(void)
{
    struct message m = start(divide, 0, 0);
    show_exception("division by zero", m, divide);
    m.info = info(0, 0, 3);
    m.mr[0] += 3;
    m.mr[1] = 0x9000;
    m.mr[2] = 0xffff;
    syscall(SYS_REPLY, &m);
    m = receive(SYS_RECV, ep);
    show_exception("went on behind it", m, divide);
    m.info = info(1, 0, 1);
    m.mr[0] = (word)breakpoint;
    syscall(SYS_REPLY, &m);
    let_run();
    MUST(tcb, TCB_READ_REGISTERS, CAPS(), WORDS(0, 1));
    print_word("stopped by a reply, where it was told to go:", answer.mr[0], (word)breakpoint);
    put('\n');
    show_exception("undefined instruction", start(undefined, 0, 0), undefined);
    show_exception("breakpoint", start(breakpoint, 0, 0), breakpoint);
    show_exception("address that is none", start(general, 0, 0), general);
    show_exception("port", start(port, 0, 0), port);
    show_exception("halt", start(halt, 0, 0), halt);
    show_exception("interrupt", start(interrupt, 0, 0), interrupt);
    m = start(undefined, 0, 0);
    m.info = info(0, 0, 1);
    m.mr[0] = 1UL << 47;
    syscall(SYS_REPLY, &m);
    show_vm("sent to an address that is none, it goes to 0", receive(SYS_RECV, ep), store);
}

static void system_calls(void)
{
    struct message m = start(odd, 0, 0);
    SHOW("unknown system call: badge, label, length", m.badge, label_of(m.info), length_of(m.info));
    for (int i = 0; i < 19; i++) {
        word value = i < 4 ? m.mr[i] : buffer->msg[i];
        if (i != 2 && i != 10 && i != 16) {
            print_word(register_names[i], i == 17 ? value & 0x300 : value, (word)&odd_call);
        }
    }
    put('\n');
    SHOW("as a signed number", -(m.mr[3]), -(buffer->msg[18]));
    /* A reply sets the registers that it brings; the address has to be moved on. */
    m.info = info(0, 0, 18);
    for (int i = 0; i < 18; i++) {
        if (i < 4) {
            m.mr[i] = 100 + i;
        } else {
            buffer->msg[i] = 100 + i;
        }
    }
    buffer->msg[15] = (word)&odd_next;
    syscall(SYS_REPLY, &m);
    m = receive(SYS_RECV, ep);
    show_exception("went on behind it", m, (void (*)(void))&odd_next);
    MUST(tcb, TCB_READ_REGISTERS, CAPS(), WORDS(1, 18));
    print("registers:");
    for (int i = 3; i < 18; i++) {
        if (i != R_RCX && i != R_R11) {
            put(' ');
            print_number(answer.mr[i]);
        }
    }
    put('\n');
    /* A reply without words: the call is made again. */
    m = start(odd, 0, 0);
    m.info = 0;
    syscall(SYS_REPLY, &m);
    m = receive(SYS_RECV, ep);
    SHOW("made again", label_of(m.info), -m.mr[3]);
    m.info = info(5, 0, 0);
    syscall(SYS_REPLY, &m);
    let_run();
    m = receive(SYS_NB_RECV, ep);
    SHOW("given up", m.badge);
}

static void calls_nothing(word cap)
{
    struct message m = {cap, info(1, 0, 0), {0}};
    syscall(SYS_CALL, &m);
    SHOW("error", label_of(m.info), m.mr[0]);
}

static void receives_nothing(word cap)
{
    receive(SYS_RECV, cap);
    SHOW("never", 0);
}

static void sends_bad_caps(word cap)
{
    buffer_of(1)->caps_or_badges[0] = ROOT_TCB;
    buffer_of(1)->caps_or_badges[1] = 1UL << 50 | 5;
    struct message m = {cap, info(1, 2, 0), {0}};
    syscall(SYS_NB_SEND, &m);
    print("NBSend does nothing\n");
    syscall(SYS_SEND, &m);
    print("never\n");
}

/* The address of a slot that is not the same everywhere, printed as 1. */
static word new_cap;

static void show_cap_fault(const char *name)
{
    let_run();
    struct message m = receive(SYS_NB_RECV, ep);
    print(name);
    print(": address ");
    print_value(m.mr[1] == new_cap ? 1 : m.mr[1]);
    SHOW(", badge, label, length, words", m.badge, label_of(m.info), length_of(m.info), m.mr[2], m.mr[3]);
    for (word i = 4; i < length_of(m.info); i++) {
        put(' ');
        print_number(buffer->msg[i]);
    }
    put('\n');
}

static void capabilities(void)
{
    word node = new_object(CNODE, 2), space = new_slots(1);
    new_thread(1, handler, 10);
    run_thread(1, calls_nothing, 12345);
    let_run();
    run_thread(1, calls_nothing, 1UL << 40 | 3);
    show_cap_fault("call to an address with another guard");
    run_thread(1, receives_nothing, 1UL << 40 | 3);
    show_cap_fault("receiving there");
    run_thread(1, receives_nothing, 5000);
    show_cap_fault("receiving from an empty slot");
    run_thread(1, receives_nothing, ROOT_TCB);
    show_cap_fault("receiving from a TCB");
    new_cap = new_copy(ep, WRITE);
    run_thread(1, receives_nothing, new_cap);
    show_cap_fault("receiving without the right to");
    word ntfn = new_object(NOTIFICATION, 0);
    MUST(tcb, TCB_BIND_NOTIFICATION, CAPS(ntfn), WORDS());
    new_cap = ntfn;
    run_thread(1, receives_nothing, ntfn);
    show_cap_fault("receiving from another's notification");
    run_thread(1, sends_bad_caps, new_copy(ep, ALL));
    show_cap_fault("sending a capability that is not there");
    /* A space of four slots with a guard of 60 bits, one of which leads on to a node that is too deep. */
    MUST(ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(space, DEPTH, node, DEPTH, ALL, guard(0, 60)));
    MUST(node, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(0, 2, handler, DEPTH, ALL));
    MUST(node, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(1, 2, node, DEPTH, ALL, guard(0, 1)));
    MUST(tcbs[1], TCB_SET_SPACE, CAPS(space, ROOT_VSPACE), WORDS(0, 0, 0));
    run_thread(1, calls_nothing, 4);
    show_cap_fault("call to a depth that does not match");
    run_thread(1, calls_nothing, 6);
    show_cap_fault("call to a guard that does not match");
}

static void handlers(void)
{
    word no_grant = new_badged(ep, WRITE | READ, 4), grant_reply = new_badged(ep, WRITE | GRANT_REPLY, 5);
    word read = new_copy(ep, READ | GRANT | GRANT_REPLY), ntfn = new_object(NOTIFICATION, 0);
    static const char *const names[] = {"no grant", "grant of replies", "no write", "a notification", "nothing"};
    word caps[] = {no_grant, grant_reply, read, ntfn, 0};
    for (int i = 0; i < 5; i++) {
        MUST(tcb, TCB_SET_SPACE, CAPS(ROOT_CNODE, ROOT_VSPACE), WORDS(caps[i], 0, 0));
        MUST(tcb, TCB_WRITE_REGISTERS, CAPS(), WORDS(1, 1, (word)undefined));
        let_run();
        struct message m = receive(SYS_NB_RECV, ep);
        SHOW(names[i], m.badge);
        /* Stopped for good, so that it can be read as it is. */
        MUST(tcb, TCB_READ_REGISTERS, CAPS(), WORDS(0, 1));
        print_word("at", answer.mr[0], (word)undefined);
        put('\n');
    }
    /* The handler is deleted while the fault waits: the thread faults again, and nobody is told. */
    word gone = new_object(ENDPOINT, 0), gone_handler = new_badged(gone, ALL, 6);
    MUST(tcb, TCB_SET_SPACE, CAPS(ROOT_CNODE, ROOT_VSPACE), WORDS(gone_handler, 0, 0));
    MUST(tcb, TCB_WRITE_REGISTERS, CAPS(), WORDS(1, 1, (word)undefined));
    let_run();
    outcome("delete the handler's endpoint", delete (gone_handler));
    revoke(gone);
    outcome("delete the handler's endpoint", delete (gone));
    let_run();
    TRY("resume", tcb, TCB_RESUME, CAPS(), WORDS());
    let_run();
    MUST(tcb, TCB_SET_SPACE, CAPS(ROOT_CNODE, ROOT_VSPACE), WORDS(handler, 0, 0));
    TRY("resume with a handler", tcb, TCB_RESUME, CAPS(), WORDS());
    show_exception("it tells", receive(SYS_RECV, ep), undefined);
    /* A fault that waits for its reply is forgotten with the thread that is stopped. */
    stop_thread(tcb);
    struct message m = {0, 0, {0}};
    syscall(SYS_REPLY, &m);
    let_run();
    m = receive(SYS_NB_RECV, ep);
    SHOW("nobody", m.badge);
}

static void task(void)
{
    ep = new_object(ENDPOINT, 0);
    handler = new_badged(ep, ALL, 3);
    tcb = new_thread(0, handler, 20);
    pages();
    exceptions();
    system_calls();
    capabilities();
    handlers();
}
