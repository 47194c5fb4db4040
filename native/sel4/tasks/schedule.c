/* Who runs: priorities, turns among equals, yielding, and what a change of them does at once. */
#include "root.h"

static char record[256];
static volatile word recorded;

static void note(char c)
{
    record[recorded++] = c;
}

static void show_record(const char *name)
{
    print(name);
    print(": ");
    for (word i = 0; i < recorded; i++) {
        put(record[i]);
    }
    put('\n');
    recorded = 0;
}

static int is_record(const char *expected)
{
    word i = 0;
    while (i < recorded && expected[i] == record[i]) {
        i++;
    }
    return i == recorded && !expected[i];
}

/* The clock may end anybody's turn at any moment, so what goes by turns is tried until it was left alone. */
static void until_record(const char *name, const char *expected, void (*attempt)(void))
{
    int tries = 0;
    do {
        recorded = 0;
        attempt();
    } while (!is_record(expected) && ++tries < 1000);
    show_record(name);
}

static void notes(word letter)
{
    note((char)letter);
}

static void notes_and_yields(word letter)
{
    for (int i = 0; i < 3; i++) {
        note((char)letter);
        yield();
    }
}

static void raises(word tcb)
{
    note('a');
    /* The other one has a lower priority until now. */
    struct message m = {tcb, info(TCB_SET_PRIORITY, 1, 1), {30}};
    buffer_of(0)->caps_or_badges[0] = ROOT_TCB;
    syscall(SYS_CALL, &m);
    note('b');
    m = (struct message){tcbs[0], info(TCB_SET_PRIORITY, 1, 1), {5}};
    buffer_of(0)->caps_or_badges[0] = ROOT_TCB;
    syscall(SYS_CALL, &m);
    note('c');
}

static void spins(word until)
{
    while (recorded < until) {
        __asm__ volatile("pause");
    }
    note('s');
}

static void signals(word cap)
{
    note('x');
    signal(cap);
    note('y');
}

static void waits(word cap)
{
    receive(SYS_RECV, cap);
    note('w');
}

static word ntfn;

static void turns(void)
{
    for (int i = 0; i < 4; i++) {
        run_thread(i, notes_and_yields, 'a' + i);
    }
    let_run();
}

static void signal_to_equal(void)
{
    run_thread(1, waits, ntfn);
    let_run();
    run_thread(0, signals, ntfn);
    let_run();
}

static void task(void)
{
    ntfn = new_object(NOTIFICATION, 0);
    for (int i = 0; i < 4; i++) {
        new_thread(i, 0, 10);
    }
    static const word priorities[] = {3, 9, 5, 7};
    for (int i = 0; i < 4; i++) {
        MUST(tcbs[i], TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(priorities[i]));
        run_thread(i, notes, 'a' + i);
    }
    let_run();
    show_record("highest first");
    for (int i = 0; i < 4; i++) {
        MUST(tcbs[i], TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(10));
    }
    until_record("equals take turns", "dcbadcbadcba", turns);
    MUST(tcbs[1], TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(8));
    run_thread(0, raises, tcbs[1]);
    run_thread(1, notes, 'B');
    let_run();
    show_record("raised above, runs at once; lowered, waits");
    MUST(tcbs[0], TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(10));
    MUST(tcbs[1], TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(20));
    run_thread(1, waits, ntfn);
    let_run();
    run_thread(0, signals, ntfn);
    let_run();
    show_record("a signal wakes a higher one at once");
    MUST(tcbs[1], TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(10));
    until_record("and an equal one later", "xyw", signal_to_equal);
    /* Without a clock the first would spin for good. */
    run_thread(0, spins, 2);
    run_thread(1, spins, 1);
    run_thread(2, notes, 'n');
    let_run();
    show_record("spinners among equals let others have their turn");
    MUST(tcbs[0], TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(10));
    run_thread(0, notes, 'q');
    stop_thread(tcbs[0]);
    let_run();
    show_record("a thread that was stopped before it ran");
    run_thread(0, notes, 'q');
    run_thread(1, notes, 'r');
    outcome("delete one that is ready", delete (tcbs[0]));
    let_run();
    show_record("the others run");
    yield();
    print("nobody to yield to\n");
}
