/* Interrupts, I/O ports, domains, boot information and debug calls. */
#include "root.h"

static word ep;

static void interrupts(void)
{
    word to = new_slots(3), ntfn = new_object(NOTIFICATION, 0);
    TRY("no operation", ROOT_IRQ_CONTROL, 0, CAPS(), WORDS());
    TRY("another's operation", ROOT_IRQ_CONTROL, IRQ_ACK, CAPS(), WORDS());
    TRY("legacy with two words", ROOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER, CAPS(ROOT_CNODE), WORDS(1, to));
    TRY("legacy", ROOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER, CAPS(ROOT_CNODE), WORDS(1, to, DEPTH));
    #define PIN(root, index, depth, chip, pin, level, polarity, vector) \
        ROOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER_IO_APIC, CAPS(root), WORDS(index, depth, chip, pin, level, polarity, vector)
    TRY("pin with six words", ROOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER_IO_APIC, CAPS(ROOT_CNODE), WORDS(to, DEPTH, 9, 99, 9, 9));
    TRY("pin without root", ROOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER_IO_APIC, CAPS(), WORDS(to, DEPTH, 9, 99, 9, 9, 999));
    TRY("vector 108", PIN(ep, to, DEPTH, 9, 99, 9, 9, 108));
    TRY("no CNode", PIN(ep, to, DEPTH, 9, 99, 9, 9, 20));
    TRY("full slot", PIN(ROOT_CNODE, ep, DEPTH, 9, 99, 9, 9, 20));
    TRY("I/O APIC 9", PIN(ROOT_CNODE, to, DEPTH, 9, 99, 9, 9, 20));
    TRY("pin 24", PIN(ROOT_CNODE, to, DEPTH, 0, 24, 9, 9, 20));
    TRY("level 2", PIN(ROOT_CNODE, to, DEPTH, 0, 10, 2, 9, 20));
    TRY("polarity 2", PIN(ROOT_CNODE, to, DEPTH, 0, 10, 1, 2, 20));
    TRY("issued", PIN(ROOT_CNODE, to, DEPTH, 0, 10, 1, 1, 20));
    TRY("issued already", PIN(ep, to, DEPTH, 9, 99, 9, 9, 20));
    #define MSI(root, index, depth, bus, device, function, handle, vector) \
        ROOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER_MSI, CAPS(root), WORDS(index, depth, bus, device, function, handle, vector)
    TRY("MSI vector taken", MSI(ROOT_CNODE, to + 1, DEPTH, 999, 99, 99, 0, 20));
    TRY("MSI bus 256", MSI(ROOT_CNODE, to + 1, DEPTH, 256, 99, 99, 0, 21));
    TRY("MSI device 32", MSI(ROOT_CNODE, to + 1, DEPTH, 255, 32, 99, 0, 21));
    TRY("MSI function 8", MSI(ROOT_CNODE, to + 1, DEPTH, 255, 31, 8, 0, 21));
    TRY("MSI", MSI(ROOT_CNODE, to + 1, DEPTH, 255, 31, 7, ~0UL, 107));
    TRY("handler: no operation", to, 0, CAPS(), WORDS());
    TRY("acknowledge", to, IRQ_ACK, CAPS(), WORDS());
    TRY("clear what is not set", to, IRQ_CLEAR_HANDLER, CAPS(), WORDS());
    TRY("set without notification", to, IRQ_SET_HANDLER, CAPS(), WORDS());
    TRY("set to an endpoint", to, IRQ_SET_HANDLER, CAPS(ep), WORDS());
    TRY("set to one that may not be signalled", to, IRQ_SET_HANDLER, CAPS(new_copy(ntfn, READ)), WORDS());
    TRY("set", to, IRQ_SET_HANDLER, CAPS(ntfn), WORDS());
    TRY("set again", to, IRQ_SET_HANDLER, CAPS(new_badged(ntfn, ALL, 3)), WORDS());
    TRY("copy a handler", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(to + 2, DEPTH, to, DEPTH, ALL));
    outcome("delete one of two", delete (to));
    TRY("it is still issued", PIN(ROOT_CNODE, to, DEPTH, 0, 10, 1, 1, 20));
    outcome("delete the other", delete (to + 2));
    TRY("now it is not", PIN(ROOT_CNODE, to, DEPTH, 0, 10, 1, 1, 20));
    outcome("revoke all", revoke(ROOT_IRQ_CONTROL));
    SHOW("kinds", kind(to), kind(to + 1), kind(ROOT_IRQ_CONTROL));
}

