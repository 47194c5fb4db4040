/* What no sensible program does: wild numbers, addresses, lengths and buffers. Nothing of it may harm anybody else. */
#include "root.h"

static word ep, handler, tcb;

static void wild_call(word number)
{
    struct message m = {0, 0, {0}};
    syscall((long)number, &m);
    SHOW("came back", m.badge);
}

/* Every number around those that there are; a fault of the thread is all that may come of it. */
static void numbers(void)
{
    for (long number = -40; number <= 10; number++) {
        /* Those that stop the machine or wait are tried elsewhere. */
        if (number <= -1 && number >= -14) {
            continue;
        }
        if (number == SYS_SET_TLS_BASE) {
            continue;
        }
        run_thread(0, wild_call, (word)number);
        let_run();
        struct message m = receive(SYS_NB_RECV, ep);
        if (label_of(m.info) != FAULT_SYSCALL || (long)buffer->msg[18] != number || m.badge != 3) {
            SHOW("wrong", (word)-number, label_of(m.info), buffer->msg[18]);
        }
        stop_thread(tcb);
    }
    static const long wild[] = {1L << 31, 1L << 32, (1L << 32) - 3, -(1L << 32) - 3, 1L << 63, ~0UL >> 1, -1000000};
    for (word i = 0; i < sizeof wild / sizeof *wild; i++) {
        run_thread(0, wild_call, (word)wild[i]);
        let_run();
        struct message m = receive(SYS_NB_RECV, ep);
        SHOW("number", (word)wild[i], label_of(m.info), buffer->msg[18] == (word)wild[i]);
        stop_thread(tcb);
    }
}

/* Every label of every kind of capability that is harmless, with the longest message and all capabilities. */
static void labels(void)
{
    word u = new_object(UNTYPED, 12);
    word objects[] = {u, new_object(TCB, 0), new_object(CNODE, 2), new_object(PAGE, 0), new_object(PAGE_TABLE, 0),
                      new_object(PAGE_DIRECTORY, 0), new_object(PDPT, 0), new_object(PML4, 0), ROOT_ASID_POOL, ROOT_ASID_CONTROL,
                      ROOT_IRQ_CONTROL, ROOT_IO_PORT_CONTROL, ROOT_DOMAIN, 0, new_slots(1)};
    word words[120];
    for (word pattern = 0; pattern < 3; pattern++) {
        for (word i = 0; i < 120; i++) {
            words[i] = pattern == 0 ? 0 : pattern == 1 ? ~0UL : 1UL << (i % 64);
        }
        word ok = 0, refused = 0;
        for (word i = 0; i < sizeof objects / sizeof *objects; i++) {
            for (word label = 0; label < 70; label++) {
                /* Not a resumed thread, and not a space of the kernel's choice. */
                if (kind(objects[i]) == 12 && label <= TCB_RESUME) {
                    continue;
                }
                for (word length = 0; length <= 120; length += length < 10 ? 1 : 55) {
                    word error = invoke(objects[i], label, length & 1 ? 3 : 0, (word[]){0, 0, 0}, length, words);
                    if (error == 0) {
                        ok++;
                    } else if (error <= 10) {
                        refused++;
                    } else {
                        SHOW("wrong", i, label, length, error);
                    }
                }
            }
        }
        SHOW("carried out, and the rest was refused", ok > 0, refused > 0);
    }
    SHOW("the kernel goes on", kind(ROOT_TCB));
}

/* ---- buffers */

static void sends_from_buffer(word cap)
{
    struct message m = {cap, info(1, 1, 6), {1, 2, 3, 4}};
    syscall(SYS_CALL, &m);
    SHOW("label, length, words", label_of(m.info), length_of(m.info), m.mr[0]);
}

static char shared[4096] __attribute__((aligned(4096)));

static void try_buffer(const char *name)
{
    run_thread(0, sends_from_buffer, ep);
    let_run();
    struct message m = receive(SYS_NB_RECV, ep);
    show_message(name, m, buffer);
    stop_thread(tcb);
}

