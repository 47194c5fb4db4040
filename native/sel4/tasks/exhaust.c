/*
 * Exhaustion of kernel memory: an attacker with a CNode, a piece of untyped memory of 1 MiB and nothing else takes all that it can get,
 * and a victim goes on meanwhile. What the attacker may not have is refused to it, at exactly the place where its own memory ends.
 */
#include "root.h"

enum { ATTACKER_BITS = 20, NODE_BITS = 17, MOST_TRIES = 4000 };

static word attackers, node, victim_ep;

/* ---- the victim: asks a server, again and again */

static volatile word answers;

static void serves(word cap)
{
    struct message m = receive(SYS_RECV, cap);
    for (;;) {
        m.badge = cap;
        m.info = info(0, 0, 1);
        m.mr[0]++;
        syscall(SYS_REPLY_RECV, &m);
    }
}

static void asks(word cap)
{
    for (word i = 0;; i++) {
        struct message m = send_word(SYS_CALL, cap, 0, i);
        if (m.mr[0] == i + 1) {
            answers++;
        }
        yield();
    }
}

/* Lets everybody run until a counter has got somewhere. */
static void run_until(const volatile word *counter, word value)
{
    MUST(ROOT_TCB, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(10));
    while (*counter < value) {
        yield();
    }
    MUST(ROOT_TCB, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(MAIN_PRIORITY));
}

static void victim_goes_on(void)
{
    run_until(&answers, answers + 3);
    print("the victim goes on\n");
}

/* ---- phases */

static word retype(word type, word size, word slot, word count)
{
    return invoke(attackers, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(type, size, node, DEPTH, slot, count));
}

/* Makes objects of one kind until it is refused. */
static void flood(const char *name, word type, word size, word step)
{
    word made = 0, error;
    print("flood of ");
    print(name);
    put('\n');
    while (!(error = retype(type, size, made, step))) {
        made += step;
    }
    SHOW("made", made);
    outcome("then", error);
    /* What was made is gone with the untyped memory's children, and all memory is there again. */
    outcome("revoke", revoke(attackers));
    SHOW("first and last slot", invoke(node, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(0, NODE_BITS, ROOT_TCB, DEPTH, 0)),
         invoke(node, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(made - 1, NODE_BITS, ROOT_TCB, DEPTH, 0)));
    MUST(node, CNODE_DELETE, CAPS(), WORDS(0, NODE_BITS));
    MUST(node, CNODE_DELETE, CAPS(), WORDS(made - 1, NODE_BITS));
}

static void objects(void)
{
    flood("endpoints", ENDPOINT, 0, 256);
    flood("notifications", NOTIFICATION, 0, 256);
    flood("TCBs", TCB, 0, 256);
    flood("CNodes of 2 slots", CNODE, 1, 256);
    flood("CNodes of 1024 slots", CNODE, 10, 1);
    flood("pages", PAGE, 0, 1);
    flood("page tables", PAGE_TABLE, 0, 256);
    flood("page directories", PAGE_DIRECTORY, 0, 1);
    flood("PDPTs", PDPT, 0, 1);
    flood("PML4s", PML4, 0, 1);
    flood("untyped of 16 bytes", UNTYPED, 4, 256);
    flood("untyped of 512 KiB", UNTYPED, 19, 1);
    outcome("large page", retype(LARGE_PAGE, 0, 0, 1));
    victim_goes_on();
}

