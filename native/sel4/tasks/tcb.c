/* Operations on threads: each with its errors in the order in which the kernel looks for them; registers, priorities, spaces, flags. */
#include "root.h"

static word ep, node, frame, unmapped_root;

static volatile word counter;

static void nothing(word argument) { counter += argument; }

static void registers(void)
{
    word tcb = new_thread(0, 0, 10);
    TRY("no operation", tcb, 0, CAPS(), WORDS());
    TRY("another object's operation", tcb, CNODE_REVOKE, CAPS(), WORDS());
    TRY("read with one word", tcb, TCB_READ_REGISTERS, CAPS(), WORDS(0));
    TRY("read none", ROOT_TCB, TCB_READ_REGISTERS, CAPS(), WORDS(0, 0));
    TRY("read 21", ROOT_TCB, TCB_READ_REGISTERS, CAPS(), WORDS(0, 21));
    TRY("read oneself", ROOT_TCB, TCB_READ_REGISTERS, CAPS(), WORDS(0, 20));
    TRY("read all", tcb, TCB_READ_REGISTERS, CAPS(), WORDS(0, 20));
    TRY("write with one word", tcb, TCB_WRITE_REGISTERS, CAPS(), WORDS(0));
    TRY("write more than is there", ROOT_TCB, TCB_WRITE_REGISTERS, CAPS(), WORDS(0, 2, 1));
    TRY("write -1 registers", ROOT_TCB, TCB_WRITE_REGISTERS, CAPS(), WORDS(0, ~0UL, 1));
    TRY("write oneself", ROOT_TCB, TCB_WRITE_REGISTERS, CAPS(), WORDS(0, 0));
    TRY("write none", tcb, TCB_WRITE_REGISTERS, CAPS(), WORDS(0, 0));
    TRY("write 20", tcb, TCB_WRITE_REGISTERS, CAPS(),
        WORDS(0, 20, 0x400000, 2, ~0UL, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 0x700000000000, 0x1000));
    TRY("read 20", tcb, TCB_READ_REGISTERS, CAPS(), WORDS(0, 20));
    TRY("read 3", tcb, TCB_READ_REGISTERS, CAPS(), WORDS(1, 3));
    TRY("write 2", tcb, TCB_WRITE_REGISTERS, CAPS(), WORDS(0, 2, 0x500000, 0x600000));
    TRY("write addresses that there are not", tcb, TCB_WRITE_REGISTERS, CAPS(),
        WORDS(0, 20, 1UL << 47, 1UL << 47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1UL << 47, 1UL << 62));
    TRY("read them", tcb, TCB_READ_REGISTERS, CAPS(), WORDS(0, 20));
    word other = new_thread(1, 0, 10);
    TRY("copy without words", tcb, TCB_COPY_REGISTERS, CAPS(other), WORDS());
    TRY("copy without source", tcb, TCB_COPY_REGISTERS, CAPS(), WORDS(12));
    TRY("copy from an endpoint", tcb, TCB_COPY_REGISTERS, CAPS(ep), WORDS(12));
    MUST(other, TCB_WRITE_REGISTERS, CAPS(),
         WORDS(0, 20, 0x400001, 2, 0x246, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 0x19000, 0x20000));
    TRY("copy nothing", tcb, TCB_COPY_REGISTERS, CAPS(other), WORDS(0));
    TRY("read 4", tcb, TCB_READ_REGISTERS, CAPS(), WORDS(0, 4));
    TRY("copy the frame", tcb, TCB_COPY_REGISTERS, CAPS(other), WORDS(4));
    TRY("read all", tcb, TCB_READ_REGISTERS, CAPS(), WORDS(0, 20));
    TRY("copy the rest", tcb, TCB_COPY_REGISTERS, CAPS(other), WORDS(8));
    TRY("read all", tcb, TCB_READ_REGISTERS, CAPS(), WORDS(0, 20));
    TRY("TLS base without words", tcb, TCB_SET_TLS_BASE, CAPS(), WORDS());
    TRY("TLS base", tcb, TCB_SET_TLS_BASE, CAPS(), WORDS(0x123000));
    TRY("read all", tcb, TCB_READ_REGISTERS, CAPS(), WORDS(0, 20));
#if SEL4_ABI >= 14
    TRY("flags with one word", tcb, TCB_SET_FLAGS, CAPS(), WORDS(0));
    TRY("no flags", tcb, TCB_SET_FLAGS, CAPS(), WORDS(0, 0));
    TRY("all flags", tcb, TCB_SET_FLAGS, CAPS(), WORDS(0, ~0UL));
    TRY("the same", tcb, TCB_SET_FLAGS, CAPS(), WORDS(0, 0));
    TRY("clear and set", tcb, TCB_SET_FLAGS, CAPS(), WORDS(1, 1));
    TRY("clear", tcb, TCB_SET_FLAGS, CAPS(), WORDS(1, 0));
#endif
    /* A short answer: without a buffer that can be written, an answer is as long as there are registers. */
    TRY("buffer away", ROOT_TCB, TCB_SET_IPC_BUFFER, CAPS(frame), WORDS(0));
    struct message m = {tcb, info(TCB_READ_REGISTERS, 0, 2), {0, 20}};
    syscall(SYS_CALL, &m);
    SHOW("read 20 without a buffer", label_of(m.info), length_of(m.info));
    m = (struct message){tcb, info(TCB_WRITE_REGISTERS, 0, 10), {0, 8, 1, 2}};
    syscall(SYS_CALL, &m);
    SHOW("write 8 without a buffer", label_of(m.info), length_of(m.info));
    m = (struct message){ROOT_CNODE, info(CNODE_COPY, 1, 5), {new_slots(1), DEPTH, ep, DEPTH}};
    syscall(SYS_CALL, &m);
    SHOW("copy without a buffer", label_of(m.info), length_of(m.info));
}

