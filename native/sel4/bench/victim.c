/*
 * Scenario KMEM-1 on the raw kernel, with a victim whose answers somebody times: at each interrupt of pin 2 it calls a server and prints a
 * dot; "r" says that it waits. Below its priority, an attacker with 1 MiB of untyped memory takes what it can get, in phases; an interrupt of pin 3 begins the next.
 */
#include "root.h"

enum { VICTIM_PIN = 2, PHASE_PIN = 3, ATTACKER_BITS = 20, NODE_BITS = 16, SPARSE = 240, COPIES = 4096 };

static word service, victim_irq, victim_ntfn, phase_irq, phase_ntfn, attack, attackers, node;
static volatile word phase;

static void acknowledge(word handler)
{
    struct message m = {handler, info(IRQ_ACK, 0, 0), {0}};
    syscall(SYS_CALL, &m);
}

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

static void suffers(word cap)
{
    for (word i = 0;; i++) {
        receive(SYS_RECV, victim_ntfn);
        acknowledge(victim_irq);
        put(send_word(SYS_CALL, cap, 0, i).mr[0] == i + 1 ? '.' : '!');
    }
}

static void counts(word cap)
{
    for (;;) {
        receive(SYS_RECV, cap);
        acknowledge(phase_irq);
        phase++;
        signal(attack);
    }
}

static word interrupt(word pin, word ntfn)
{
    word handler = new_slots(1);
    MUST(ROOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER_IO_APIC, CAPS(ROOT_CNODE), WORDS(handler, DEPTH, 0, pin, 0, 0, pin));
    MUST(handler, IRQ_SET_HANDLER, CAPS(ntfn), WORDS());
    return handler;
}

/* ---- the attacker: each phase goes on until the next one begins */

static void computes(word now)
{
    while (phase == now) {
        __asm__ volatile("pause");
    }
}

static word retype(word type, word size, word slot, word count)
{
    return invoke(attackers, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(type, size, node, DEPTH, slot, count));
}

static void floods(word now)
{
    static const struct { word type, size, step; } kinds[] = {
        {ENDPOINT, 0, 256}, {TCB, 0, 256}, {CNODE, 10, 1}, {PAGE, 0, 1}, {UNTYPED, 4, 256}, {UNTYPED, 19, 1}};
    for (word k = 0; phase == now; k = (k + 1) % (sizeof kinds / sizeof *kinds)) {
        word made = 0;
        while (phase == now && made + kinds[k].step <= 1 << NODE_BITS &&
               !retype(kinds[k].type, kinds[k].size, made, kinds[k].step)) {
            made += kinds[k].step;
        }
        revoke(attackers);
    }
}

static void maps(word now)
{
    word space = next_slot, page = space + 1, pdpt = space + 2, pd = space + 3, slots = space + 4;
    static const word types[] = {PML4, PAGE, PDPT, PAGE_DIRECTORY};
    while (phase == now) {
        for (word i = 0; i < 4; i++) {
            MUST(attackers, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(types[i], 0, 0, 0, space + i, 1));
        }
        MUST(ROOT_ASID_POOL, ASID_POOL_ASSIGN, CAPS(space), WORDS());
        MUST(pdpt, PDPT_MAP, CAPS(space), WORDS(0, 0));
        MUST(pd, PAGE_DIRECTORY_MAP, CAPS(space), WORDS(0, 0));
        for (word i = 0; i < SPARSE && phase == now; i++) {
            word table = slots + 2 * i, copy = table + 1, at = (i + 1) << LARGE_BITS;
            MUST(attackers, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(PAGE_TABLE, 0, 0, 0, table, 1));
            MUST(ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(copy, DEPTH, page, DEPTH, ALL));
            MUST(table, PAGE_TABLE_MAP, CAPS(space), WORDS(at, 0));
            MUST(copy, PAGE_MAP, CAPS(space), WORDS(at, ALL, 0));
        }
        revoke(attackers);
    }
}

static void derives(word now)
{
    while (phase == now) {
        MUST(attackers, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(ENDPOINT, 0, node, DEPTH, 0, 1));
        for (word i = 1; i < COPIES && phase == now; i++) {
            MUST(node, CNODE_COPY, CAPS(node), WORDS(i, NODE_BITS, i - 1, NODE_BITS, ALL));
        }
        revoke(attackers);
    }
}

static void task(void)
{
    service = new_object(ENDPOINT, 0);
    victim_ntfn = new_object(NOTIFICATION, 0);
    phase_ntfn = new_object(NOTIFICATION, 0);
    attack = new_object(NOTIFICATION, 0);
    node = new_object(CNODE, NODE_BITS);
    attackers = new_object(UNTYPED, ATTACKER_BITS);
    victim_irq = interrupt(VICTIM_PIN, victim_ntfn);
    phase_irq = interrupt(PHASE_PIN, phase_ntfn);
    start_thread(0, 0, 254, serves, service);
    start_thread(1, 0, 253, suffers, service);
    start_thread(2, 0, 255, counts, phase_ntfn);
    MUST(ROOT_TCB, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(100));
    /* All others wait by now. */
    put('r');
    static void (*const phases[])(word) = {computes, floods, maps, derives};
    for (word i = 0; i < sizeof phases / sizeof *phases; i++) {
        receive(SYS_RECV, attack);
        phases[i](i + 1);
    }
}