/* Page tables are the attacker's own: one page in every 2 MiB, as far as its memory goes. */
static void tables(void)
{
    word space = new_slots(5), page = space + 1, pdpt = space + 2, pd = space + 3, pt = space + 4;
    static const word types[] = {PML4, PAGE, PDPT, PAGE_DIRECTORY, PAGE_TABLE};
    for (word i = 0; i < 5; i++) {
        MUST(attackers, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(types[i], 0, 0, 0, space + i, 1));
    }
    MUST(ROOT_ASID_POOL, ASID_POOL_ASSIGN, CAPS(space), WORDS());
    TRY("map without PDPT", page, PAGE_MAP, CAPS(space), WORDS(0, ALL, 0));
    TRY("its own PDPT", pdpt, PDPT_MAP, CAPS(space), WORDS(0, 0));
    TRY("map without directory", page, PAGE_MAP, CAPS(space), WORDS(0, ALL, 0));
    TRY("its own directory", pd, PAGE_DIRECTORY_MAP, CAPS(space), WORDS(0, 0));
    TRY("map without table", page, PAGE_MAP, CAPS(space), WORDS(0, ALL, 0));
    TRY("its own table", pt, PAGE_TABLE_MAP, CAPS(space), WORDS(0, 0));
    TRY("map", page, PAGE_MAP, CAPS(space), WORDS(0, ALL, 0));
    word slots = new_slots(512), mapped = 0, error;
    for (;;) {
        word table = slots + 2 * mapped, copy = table + 1, at = (mapped + 1) << LARGE_BITS;
        error = invoke(attackers, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(PAGE_TABLE, 0, 0, 0, table, 1));
        if (error) {
            break;
        }
        MUST(ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(copy, DEPTH, page, DEPTH, ALL));
        if (invoke(copy, PAGE_MAP, CAPS(space), WORDS(at, ALL, 0)) != 6) {
            outcome("a page was mapped without a table", answer.error);
        }
        MUST(table, PAGE_TABLE_MAP, CAPS(space), WORDS(at, 0));
        MUST(copy, PAGE_MAP, CAPS(space), WORDS(at, ALL, 0));
        mapped++;
    }
    SHOW("sparse pages", mapped);
    outcome("then", error);
    victim_goes_on();
    outcome("revoke", revoke(attackers));
    next_slot = space;
}

/* ---- capabilities */

static word hoard_ep;
static volatile word received;

static void hoards(word cap)
{
    for (;;) {
        struct message m = receive(SYS_RECV, cap);
        SHOW("received capabilities", caps_of(m.info));
        received++;
    }
}

static void capabilities(void)
{
    word small = new_slots(1);
    MUST(attackers, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(CNODE, 4, 0, 0, small, 1));
    hoard_ep = new_object(ENDPOINT, 0);
    struct ipc_buffer *b = buffer_of(2);
    b->receive_cnode = small;
    b->receive_index = 0;
    b->receive_depth = 4;
    start_thread(2, 0, 20, hoards, hoard_ep);
    for (int i = 0; i < 3; i++) {
        struct message m = {hoard_ep, info(0, 1, 0), {0}};
        buffer->caps_or_badges[0] = ROOT_TCB;
        syscall(SYS_SEND, &m);
        run_until(&received, i + 1);
    }
    stop_thread(tcbs[2]);
    word copied = 0, error = 0;
    for (word i = 1; i < 16; i++) {
        copied += !invoke(small, CNODE_COPY, CAPS(small), WORDS(i, 4, i - 1, 4, ALL));
    }
    SHOW("copies of copies", copied);
    for (word i = 0; i < 16; i++) {
        error += invoke(small, CNODE_COPY, CAPS(small), WORDS(i, 4, 15 - i, 4, ALL)) == 8;
    }
    SHOW("slots that are full", error);
    TRY("one more", small, CNODE_COPY, CAPS(small), WORDS(7, 4, 0, 4, ALL));
    victim_goes_on();
    outcome("revoke", revoke(attackers));
}

/* ---- the end of the attacker */

static word end_of_attacker(void)
{
    for (word made = 0; made < 1 << (ATTACKER_BITS - ENDPOINT_BITS); made += 256) {
        MUST(attackers, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(ENDPOINT, 0, node, DEPTH, made, 256));
    }
    MUST(ROOT_TCB, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(10));
    word before = answers;
    revoke(attackers);
    word during = answers - before;
    MUST(ROOT_TCB, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(MAIN_PRIORITY));
    return during;
}

static void task(void)
{
    node = new_object(CNODE, NODE_BITS);
    attackers = new_object(UNTYPED, ATTACKER_BITS);
    victim_ep = new_object(ENDPOINT, 0);
    start_thread(0, 0, 11, serves, victim_ep);
    start_thread(1, 0, 10, asks, victim_ep);
    victim_goes_on();
    objects();
    tables();
    capabilities();
    /*
     * The clock pre-empts a long revoke, but a tick counts for the time slice only once the thread that revokes is through with it. So the slice
     * has to end with one of them, which is chance: some hundred are mostly enough.
     */
    int tries = 0;
    while (!end_of_attacker() && ++tries < MOST_TRIES) {
    }
    SHOW("the victim goes on while the attacker is revoked", tries < MOST_TRIES);
    outcome("all of its memory", retype(UNTYPED, ATTACKER_BITS, 0, 1));
    stop_thread(tcbs[1]);
    stop_thread(tcbs[0]);
}
