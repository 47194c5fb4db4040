/* The derivation tree: what revoking and deleting take with them; badges, zombies, and what waits at what is deleted. */
#include "root.h"

static void badges(void)
{
    word ep = new_object(ENDPOINT, 0);
    word copy = new_copy(ep, ALL);
    word a = new_badged(ep, ALL, 1), a1 = new_copy(a, ALL), a2 = new_copy(a1, WRITE), b = new_badged(ep, ALL, 2);
    word again = new_badged(ep, ALL, 1);
    SHOW("all", kind(ep), kind(copy), kind(a), kind(a1), kind(a2), kind(b), kind(again));
    outcome("revoke a copy", revoke(copy));
    SHOW("all", kind(ep), kind(copy), kind(a), kind(a1), kind(a2), kind(b), kind(again));
    outcome("revoke a copy of a badged one", revoke(a1));
    SHOW("all", kind(ep), kind(copy), kind(a), kind(a1), kind(a2), kind(b), kind(again));
    outcome("revoke a badged one", revoke(a));
    SHOW("all", kind(ep), kind(copy), kind(a), kind(a1), kind(a2), kind(b), kind(again));
    word a3 = new_copy(a, ALL), a4 = new_copy(a, ALL);
    outcome("delete the first of a badge", delete (a));
    outcome("revoke what was copied from it", revoke(a3));
    SHOW("both", kind(a3), kind(a4));
    outcome("revoke the first", revoke(ep));
    SHOW("all", kind(ep), kind(copy), kind(a3), kind(a4), kind(b), kind(again));
}

/* Badge 1 was given twice: what was derived from one is not the other's. */
static void twice(void)
{
    word ep = new_object(ENDPOINT, 0);
    word a = new_badged(ep, ALL, 1), b = new_badged(ep, ALL, 1);
    word a1 = new_copy(a, ALL), b1 = new_copy(b, ALL);
    outcome("revoke one of two with a badge", revoke(a));
    SHOW("all", kind(a), kind(b), kind(a1), kind(b1));
    a1 = new_copy(a, ALL);
    outcome("revoke the other", revoke(b));
    SHOW("all", kind(a), kind(b), kind(a1), kind(b1));
    /* With the first of b gone, its successor begins what has the badge, and is still not a's. */
    b1 = new_copy(b, ALL);
    outcome("delete the other", delete (b));
    outcome("revoke one", revoke(a));
    SHOW("all", kind(a), kind(b), kind(a1), kind(b1));
}

static void objects(void)
{
    word u = new_object(UNTYPED, 15);
    word inner = new_objects(u, UNTYPED, 13, 1);
    word node = new_objects(inner, CNODE, 2, 1);
    word tcb = new_objects(u, TCB, 0, 1);
    word copy = new_copy(node, ALL), moved = new_slots(1);
    MUST(node, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(3, 2, tcb, DEPTH, ALL));
    MUST(ROOT_CNODE, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(moved, DEPTH, copy, DEPTH));
    outcome("revoke a CNode", revoke(node));
    SHOW("kinds", kind(node), kind(moved));
    outcome("delete it", delete (node));
    TRY("a capability is left", moved, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(0, 2, ROOT_TCB, DEPTH, ALL));
    outcome("revoke the inner untyped", revoke(inner));
    SHOW("kinds", kind(inner), kind(moved), kind(tcb));
    outcome("revoke the untyped", revoke(u));
    SHOW("kinds", kind(u), kind(inner), kind(tcb));
    word slot = new_slots(2);
    TRY("all of it is free", u, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(PAGE, 0, 0, 0, slot, 2));
}

