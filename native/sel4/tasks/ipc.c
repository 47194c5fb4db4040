/* Messages, capabilities in them, replies, and signals. */
#include "root.h"

static word ep, reply_to;

/* ---- what other threads do */

static void calls(word cap)
{
    struct message m = {cap, info(7, 0, 3), {1, 2, 3}};
    syscall(SYS_CALL, &m);
    SHOW("reply: label, length, caps, words", label_of(m.info), length_of(m.info), caps_of(m.info), m.mr[0], m.mr[1]);
}

static void sends_long(word cap)
{
    struct message m = {cap, info(8, 0, 120), {0, 1, 2, 3}};
    for (int i = 4; i < 120; i++) {
        buffer_of(0)->msg[i] = i;
    }
    syscall(SYS_SEND, &m);
    SHOW("sent", label_of(m.info));
}

static void receives(word cap)
{
    struct message m = receive(SYS_RECV, cap);
    show_message("thread has received", m, buffer_of(1));
    m.info = info(3, 0, 1);
    m.mr[0] = 99;
    m.badge = cap;
    syscall(SYS_REPLY_RECV, &m);
    show_message("thread has received again", m, buffer_of(1));
}

static void messages(void)
{
    ep = new_object(ENDPOINT, 0);
    word badged = new_badged(ep, ALL, 42);
    struct message m = receive(SYS_NB_RECV, ep);
    SHOW("nobody sends", m.badge);
    m = send_word(SYS_NB_SEND, ep, 5, 1);
    SHOW("nobody receives", label_of(m.info), m.mr[0]);
    start_thread(0, 0, 10, calls, badged);
    let_run();
    m = receive(SYS_RECV, ep);
    show_message("a call", m, buffer);
    m.info = info(11, 0, 2);
    m.mr[0] = 21;
    m.mr[1] = 22;
    syscall(SYS_REPLY, &m);
    let_run();
    syscall(SYS_REPLY, &m);
    run_thread(0, sends_long, badged);
    let_run();
    m = receive(SYS_RECV, ep);
    show_message("the longest message", m, buffer);
    let_run();
    start_thread(1, 0, 10, receives, ep);
    let_run();
    m = send_word(SYS_CALL, badged, 9, 5);
    show_message("answer to the main thread", m, buffer);
    m = send_word(SYS_NB_SEND, badged, 10, 6);
    let_run();
    /* More words than there are: 127 count as 120. */
    run_thread(1, receives, ep);
    let_run();
    m = (struct message){badged, info(1UL << 51 | 3, 0, 127), {1, 2, 3, 4}};
    for (int i = 4; i < 120; i++) {
        buffer->msg[i] = 7;
    }
    buffer->user_data = 8;
    syscall(SYS_SEND, &m);
    let_run();
    stop_thread(tcbs[1]);
}

/* ---- capabilities */

static word node;

static void receives_cap(word cap)
{
    struct ipc_buffer *b = buffer_of(2);
    for (;;) {
        struct message m = {cap, 0, {0}};
        syscall(SYS_RECV, &m);
        print("received: label ");
        print_number(label_of(m.info));
        print(" caps ");
        print_number(caps_of(m.info));
        print(" unwrapped ");
        print_number(unwrapped_of(m.info));
        print(" badges");
        for (word i = 0; i < caps_of(m.info); i++) {
            if (unwrapped_of(m.info) >> i & 1) {
                put(' ');
                print_number(b->caps_or_badges[i]);
            }
        }
        put('\n');
    }
}

static void send_caps(word label, word cap, word count, word c0, word c1, word c2)
{
    struct message m = {cap, info(label, count, 0), {0}};
    buffer->caps_or_badges[0] = c0;
    buffer->caps_or_badges[1] = c1;
    buffer->caps_or_badges[2] = c2;
    syscall(SYS_SEND, &m);
    let_run();
    SHOW("slots", kind(node), kind(node + 1));
    delete (node);
    delete (node + 1);
}

