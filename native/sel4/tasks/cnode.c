/* Operations on CNodes: each with its errors in the order in which the kernel looks for them; guards, depths and failed lookups. */
#include "root.h"

static word copy(word node, word to, word from, word rights)
{
    return invoke(node, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(to, DEPTH, from, DEPTH, rights));
}

static void words(void)
{
    word empty = new_slots(2);
    word ep = new_object(ENDPOINT, 0);
    TRY("no operation", ROOT_CNODE, 0, CAPS(), WORDS());
    TRY("another operation", ROOT_CNODE, TCB_SUSPEND, CAPS(), WORDS());
    TRY("one behind", ROOT_CNODE, IRQ_ISSUE_HANDLER, CAPS(), WORDS());
    TRY("one word", ROOT_CNODE, CNODE_DELETE, CAPS(), WORDS(empty));
    TRY("depth 0", ROOT_CNODE, CNODE_DELETE, CAPS(), WORDS(empty, 0));
    TRY("depth 65", ROOT_CNODE, CNODE_DELETE, CAPS(), WORDS(empty, 65));
    TRY("delete nothing", ROOT_CNODE, CNODE_DELETE, CAPS(), WORDS(empty, DEPTH));
    TRY("revoke nothing", ROOT_CNODE, CNODE_REVOKE, CAPS(), WORDS(empty, DEPTH));
    TRY("copy of three words", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(ROOT_TCB, DEPTH, ep));
    TRY("copy without root", ROOT_CNODE, CNODE_COPY, CAPS(), WORDS(ROOT_TCB, DEPTH, ep, DEPTH, ALL));
    TRY("copy to a full slot", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_TCB), WORDS(ROOT_TCB, DEPTH, ep, 0));
    TRY("copy with a root that is none", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_TCB), WORDS(empty, DEPTH, ep, 0));
    TRY("copy from depth 0", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(empty, DEPTH, ep, 0));
    TRY("copy from a short depth", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(empty, DEPTH, ep, 63));
    TRY("copy of nothing", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(empty, DEPTH, empty + 1, DEPTH));
    TRY("copy without rights", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(empty, DEPTH, ep, DEPTH));
    TRY("mint without badge", ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(empty, DEPTH, ep, DEPTH, ALL));
    TRY("mutate without data", ROOT_CNODE, CNODE_MUTATE, CAPS(ROOT_CNODE), WORDS(empty, DEPTH, ep, DEPTH));
    TRY("move", ROOT_CNODE, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(empty, DEPTH, ep, DEPTH));
    SHOW("kinds", kind(ep), kind(empty));
    TRY("move onto itself", ROOT_CNODE, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(empty, DEPTH, empty, DEPTH));
    TRY("mutate an endpoint", ROOT_CNODE, CNODE_MUTATE, CAPS(ROOT_CNODE), WORDS(ep, DEPTH, empty, DEPTH, 5));
    TRY("rotate of seven words", ROOT_CNODE, CNODE_ROTATE, CAPS(ROOT_CNODE, ROOT_CNODE), WORDS(1, 2, 3, 4, 5, 6, 7));
}