static void priorities(void)
{
    word tcb = new_object(TCB, 0), low = new_object(TCB, 0);
    TRY("priority without words", tcb, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS());
    TRY("priority without authority", tcb, TCB_SET_PRIORITY, CAPS(), WORDS(1));
    TRY("authority is an endpoint", tcb, TCB_SET_PRIORITY, CAPS(ep), WORDS(999));
    TRY("priority 256", tcb, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(256));
    TRY("priority -1", tcb, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(~0UL));
    TRY("authority may give 0", tcb, TCB_SET_PRIORITY, CAPS(low), WORDS(1));
    TRY("and gives 0", tcb, TCB_SET_PRIORITY, CAPS(low), WORDS(0));
    TRY("MCP 256", low, TCB_SET_MC_PRIORITY, CAPS(ROOT_TCB), WORDS(256));
    TRY("MCP without authority", low, TCB_SET_MC_PRIORITY, CAPS(), WORDS(1));
    TRY("MCP 50", low, TCB_SET_MC_PRIORITY, CAPS(ROOT_TCB), WORDS(50));
    TRY("authority may give 50", tcb, TCB_SET_PRIORITY, CAPS(low), WORDS(51));
    TRY("and gives 50", tcb, TCB_SET_PRIORITY, CAPS(low), WORDS(50));
    TRY("params with one word", tcb, TCB_SET_SCHED_PARAMS, CAPS(low), WORDS(1));
    TRY("params without authority", tcb, TCB_SET_SCHED_PARAMS, CAPS(), WORDS(1, 1));
    TRY("params: MCP 51", tcb, TCB_SET_SCHED_PARAMS, CAPS(low), WORDS(51, 99));
    TRY("params: priority 51", tcb, TCB_SET_SCHED_PARAMS, CAPS(low), WORDS(50, 51));
    TRY("params: MCP below priority", tcb, TCB_SET_SCHED_PARAMS, CAPS(low), WORDS(10, 50));
}