static void transfer(void)
{
    ep = new_object(ENDPOINT, 0);
    word other = new_object(ENDPOINT, 0);
    word badged = new_badged(ep, ALL, 5), badged7 = new_badged(ep, ALL, 7), empty = new_slots(1), pt = new_object(PAGE_TABLE, 0);
    word no_grant = new_badged(ep, READ | WRITE | GRANT_REPLY, 6);
    node = new_slots(2);
    struct ipc_buffer *b = buffer_of(2);
    b->receive_cnode = ROOT_CNODE;
    b->receive_index = node;
    b->receive_depth = DEPTH;
    start_thread(2, 0, 10, receives_cap, ep);
    let_run();
    send_caps(1, badged, 1, other, 0, 0);
    send_caps(2, badged, 2, other, ROOT_TCB, 0);
    send_caps(3, no_grant, 1, other, 0, 0);
    send_caps(4, badged, 1, badged7, 0, 0);
    send_caps(5, badged, 3, badged7, other, ep);
    send_caps(6, badged, 3, other, badged7, ROOT_TCB);
    send_caps(7, badged, 1, pt, 0, 0);
    send_caps(8, badged, 1, ROOT_IRQ_CONTROL, 0, 0);
    send_caps(9, badged, 1, empty, 0, 0);
    /* The receive slot is full, or cannot be found. */
    word full = new_copy(ROOT_TCB, ALL);
    b->receive_index = full;
    send_caps(10, badged, 1, other, 0, 0);
    send_caps(11, badged, 2, badged7, other, 0);
    b->receive_index = node;
    b->receive_depth = 0;
    send_caps(12, badged, 1, other, 0, 0);
    b->receive_depth = 65;
    send_caps(13, badged, 1, other, 0, 0);
    b->receive_depth = 13;
    send_caps(14, badged, 1, other, 0, 0);
    b->receive_depth = DEPTH;
    b->receive_cnode = ROOT_TCB;
    send_caps(15, badged, 1, other, 0, 0);
    b->receive_cnode = 1UL << 40;
    send_caps(16, badged, 1, other, 0, 0);
    b->receive_cnode = ROOT_CNODE;
    /* A copy is derived from what was sent. */
    struct message m = {badged, info(17, 1, 0), {0}};
    buffer->caps_or_badges[0] = other;
    syscall(SYS_SEND, &m);
    let_run();
    outcome("revoke what was sent", revoke(other));
    SHOW("slots", kind(node));
    delete (node);
    word object = new_object(UNTYPED, 5);
    m = (struct message){badged, info(18, 1, 0), {0}};
    buffer->caps_or_badges[0] = object;
    syscall(SYS_SEND, &m);
    let_run();
    SHOW("slots", kind(node));
    outcome("revoke what was sent", revoke(object));
    SHOW("slots", kind(node));
    stop_thread(tcbs[2]);
}

/* ---- replies */

static void replies(void)
{
    ep = new_object(ENDPOINT, 0);
    word grant = new_badged(ep, ALL, 1), grant_reply = new_badged(ep, WRITE | GRANT_REPLY, 2), write = new_badged(ep, WRITE, 3);
    word saved = new_slots(1), empty = new_slots(1);
    new_thread(3, 0, 10);
    run_thread(3, calls, write);
    let_run();
    struct message m = receive(SYS_RECV, ep);
    SHOW("from a caller without grant", m.badge);
    TRY("save its reply", ROOT_CNODE, CNODE_SAVE_CALLER, CAPS(), WORDS(saved, DEPTH));
    SHOW("there was none", kind(saved));
    run_thread(3, calls, grant_reply);
    let_run();
    m = receive(SYS_RECV, ep);
    SHOW("from a caller with grant of replies", m.badge);
    TRY("save to a full slot", ROOT_CNODE, CNODE_SAVE_CALLER, CAPS(), WORDS(ROOT_TCB, DEPTH));
    TRY("save its reply", ROOT_CNODE, CNODE_SAVE_CALLER, CAPS(), WORDS(saved, DEPTH));
    SHOW("kind", kind(saved));
    TRY("copy it", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(empty, DEPTH, saved, DEPTH, ALL));
    TRY("move it", ROOT_CNODE, CNODE_MOVE, CAPS(ROOT_CNODE), WORDS(empty, DEPTH, saved, DEPTH));
    m = send_word(SYS_SEND, empty, 4, 44);
    let_run();
    SHOW("used up", kind(empty));
    TRY("once more", empty, 0, CAPS(), WORDS());
    run_thread(3, calls, grant);
    let_run();
    m = receive(SYS_RECV, ep);
    MUST(ROOT_CNODE, CNODE_SAVE_CALLER, CAPS(), WORDS(saved, DEPTH));
    stop_thread(tcbs[3]);
    SHOW("gone with the caller that was stopped", kind(saved));
    run_thread(3, calls, grant);
    let_run();
    m = receive(SYS_RECV, ep);
    MUST(ROOT_CNODE, CNODE_SAVE_CALLER, CAPS(), WORDS(saved, DEPTH));
    outcome("delete the reply", delete (saved));
    let_run();
    print("the caller waits for good\n");
    stop_thread(tcbs[3]);
    run_thread(3, calls, grant);
    let_run();
    m = receive(SYS_RECV, ep);
    m = receive(SYS_NB_RECV, ep);
    SHOW("nobody else", m.badge);
    m.info = info(5, 0, 1);
    syscall(SYS_REPLY, &m);
    let_run();
    print("receiving anew gave up the caller\n");
    stop_thread(tcbs[3]);
    /* Replies bring capabilities if the receiver's capability could grant. */
    word no_grant_read = new_copy(ep, READ);
    struct ipc_buffer *b = buffer_of(3);
    b->receive_cnode = ROOT_CNODE;
    b->receive_index = empty;
    b->receive_depth = DEPTH;
    for (int i = 0; i < 2; i++) {
        run_thread(3, calls, grant);
        let_run();
        m = receive(SYS_RECV, i ? ep : no_grant_read);
        m.info = info(6, 1, 0);
        buffer->caps_or_badges[0] = ROOT_TCB;
        syscall(SYS_REPLY, &m);
        let_run();
        SHOW("slot", kind(empty));
    }
    delete (empty);
}

