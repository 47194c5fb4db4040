/* What any program does first, so that the kernel finds out which release's numbers it uses, then what only works with the right ones. */
#include "root.h"

static char page[4096] __attribute__((aligned(4096)));

static volatile word seen;

static void look(word value)
{
    seen = value;
}

static void task(void)
{
    word node = new_object(CNODE, 2);
    word ep = new_object(ENDPOINT, 0);
    TRY("copy", node, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(1, 2, ep, DEPTH, ALL));
    start_thread(0, 0, 10, look, 5);
    let_run();
    SHOW("thread", seen);
    TRY("TLS base", tcbs[0], TCB_SET_TLS_BASE, CAPS(), WORDS(0x1000));
#if SEL4_ABI >= 14
    TRY("flags", tcbs[0], TCB_SET_FLAGS, CAPS(), WORDS(0, 1));
#endif
    TRY("delete", node, CNODE_DELETE, CAPS(), WORDS(1, 2));
    TRY("rotate", node, CNODE_ROTATE, CAPS(node, node), WORDS(0, 2, 0, 1, 2, 0, 2, 2));
    TRY("domain", ROOT_DOMAIN, DOMAIN_SET, CAPS(tcbs[0]), WORDS(0));
#if SEL4_ABI >= 16
    TRY("schedule", ROOT_DOMAIN, DOMAIN_SCHEDULE_CONFIGURE, CAPS(), WORDS(1, 0, 5));
#endif
    word frame = frame_of(page);
    TRY("unmap", frame, PAGE_UNMAP, CAPS(), WORDS());
    TRY("map", frame, PAGE_MAP, CAPS(ROOT_VSPACE), WORDS((word)page, READ | WRITE, 0));
    page[0] = 7;
    SHOW("page", page[0]);
    TRY("page table", new_object(PAGE_TABLE, 0), PAGE_TABLE_MAP, CAPS(ROOT_VSPACE), WORDS((word)page, 0));
    word space = new_object(PML4, 0);
    TRY("assign", ROOT_ASID_POOL, ASID_POOL_ASSIGN, CAPS(space), WORDS());
    word handler = new_slots(2);
    TRY("interrupt", ROOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER_MSI, CAPS(ROOT_CNODE), WORDS(handler, DEPTH, 0, 0, 0, 0, 5));
    TRY("acknowledge", handler, IRQ_ACK, CAPS(), WORDS());
    TRY("ports", ROOT_IO_PORT_CONTROL, IO_PORT_CONTROL_ISSUE, CAPS(ROOT_CNODE), WORDS(0x2f8, 0x2ff, handler + 1, DEPTH));
    TRY("port", handler + 1, IO_PORT_OUT_8, CAPS(), WORDS(0x2f8, 1));
}