static void spaces(void)
{
    word tcb = new_object(TCB, 0), badged_node = new_slots(1);
    word pt = new_object(PAGE_TABLE, 0), large_guard = guard(0, 63);
    #define CONFIGURE(cspace, vspace, buffer_cap, cdata, vdata, address) \
        tcb, TCB_CONFIGURE, CAPS(cspace, vspace, buffer_cap), WORDS(0, cdata, vdata, address)
    TRY("configure with three words", tcb, TCB_CONFIGURE, CAPS(ROOT_CNODE, ROOT_VSPACE, frame), WORDS(0, 0, 0));
    TRY("configure with two capabilities", tcb, TCB_CONFIGURE, CAPS(ROOT_CNODE, ROOT_VSPACE), WORDS(0, 0, 0, 0));
    TRY("buffer is not derivable", CONFIGURE(ep, ep, pt, 0, 0, 1));
    TRY("buffer is no frame", CONFIGURE(ep, ep, ep, 0, 0, 1));
    TRY("buffer is misaligned", CONFIGURE(ep, ep, frame, 0, 0, 512));
    TRY("space is no CNode", CONFIGURE(ep, ep, frame, 0, 0, 1024));
    TRY("space with too long a guard", CONFIGURE(node, ep, frame, large_guard, 0, 1024));
    TRY("root is none", CONFIGURE(node, ep, frame, 0, 0, 1024));
    TRY("root without identifier", CONFIGURE(node, unmapped_root, frame, 0, 0, 1024));
    TRY("null as root", CONFIGURE(node, 0, frame, 0, 0, 1024));
    TRY("all is well", CONFIGURE(node, ROOT_VSPACE, frame, 0, 0, 1024));
    TRY("and again", CONFIGURE(node, ROOT_VSPACE, frame, guard(0, 2), 77, 0));
    TRY("buffer cap does not matter at 0", CONFIGURE(node, ROOT_VSPACE, ep, 0, 0, 0));
    TRY("set space with two words", tcb, TCB_SET_SPACE, CAPS(node, ROOT_VSPACE), WORDS(0, 0));
    TRY("set space with one capability", tcb, TCB_SET_SPACE, CAPS(node), WORDS(0, 0, 0));
    TRY("set space to no CNode", tcb, TCB_SET_SPACE, CAPS(frame, frame), WORDS(0, 0, 0));
    TRY("set space to no root", tcb, TCB_SET_SPACE, CAPS(node, frame), WORDS(0, 0, 0));
    TRY("set space", tcb, TCB_SET_SPACE, CAPS(node, ROOT_VSPACE), WORDS(0, 0, 0));
    TRY("set buffer without words", tcb, TCB_SET_IPC_BUFFER, CAPS(frame), WORDS());
    TRY("set buffer without frame", tcb, TCB_SET_IPC_BUFFER, CAPS(), WORDS(0));
    TRY("set buffer to no frame", tcb, TCB_SET_IPC_BUFFER, CAPS(ep), WORDS(1));
    TRY("set buffer misaligned", tcb, TCB_SET_IPC_BUFFER, CAPS(frame), WORDS(1));
    TRY("set buffer", tcb, TCB_SET_IPC_BUFFER, CAPS(frame), WORDS(0xfffffffffffffc00));
    /* A space whose last capability the thread holds would take long to delete. */
    outcome("delete the CNode outside", delete (node));
    TRY("the thread has the last one", tcb, TCB_SET_SPACE, CAPS(ROOT_CNODE, ROOT_VSPACE), WORDS(0, 0, 0));
    TRY("configure is the same", tcb, TCB_CONFIGURE, CAPS(ROOT_CNODE, ROOT_VSPACE, frame), WORDS(0, 0, 0, 0));
    outcome("delete the thread", delete (tcb));
}

static void counts(word cap)
{
    for (;;) {
        counter++;
        receive(SYS_RECV, cap);
    }
}

static void running(void)
{
    word ntfn = new_object(NOTIFICATION, 0);
    word tcb = start_thread(2, 0, 10, counts, ntfn);
    let_run();
    SHOW("it waits", counter);
    TRY("resume what waits", tcb, TCB_RESUME, CAPS(), WORDS());
    let_run();
    SHOW("it waits again", counter);
    signal(ntfn);
    let_run();
    SHOW("once more", counter);
    TRY("suspend", tcb, TCB_SUSPEND, CAPS(), WORDS());
    signal(ntfn);
    let_run();
    SHOW("stopped", counter);
    TRY("suspend what is stopped", tcb, TCB_SUSPEND, CAPS(), WORDS());
    TRY("resume", tcb, TCB_RESUME, CAPS(), WORDS());
    let_run();
    SHOW("the system call was made again", counter);
    TRY("resume what was never configured", new_object(TCB, 0), TCB_RESUME, CAPS(), WORDS());
    let_run();
    /* A thread that deletes itself. */
    word own = new_thread(3, 0, 10);
    run_thread(3, nothing, 0);
    outcome("delete a thread that runs", delete (own));
    let_run();
    SHOW("kind", kind(own));
    TRY("suspend", tcb, TCB_SUSPEND, CAPS(), WORDS());
}

static void task(void)
{
    ep = new_object(ENDPOINT, 0);
    node = new_object(CNODE, 2);
    frame = new_object(PAGE, 0);
    unmapped_root = new_object(PML4, 0);
    priorities();
    spaces();
    running();
    registers();
}