/* CNodes that hold themselves and each other. */
static void cycles(void)
{
    word u = new_object(UNTYPED, 14);
    word a = new_objects(u, CNODE, 2, 1), b = new_objects(u, CNODE, 2, 1), c = new_objects(u, CNODE, 3, 1);
    MUST(a, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(1, 2, a, DEPTH));
    SHOW("out of reach", kind(a));
    outcome("revoke what it was made of", revoke(u));
    a = new_objects(u, CNODE, 2, 1);
    b = new_objects(u, CNODE, 2, 1);
    MUST(a, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(0, 2, a, DEPTH, ALL));
    MUST(a, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(3, 2, a, DEPTH, ALL));
    outcome("delete a CNode with two capabilities to itself", delete (a));
    outcome("the others are left", revoke(u));
    a = new_objects(u, CNODE, 2, 1);
    b = new_objects(u, CNODE, 2, 1);
    word b_too = new_copy(b, ALL);
    MUST(a, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(2, 2, b, DEPTH));
    MUST(b_too, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(1, 2, a, DEPTH));
    outcome("revoke two that hold each other", revoke(u));
    SHOW("kinds", kind(a), kind(b), kind(b_too));
    a = new_objects(u, CNODE, 2, 1);
    b = new_objects(u, CNODE, 2, 1);
    c = new_objects(u, CNODE, 3, 1);
    b_too = new_copy(b, ALL);
    word c_too = new_copy(c, ALL);
    MUST(a, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(3, 2, b, DEPTH));
    MUST(b_too, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(0, 2, c, DEPTH));
    MUST(c_too, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(7, 3, a, DEPTH, ALL));
    MUST(c_too, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(0, 3, c_too, DEPTH, ALL));
    delete (b_too);
    delete (c_too);
    outcome("delete one of three in a ring", delete (a));
    outcome("revoke what they were made of", revoke(u));
    word slot = new_slots(4);
    TRY("all of it is free", u, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(PAGE, 0, 0, 0, slot, 4));
    outcome("revoke it again", revoke(u));
    /* A TCB whose capability space holds the only capability to it. */
    a = new_objects(u, CNODE, 2, 1);
    word tcb = new_objects(u, TCB, 0, 1);
    MUST(tcb, TCB_SET_SPACE, CAPS(a, ROOT_VSPACE), WORDS(0, guard(0, 62), 0));
    MUST(a, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(1, 2, tcb, DEPTH));
    outcome("delete the CNode", delete (a));
    outcome("revoke what they were made of", revoke(u));
    TRY("all of it is free", u, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(PAGE, 0, 0, 0, slot, 4));
    outcome("revoke it again", revoke(u));
    /* Many levels of CNodes, one in the other. */
    word first = 0, last = 0;
    for (int i = 0; i < 100; i++) {
        word next = new_objects(u, CNODE, 1, 1);
        if (last) {
            MUST(last, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(1, 1, next, DEPTH, ALL));
        } else {
            first = next;
        }
        if (last && last != first) {
            delete (last);
        }
        last = next;
    }
    delete (last);
    outcome("delete a hundred CNodes in one another", delete (first));
    TRY("what was in the first is a zombie that holds itself", u, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(PAGE, 0, 0, 0, slot, 4));
    outcome("revoke what they were made of", revoke(u));
    TRY("all of it is free", u, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(PAGE, 0, 0, 0, slot, 4));
}

static word waiting_ep, waiting_ntfn;

static void sends(word badge)
{
    struct message m = send_word(SYS_CALL, badge, 5, 77);
    SHOW("a sender was let go by an error", label_of(m.info));
}

static void waits(word cap)
{
    receive(SYS_RECV, cap);
    print("never\n");
}

static void waiters(void)
{
    word u = new_object(UNTYPED, 12);
    waiting_ep = new_objects(u, ENDPOINT, 0, 1);
    waiting_ntfn = new_objects(u, NOTIFICATION, 0, 1);
    word fault = new_object(ENDPOINT, 0);
    word fault_cap = new_badged(fault, ALL, 9);
    word a = new_badged(waiting_ep, ALL, 1), b = new_badged(waiting_ep, ALL, 2);
    start_thread(0, fault_cap, 10, sends, a);
    start_thread(1, fault_cap, 9, sends, b);
    start_thread(2, fault_cap, 8, sends, a);
    let_run();
    /* Revoking the badge does not cancel: the capability is there still, and the senders wait on. */
    TRY("cancel sends with badge 1", ROOT_CNODE, CNODE_CANCEL_BADGED_SENDS, CAPS(), WORDS(a, DEPTH));
    outcome("delete the capability with badge 1", delete (a));
    let_run();
    for (int i = 0; i < 3; i++) {
        struct message m = receive(SYS_NB_RECV, fault);
        if (m.badge) {
            print("fault ");
            print_number(label_of(m.info));
            print(" kind of address ");
            print_number(m.mr[1] == a);
            print(" receiving ");
            print_number(m.mr[2]);
            print(" failure ");
            print_number(m.mr[3]);
            put('\n');
        }
    }
    struct message m = receive(SYS_NB_RECV, waiting_ep);
    show_message("who is left", m, buffer);
    word c = new_copy(waiting_ep, ALL), n = waiting_ntfn;
    start_thread(3, fault_cap, 10, waits, c);
    start_thread(4, fault_cap, 9, waits, n);
    let_run();
    outcome("delete the endpoint and the notification", revoke(u));
    let_run();
    for (int i = 0; i < 3; i++) {
        m = receive(SYS_NB_RECV, fault);
        if (m.badge) {
            SHOW("fault, receiving, failure, left", label_of(m.info), m.mr[2], m.mr[3], buffer->msg[4]);
        }
    }
}

static void task(void)
{
    badges();
    twice();
    objects();
    cycles();
    waiters();
}