static void ports(void)
{
    word to = new_slots(3);
    TRY("no operation", ROOT_IO_PORT_CONTROL, 0, CAPS(), WORDS());
    TRY("three words", ROOT_IO_PORT_CONTROL, IO_PORT_CONTROL_ISSUE, CAPS(ep), WORDS(0x2f8, 0x2ff, to));
    TRY("no root", ROOT_IO_PORT_CONTROL, IO_PORT_CONTROL_ISSUE, CAPS(), WORDS(0x2f8, 0x2ff, to, DEPTH));
    TRY("last before first", ROOT_IO_PORT_CONTROL, IO_PORT_CONTROL_ISSUE, CAPS(ep), WORDS(0x2f8, 0x2f7, to, DEPTH));
    TRY("no CNode", ROOT_IO_PORT_CONTROL, IO_PORT_CONTROL_ISSUE, CAPS(ep), WORDS(0x2f8, 0x2ff, to, DEPTH));
    TRY("full slot", ROOT_IO_PORT_CONTROL, IO_PORT_CONTROL_ISSUE, CAPS(ROOT_CNODE), WORDS(0x2f8, 0x2ff, ep, DEPTH));
    TRY("issued", ROOT_IO_PORT_CONTROL, IO_PORT_CONTROL_ISSUE, CAPS(ROOT_CNODE), WORDS(0x2f8, 0x2ff, to, DEPTH));
    TRY("one port of it again", ROOT_IO_PORT_CONTROL, IO_PORT_CONTROL_ISSUE, CAPS(ep), WORDS(0x2ff, 0x300, to, DEPTH));
    TRY("the next one", ROOT_IO_PORT_CONTROL, IO_PORT_CONTROL_ISSUE, CAPS(ROOT_CNODE), WORDS(0x300, 0x300, to + 1, DEPTH));
    TRY("port: no operation", to, 0, CAPS(), WORDS());
    TRY("in without words", to, IO_PORT_IN_8, CAPS(), WORDS());
    TRY("out with one word", to, IO_PORT_OUT_8, CAPS(), WORDS(0x2f8));
    TRY("in below", to, IO_PORT_IN_8, CAPS(), WORDS(0x2f7));
    TRY("in above", to, IO_PORT_IN_8, CAPS(), WORDS(0x300));
    TRY("in 16 across the end", to, IO_PORT_IN_16, CAPS(), WORDS(0x2ff));
    TRY("in 32 across the end", to, IO_PORT_IN_32, CAPS(), WORDS(0x2fd));
    TRY("out 32 across the end", to, IO_PORT_OUT_32, CAPS(), WORDS(0x2fd, 0));
    TRY("in 8", to + 1, IO_PORT_IN_8, CAPS(), WORDS(0x300));
    TRY("in 16 of one", to + 1, IO_PORT_IN_16, CAPS(), WORDS(0x300));
    TRY("out 8", to + 1, IO_PORT_OUT_8, CAPS(), WORDS(0x300, 5));
    TRY("copy", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(to + 2, DEPTH, to, DEPTH, ALL));
    outcome("delete one of two", delete (to));
    TRY("still issued", ROOT_IO_PORT_CONTROL, IO_PORT_CONTROL_ISSUE, CAPS(ROOT_CNODE), WORDS(0x2f8, 0x2f8, to, DEPTH));
    outcome("revoke all", revoke(ROOT_IO_PORT_CONTROL));
    SHOW("kinds", kind(to), kind(to + 1), kind(to + 2));
    TRY("free again", ROOT_IO_PORT_CONTROL, IO_PORT_CONTROL_ISSUE, CAPS(ROOT_CNODE), WORDS(0x2f8, 0x300, to, DEPTH));
}