static void buffers(void)
{
    word area = (word)&areas[0], cap = frame_of(&areas[0]);
    struct ipc_buffer *b = buffer_of(0);
    buffer->receive_cnode = 0;
    b->msg[4] = 5;
    b->msg[5] = 6;
    b->caps_or_badges[0] = ROOT_TCB;
    try_buffer("buffer as it should be");
    MUST(tcb, TCB_SET_IPC_BUFFER, CAPS(cap), WORDS(0));
    try_buffer("no buffer");
    word read = new_copy(cap, READ), none = new_copy(cap, 0), write = new_copy(cap, WRITE);
    MUST(tcb, TCB_SET_IPC_BUFFER, CAPS(read), WORDS(area));
    try_buffer("buffer to be read only");
    MUST(tcb, TCB_SET_IPC_BUFFER, CAPS(write), WORDS(area));
    try_buffer("buffer to be written only");
    MUST(tcb, TCB_SET_IPC_BUFFER, CAPS(none), WORDS(area));
    try_buffer("buffer without rights");
    MUST(tcb, TCB_SET_IPC_BUFFER, CAPS(cap), WORDS(0xffff800000000000));
    try_buffer("its address does not matter but for its offset");
    /* The last buffer of a page: it ends where the page does. */
    struct ipc_buffer *last = (struct ipc_buffer *)(shared + 3072);
    last->msg[4] = 7;
    last->msg[5] = 8;
    last->caps_or_badges[0] = ROOT_TCB;
    word frame = frame_of(shared);
    MUST(tcb, TCB_SET_IPC_BUFFER, CAPS(frame), WORDS((word)last));
    try_buffer("last buffer of a page");
    MUST(frame, PAGE_UNMAP, CAPS(), WORDS());
    try_buffer("mapped nowhere");
    outcome("delete its frame", delete (frame));
    try_buffer("the thread's own capability is left");
    word page = new_object(PAGE, 0), copy = new_copy(page, ALL);
    MUST(tcb, TCB_SET_IPC_BUFFER, CAPS(copy), WORDS(1024));
    try_buffer("a page of zeros");
    outcome("revoke the page", revoke(page));
    try_buffer("no buffer again");
    /* A large page as buffer, in the middle. */
    word large = new_object(LARGE_PAGE, 0);
    MUST(tcb, TCB_SET_IPC_BUFFER, CAPS(large), WORDS(0x123400));
    try_buffer("in the middle of a large page");
    MUST(tcb, TCB_SET_IPC_BUFFER, CAPS(cap), WORDS(area));
}

/* ---- spaces */

static void nowhere(word argument)
{
    SHOW("never", argument);
}

static void spaces(void)
{
    /* A thread without space, registers or anything: it faults, and has no handler. */
    word bare = new_object(TCB, 0);
    MUST(bare, TCB_SET_SCHED_PARAMS, CAPS(ROOT_TCB), WORDS(10, 10));
    TRY("resume a bare thread", bare, TCB_RESUME, CAPS(), WORDS());
    let_run();
    word space = new_object(PML4, 0);
    MUST(ROOT_ASID_POOL, ASID_POOL_ASSIGN, CAPS(space), WORDS());
    MUST(tcb, TCB_SET_SPACE, CAPS(ROOT_CNODE, space), WORDS(handler, 0, 0));
    run_thread(0, nowhere, 0);
    let_run();
    struct message m = receive(SYS_NB_RECV, ep);
    SHOW("in an empty space", m.badge, label_of(m.info), m.mr[0] == m.mr[1], m.mr[3]);
    outcome("delete the space", delete (space));
    stop_thread(tcb);
    run_thread(0, nowhere, 0);
    let_run();
    m = receive(SYS_NB_RECV, ep);
    SHOW("still in it", m.badge, label_of(m.info), m.mr[0] == m.mr[1], m.mr[3]);
    MUST(tcb, TCB_SET_SPACE, CAPS(ROOT_CNODE, ROOT_VSPACE), WORDS(handler, 0, 0));
    /* Addresses that no processor has, in every register. */
    stop_thread(tcb);
    static const word wild[] = {1UL << 47, (1UL << 47) - 1, 0x7ffffffff000, 0xffff800000000000, ~0UL, 1UL << 63};
    for (word i = 0; i < sizeof wild / sizeof *wild; i++) {
        MUST(tcb, TCB_WRITE_REGISTERS, CAPS(), WORDS(1, 20, (word)nowhere, wild[i], ~0UL, wild[i], wild[i], wild[i], wild[i], wild[i],
             wild[i], wild[i], wild[i], wild[i], wild[i], wild[i], wild[i], wild[i], wild[i], wild[i], wild[i], wild[i]));
        let_run();
        m = receive(SYS_NB_RECV, ep);
        SHOW("wild registers: told", m.badge, label_of(m.info) == FAULT_VM || label_of(m.info) == FAULT_EXCEPTION);
        stop_thread(tcb);
        MUST(tcb, TCB_WRITE_REGISTERS, CAPS(), WORDS(1, 1, wild[i]));
        let_run();
        m = receive(SYS_NB_RECV, ep);
        SHOW("wild address: told", m.badge, label_of(m.info) == FAULT_VM || label_of(m.info) == FAULT_EXCEPTION);
        stop_thread(tcb);
    }
    MUST(tcb, TCB_WRITE_REGISTERS, CAPS(), WORDS(0, 20, 0, 0, 0x202, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

/* A thread that has no CNode, so none of its capabilities can be found. */
static void no_capabilities(void)
{
    word node = new_object(CNODE, 1);
    MUST(tcb, TCB_SET_SPACE, CAPS(node, ROOT_VSPACE), WORDS(0, guard(0, 63), 0));
    outcome("delete the CNode", revoke(node));
    run_thread(0, sends_from_buffer, ep);
    let_run();
    struct message m = receive(SYS_NB_RECV, ep);
    SHOW("nobody is told", m.badge);
    MUST(tcb, TCB_SET_SPACE, CAPS(ROOT_CNODE, ROOT_VSPACE), WORDS(handler, 0, 0));
}

static void task(void)
{
    ep = new_object(ENDPOINT, 0);
    handler = new_badged(ep, ALL, 3);
    tcb = new_thread(0, handler, 10);
    numbers();
    buffers();
    spaces();
    no_capabilities();
    labels();
}