static void derive(void)
{
    word to = new_slots(1);
    word ep = new_object(ENDPOINT, 0), ntfn = new_object(NOTIFICATION, 0), pt = new_object(PAGE_TABLE, 0);
    word u = new_object(UNTYPED, 6), node = new_object(CNODE, 3), tcb = new_object(TCB, 0);
    word badged = new_badged(ep, ALL, 7), badged_ntfn = new_badged(ntfn, ALL, 7);
    outcome("unmapped page table", copy(ROOT_CNODE, to, pt, ALL));
    outcome("IRQ control", copy(ROOT_CNODE, to, ROOT_IRQ_CONTROL, ALL));
    outcome("I/O port control", copy(ROOT_CNODE, to, ROOT_IO_PORT_CONTROL, ALL));
    outcome("ASID control", copy(ROOT_CNODE, to, ROOT_ASID_CONTROL, ALL));
    delete (to);
    outcome("domain", copy(ROOT_CNODE, to, ROOT_DOMAIN, 0));
    delete (to);
    outcome("mapped space", copy(ROOT_CNODE, to, ROOT_VSPACE, ALL));
    delete (to);
    new_objects(u, ENDPOINT, 0, 1);
    outcome("untyped with a child", copy(ROOT_CNODE, to, u, ALL));
    TRY("a badge on a badge", ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(to, DEPTH, badged, DEPTH, ALL, 8));
    TRY("the same badge again", ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(to, DEPTH, badged, DEPTH, ALL, 7));
    TRY("a badge on a badged notification", ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE),
        WORDS(to, DEPTH, badged_ntfn, DEPTH, ALL, 7));
    TRY("badge 0", ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(to, DEPTH, ep, DEPTH, ALL, 0));
    delete (to);
    TRY("guard and radix of 65 bits", ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE),
        WORDS(to, DEPTH, node, DEPTH, ALL, guard(0, 62)));
    TRY("guard and radix of 64 bits", ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE),
        WORDS(to, DEPTH, node, DEPTH, ALL, guard(0, 61)));
    delete (to);
    TRY("mutate to too long a guard", ROOT_CNODE, CNODE_MUTATE, CAPS(ROOT_CNODE),
        WORDS(to, DEPTH, node, DEPTH, guard(0, 63)));
    SHOW("the node is still there", kind(node), kind(to));
    TRY("data mean nothing to a TCB", ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(to, DEPTH, tcb, DEPTH, 0, ~0));
    TRY("rights mean nothing to a TCB", to, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(3));
    delete (to);
    outcome("a CNode without rights", copy(ROOT_CNODE, to, node, 0));
    TRY("can be used", to, CNODE_DELETE, CAPS(), WORDS(1, 3));
    delete (to);
    /* What only a call tells: whether a right is there. */
    struct message m;
    word read = new_copy(ep, READ), write = new_copy(ep, WRITE), none = new_copy(ep, 0);
    TRY("send by what may only receive", read, 0, CAPS(), WORDS());
    TRY("send by what may nothing", none, 0, CAPS(), WORDS());
    word ntfn_read = new_copy(ntfn, READ), ntfn_write = new_copy(ntfn, WRITE);
    TRY("signal by what may only wait", ntfn_read, 0, CAPS(), WORDS());
    signal(ntfn_write);
    m = receive(SYS_NB_RECV, ntfn_read);
    SHOW("signalled", m.badge);
    signal(badged_ntfn);
    m = receive(SYS_NB_RECV, ntfn_read);
    SHOW("signalled", m.badge);
}