static void domains(void)
{
    word tcb = new_object(TCB, 0);
    TRY("no operation", ROOT_DOMAIN, 0, CAPS(), WORDS());
    TRY("no words", ROOT_DOMAIN, DOMAIN_SET, CAPS(tcb), WORDS());
    TRY("domain 99 and no thread", ROOT_DOMAIN, DOMAIN_SET, CAPS(), WORDS(99));
    TRY("no thread", ROOT_DOMAIN, DOMAIN_SET, CAPS(), WORDS(0));
    TRY("an endpoint", ROOT_DOMAIN, DOMAIN_SET, CAPS(ep), WORDS(0));
    TRY("domain 0", ROOT_DOMAIN, DOMAIN_SET, CAPS(tcb), WORDS(0));
}

static void information(void)
{
    SHOW("node, nodes, levels", boot->node, boot->nodes, boot->io_levels);
    SHOW("buffer behind the image", (word)boot->ipc_buffer & 0xfff, (word)boot - (word)boot->ipc_buffer,
         boot->image_frames.end - boot->image_frames.start == ((word)boot->ipc_buffer - 0x400000) >> 12);
    SHOW("shared, I/O spaces", boot->shared_frames.start, boot->shared_frames.end, boot->io_spaces.start, boot->io_spaces.end);
    SHOW("CNode bits, domain, end of slots", boot->cnode_bits, boot->domain, boot->empty.end);
    SHOW("paging", boot->image_paging.end - boot->image_paging.start);
    SHOW("extra pages hold the rest", (boot->extra_pages.end - boot->extra_pages.start) << 12 >= boot->extra_length);
    const word *chunk = (const word *)((word)boot + 4096);
    word frequency = 0;
    for (word at = 0; at < boot->extra_length; at += chunk[at / 8 + 1]) {
        if (chunk[at / 8] == 5) {
            frequency = *(const unsigned *)&chunk[at / 8 + 2];
            SHOW("length of the frequency", chunk[at / 8 + 1]);
        }
    }
    SHOW("frequency", frequency > 0);
    SHOW("kinds of the first slots", kind(0), kind(1), kind(2), kind(3), kind(4), kind(5), kind(6), kind(7), kind(8), kind(9),
         kind(10), kind(11), kind(12), kind(13), kind(14), kind(15));
    word wrong = 0, ram_bytes = 0;
    for (word i = 0; i < boot->untyped.end - boot->untyped.start; i++) {
        word size = 1UL << boot->untyped_list[i].bits;
        wrong += (boot->untyped_list[i].address & (size - 1)) != 0;
        wrong += kind(boot->untyped.start + i) != 2;
        wrong += boot->untyped_list[i].bits < 4 || boot->untyped_list[i].device > 1;
        for (word j = 0; j < i; j++) {
            word other = boot->untyped_list[j].address, other_size = 1UL << boot->untyped_list[j].bits;
            wrong += boot->untyped_list[i].address < other + other_size && other < boot->untyped_list[i].address + size;
        }
    }
    SHOW("untyped memory that is misaligned, overlaps or is none", wrong);
    SHOW("empty slots", kind(boot->empty.start), kind(boot->empty.end - 1), kind(boot->empty.start - 1) != 0);
    /* Frames and tables of the image are capabilities like any other. */
    SHOW("kinds", kind(boot->image_frames.start), kind(boot->image_paging.start), kind(boot->image_paging.start + 1),
         kind(boot->image_paging.start + 2), kind(boot->extra_pages.start));
}

static void debug(void)
{
    word slot = new_slots(1);
    static const word types[] = {TCB, ENDPOINT, NOTIFICATION, PAGE, PAGE_TABLE, PAGE_DIRECTORY, PDPT, PML4};
    for (word i = 0; i < sizeof types / sizeof *types; i++) {
        SHOW("kind", types[i], kind(new_object(types[i], 0)));
    }
    SHOW("kind of what cannot be found", kind(slot), kind(1UL << 63), kind(~0UL));
    struct message m = {ROOT_TCB, 0, {0}};
    char *name = (char *)buffer->msg;
    for (int i = 0; i < 120 * 8; i++) {
        name[i] = i < 900 ? 'x' : 0;
    }
    syscall(SYS_NAME_THREAD, &m);
    print("named with 900 letters\n");
}

static void task(void)
{
    ep = new_object(ENDPOINT, 0);
    interrupts();
    ports();
    domains();
    information();
    debug();
}