/* ---- notifications */

static void waits(word cap)
{
    struct message m = receive(SYS_RECV, cap);
    SHOW("thread was signalled", m.badge);
}

static void receives_twice(word cap)
{
    struct message m = receive(SYS_RECV, cap);
    SHOW("bound thread", m.badge);
    m = receive(SYS_RECV, cap);
    SHOW("bound thread", m.badge);
    m = receive(SYS_RECV, cap);
    SHOW("bound thread", m.badge, m.mr[0]);
}

static void notifications(void)
{
    word ntfn = new_object(NOTIFICATION, 0), other = new_object(NOTIFICATION, 0);
    word b1 = new_badged(ntfn, ALL, 1), b4 = new_badged(ntfn, ALL, 4);
    struct message m = receive(SYS_NB_RECV, ntfn);
    SHOW("none", m.badge);
    signal(b1);
    signal(b4);
    signal(b1);
    m = receive(SYS_RECV, ntfn);
    SHOW("or of badges", m.badge);
    m = receive(SYS_NB_RECV, ntfn);
    SHOW("none", m.badge);
    new_thread(4, 0, 10);
    run_thread(4, waits, ntfn);
    let_run();
    signal(b4);
    let_run();
    ep = new_object(ENDPOINT, 0);
    word tcb = tcbs[4];
    TRY("unbind what is not bound", tcb, TCB_UNBIND_NOTIFICATION, CAPS(), WORDS());
    TRY("bind nothing", tcb, TCB_BIND_NOTIFICATION, CAPS(), WORDS());
    TRY("bind an endpoint", tcb, TCB_BIND_NOTIFICATION, CAPS(ep), WORDS());
    TRY("bind without read", tcb, TCB_BIND_NOTIFICATION, CAPS(new_copy(ntfn, WRITE)), WORDS());
    TRY("bind", tcb, TCB_BIND_NOTIFICATION, CAPS(b1), WORDS());
    TRY("bind a second one", tcb, TCB_BIND_NOTIFICATION, CAPS(other), WORDS());
    TRY("bind to another thread", tcbs[3], TCB_BIND_NOTIFICATION, CAPS(ntfn), WORDS());
    run_thread(4, receives_twice, ep);
    let_run();
    signal(b4);
    let_run();
    signal(b1);
    let_run();
    send_word(SYS_SEND, new_badged(ep, WRITE, 9), 0, 17);
    let_run();
    TRY("unbind", tcb, TCB_UNBIND_NOTIFICATION, CAPS(), WORDS());
    TRY("unbind again", tcb, TCB_UNBIND_NOTIFICATION, CAPS(), WORDS());
    /* A bound notification that is signalled comes before a message. */
    MUST(tcb, TCB_BIND_NOTIFICATION, CAPS(ntfn), WORDS());
    signal(b4);
    run_thread(4, receives_twice, ep);
    let_run();
    outcome("delete the bound notification", delete (b1));
    revoke(ntfn);
    outcome("delete the bound notification", delete (ntfn));
    TRY("it is bound no longer", tcb, TCB_UNBIND_NOTIFICATION, CAPS(), WORDS());
    /* One that has somebody waiting cannot be bound. */
    stop_thread(tcb);
    run_thread(4, waits, other);
    let_run();
    TRY("bind where a thread waits", tcbs[3], TCB_BIND_NOTIFICATION, CAPS(other), WORDS());
    signal(other);
    let_run();
}

/* ---- order */

static void sends_number(word number)
{
    send_word(SYS_SEND, ep, 0, number);
}

static void order(void)
{
    ep = new_object(ENDPOINT, 0);
    for (int i = 0; i < 5; i++) {
        new_thread(i, 0, 20 - i);
        run_thread(i, sends_number, i);
    }
    let_run();
    for (int i = 0; i < 5; i++) {
        struct message m = receive(SYS_RECV, ep);
        SHOW("first come, first served", m.mr[0]);
    }
    let_run();
}

static void task(void)
{
    messages();
    transfer();
    replies();
    notifications();
    order();
}