/* A CNode of 8 slots with a guard of 5 bits, behind which is one of 4 slots with a guard of 2. */
static void lookups(void)
{
    word outer = new_object(CNODE, 3), inner = new_object(CNODE, 2), ep = new_object(ENDPOINT, 0), to = new_slots(1);
    word guarded = new_slots(1);
    TRY("outer", ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(guarded, DEPTH, outer, DEPTH, ALL, guard(21, 5)));
    TRY("inner", guarded, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(21 << 3 | 6, 8, inner, DEPTH, ALL, guard(2, 2)));
    TRY("into the inner one", guarded, CNODE_COPY, CAPS(ROOT_CNODE), WORDS((21 << 3 | 6) << 4 | 2 << 2 | 3, 12, ep, DEPTH, ALL));
    TRY("there it is", inner, CNODE_DELETE, CAPS(), WORDS(3, 2));
    TRY("into it again", guarded, CNODE_COPY, CAPS(ROOT_CNODE), WORDS((21 << 3 | 6) << 4 | 2 << 2 | 3, 12, ep, DEPTH, ALL));
    TRY("from there", ROOT_CNODE, CNODE_MOVE, CAPS(guarded), WORDS(to, DEPTH, (21 << 3 | 6) << 4 | 2 << 2 | 3, 12));
    SHOW("kind", kind(to));
    TRY("wrong outer guard", guarded, CNODE_DELETE, CAPS(), WORDS((20 << 3 | 6) << 4 | 11, 12));
    TRY("wrong inner guard", guarded, CNODE_DELETE, CAPS(), WORDS((21 << 3 | 6) << 4 | 15, 12));
    TRY("guard longer than the depth", guarded, CNODE_DELETE, CAPS(), WORDS(21, 4));
    TRY("radix longer than the depth", guarded, CNODE_DELETE, CAPS(), WORDS(21 << 2, 7));
    TRY("depth ends in the inner guard", guarded, CNODE_DELETE, CAPS(), WORDS((21 << 3 | 6) << 1, 9));
    TRY("depth ends in the inner radix", guarded, CNODE_DELETE, CAPS(), WORDS((21 << 3 | 6) << 3 | 4, 11));
    TRY("depth goes on behind a slot", guarded, CNODE_DELETE, CAPS(), WORDS((21 << 3 | 5) << 4, 12));
    TRY("depth 64 with guard of 0 to 64", guarded, CNODE_DELETE, CAPS(), WORDS(0, 64));
    TRY("source behind a slot", ROOT_CNODE, CNODE_COPY, CAPS(guarded), WORDS(new_slots(1), DEPTH, (21 << 3 | 5) << 4, 12, ALL));
    TRY("slot of the outer node", guarded, CNODE_DELETE, CAPS(), WORDS(21 << 3 | 5, 8));
    TRY("high bits do not matter", guarded, CNODE_DELETE, CAPS(), WORDS(~0UL << 8 | 21 << 3 | 5, 8));
    /* A whole space of depth 64: bits that are left over at a slot do not matter to invocations. */
    word node = new_object(CNODE, 2);
    word space = new_slots(1);
    TRY("a space of 4 slots at the top", ROOT_CNODE, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(space, DEPTH, node, DEPTH, ALL, guard(0, 0)));
    TRY("its slot 1", space, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(1, 2, ROOT_TCB, DEPTH, ALL));
    TRY("its slot 0", space, CNODE_MINT, CAPS(ROOT_CNODE), WORDS(0, 2, ROOT_CNODE, DEPTH, ALL, guard(0, 49)));
    MUST(ROOT_TCB, TCB_SET_SPACE, CAPS(space, ROOT_VSPACE), WORDS(0, 0, 0));
    TRY("TCB at 1 << 62 with bits left over", 1UL << 62 | 12345, TCB_SET_PRIORITY, CAPS(1UL << 62), WORDS(255));
    TRY("null in the root", 3UL << 62, TCB_SET_PRIORITY, CAPS(1UL << 62), WORDS(255));
    MUST(1UL << 62, TCB_SET_SPACE, CAPS(ROOT_CNODE, ROOT_VSPACE), WORDS(0, guard(0, 51), 0));
    TRY("home again", ROOT_TCB, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(255));
}

