/*
 * Nothing but system calls: a client that calls and a server that replies and receives, over and over. After each batch of them there is
 * a line, so that whoever watches can see what a batch has cost.
 */
#include "root.h"

enum { BATCHES = 3, ROUND_TRIPS = 5000 };

static word service;
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

static void asks(word done)
{
    for (word batch = 0; batch < BATCHES; batch++) {
        for (word i = 0; i < ROUND_TRIPS; i++) {
            struct message m = send_word(SYS_CALL, service, 0, i);
            answers += m.mr[0] == i + 1;
        }
        signal(done);
    }
}

static void task(void)
{
    service = new_object(ENDPOINT, 0);
    word done = new_object(NOTIFICATION, 0);
    start_thread(0, 0, 20, serves, service);
    start_thread(1, 0, 20, asks, done);
    for (word batch = 0; batch < BATCHES; batch++) {
        receive(SYS_RECV, done);
        print("batch\n");
    }
    SHOW("answers", answers);
    stop_thread(tcbs[1]);
    stop_thread(tcbs[0]);
}
