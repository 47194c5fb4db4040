/* Domains: a thread runs only while it is its domain's turn. Two domains or more are needed. */
#include "root.h"

static volatile word counts[2];

static void spins(word i)
{
    for (;;) {
        counts[i]++;
    }
}

static void once(word i)
{
    counts[i] = 1;
}

static word configure(word index, word domain, word ticks)
{
    return invoke(ROOT_DOMAIN, DOMAIN_SCHEDULE_CONFIGURE, CAPS(), WORDS(index, domain, ticks));
}

static word start(word index) { return invoke(ROOT_DOMAIN, DOMAIN_SCHEDULE_SET_START, CAPS(), WORDS(index)); }

static void task(void)
{
    TRY("two words", ROOT_DOMAIN, DOMAIN_SCHEDULE_CONFIGURE, CAPS(), WORDS(0, 0));
    outcome("entry 255", configure(255, 9, ~0UL));
    outcome("domain 2", configure(1, 2, ~0UL));
    outcome("duration of 57 bits", configure(1, 1, 1UL << 56));
    outcome("domain 1 without duration", configure(1, 1, 0));
    outcome("start without duration", configure(0, 0, 0));
    outcome("longest duration", configure(254, 1, (1UL << 56) - 1));
    outcome("its end", configure(254, 0, 0));
    TRY("start without words", ROOT_DOMAIN, DOMAIN_SCHEDULE_SET_START, CAPS(), WORDS());
    outcome("start at 256", start(256));
    outcome("start at an end", start(7));
    outcome("start at the last, which is an end", start(255));
    TRY("thread to domain 2", ROOT_DOMAIN, DOMAIN_SET, CAPS(ROOT_TCB), WORDS(2));
    word tcb = new_thread(0, 0, 10);
    TRY("thread to domain 1", ROOT_DOMAIN, DOMAIN_SET, CAPS(tcb), WORDS(1));
    run_thread(0, once, 0);
    let_run();
    SHOW("domain 1 has no turns", counts[0]);
    outcome("a turn for domain 1", configure(1, 1, 2));
    outcome("and one for domain 0", configure(0, 0, 2));
    outcome("start", start(0));
    while (!counts[0]) {
        __asm__ volatile("pause");
    }
    SHOW("domain 1 had its turn", counts[0]);
    /* A spinner of the highest priority takes its own domain's time only. */
    MUST(tcb, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(255));
    run_thread(0, spins, 1);
    word last = 0;
    for (int turns = 0; turns < 5; turns++) {
        while (counts[1] == last) {
            __asm__ volatile("pause");
        }
        last = counts[1];
    }
    SHOW("both go on", last > 0);
    TRY("back to domain 0", ROOT_DOMAIN, DOMAIN_SET, CAPS(tcb), WORDS(0));
    stop_thread(tcb);
    outcome("domain 0 alone", configure(1, 0, 0));
}