static void rotate(void)
{
    word a = new_slots(6), b = a + 1, c = a + 2, d = a + 3;
    word node1 = new_object(CNODE, 1), node2 = new_object(CNODE, 2), ep = new_object(ENDPOINT, 0), u = new_object(UNTYPED, 4);
    MUST(ROOT_CNODE, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(a, DEPTH, node1, DEPTH));
    MUST(ROOT_CNODE, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(b, DEPTH, u, DEPTH));
    #define ROTATE(to, pivot_data, pivot, pivot_depth, source_data, source, source_depth) \
        ROOT_CNODE, CNODE_ROTATE, CAPS(ROOT_CNODE, ROOT_CNODE), \
        WORDS(to, DEPTH, pivot_data, pivot, pivot_depth, source_data, source, source_depth)
    TRY("source of depth 0", ROOT_CNODE, CNODE_ROTATE, CAPS(ROOT_TCB, ROOT_CNODE), WORDS(c, DEPTH, 0, b, 0, 0, a, 0));
    TRY("source in no CNode", ROOT_CNODE, CNODE_ROTATE, CAPS(ROOT_TCB, ROOT_TCB), WORDS(c, DEPTH, 0, b, 0, 0, a, 64));
    TRY("pivot in no CNode", ROOT_CNODE, CNODE_ROTATE, CAPS(ROOT_TCB, ROOT_CNODE), WORDS(c, DEPTH, 0, b, 64, 0, a, 64));
    TRY("pivot is source", ROTATE(ROOT_TCB, 0, a, DEPTH, 0, a, DEPTH));
    TRY("pivot is destination", ROTATE(a, 0, a, DEPTH, 0, b, DEPTH));
    TRY("destination is full", ROTATE(ROOT_TCB, 0, a, DEPTH, 0, c, DEPTH));
    TRY("source is empty", ROTATE(c, 0, d, DEPTH, 0, d + 1, DEPTH));
    TRY("pivot is empty", ROTATE(c, 0, d, DEPTH, 0, a, DEPTH));
    TRY("source is an endpoint", ROTATE(c, 0, a, DEPTH, 0, ep, DEPTH));
    TRY("guard of the source too long", ROTATE(c, 0, b, DEPTH, guard(0, 63), node2, DEPTH));
    TRY("guard of the pivot too long", ROTATE(c, guard(0, 63), node2, DEPTH, 0, b, DEPTH));
    TRY("a to b, b to c", ROTATE(c, 0, b, DEPTH, guard(1, 3), a, DEPTH));
    SHOW("kinds", kind(a), kind(b), kind(c));
    TRY("the guard was set", b, CNODE_DELETE, CAPS(), WORDS(3, 4));
    TRY("the guard matters", b, CNODE_DELETE, CAPS(), WORDS(5, 4));
    TRY("b and c change places", ROTATE(b, 0, c, DEPTH, guard(0, 0), b, DEPTH));
    SHOW("kinds", kind(a), kind(b), kind(c));
    MUST(ROOT_CNODE, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(d, DEPTH, node2, DEPTH));
    TRY("neighbours change places", ROTATE(c, 0, d, DEPTH, 0, c, DEPTH));
    SHOW("kinds", kind(c), kind(d));
    TRY("they work", c, CNODE_DELETE, CAPS(), WORDS(3, 2));
    TRY("they work", d, CNODE_DELETE, CAPS(), WORDS(1, 1));
}

static void badged_sends(void)
{
    word ep = new_object(ENDPOINT, 0);
    word to = new_slots(1);
    TRY("of nothing", ROOT_CNODE, CNODE_CANCEL_BADGED_SENDS, CAPS(), WORDS(to, DEPTH));
    TRY("of a TCB", ROOT_CNODE, CNODE_CANCEL_BADGED_SENDS, CAPS(), WORDS(ROOT_TCB, DEPTH));
    TRY("without a badge", ROOT_CNODE, CNODE_CANCEL_BADGED_SENDS, CAPS(), WORDS(ep, DEPTH));
    TRY("without grant", ROOT_CNODE, CNODE_CANCEL_BADGED_SENDS, CAPS(), WORDS(new_badged(ep, WRITE | READ | GRANT_REPLY, 1), DEPTH));
    TRY("without grant of replies", ROOT_CNODE, CNODE_CANCEL_BADGED_SENDS, CAPS(), WORDS(new_badged(ep, WRITE | READ | GRANT, 1), DEPTH));
    TRY("with all rights", ROOT_CNODE, CNODE_CANCEL_BADGED_SENDS, CAPS(), WORDS(new_badged(ep, ALL, 1), DEPTH));
    TRY("save no caller", ROOT_CNODE, CNODE_SAVE_CALLER, CAPS(), WORDS(to, DEPTH));
    TRY("save a caller to a full slot", ROOT_CNODE, CNODE_SAVE_CALLER, CAPS(), WORDS(ep, DEPTH));
}

static void task(void)
{
    words();
    derive();
    lookups();
    rotate();
    badged_sends();
}
