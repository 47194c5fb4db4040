/*
 * A client that calls and a server that replies and receives, each in an address space of its own, without end. The client has a page of
 * code and nothing else: what is measured is the kernel.
 */
#include "root.h"

enum { LABEL = 1, ADDRESS_MASK = 0xfff };

/* The client has the endpoint's address in RBX. */
__attribute__((naked, aligned(4096), used)) static void client(void)
{
    __asm__("1: mov %rbx, %rdi\n\t"
            "mov $0x1001, %esi\n\t" /* label 1, one word */
            "mov $-1, %rdx\n\t"     /* Call */
            "syscall\n\t"
            "jmp 1b");
}

static void map(word cap, word label, word vspace, word address)
{
    MUST(cap, label, CAPS(vspace), WORDS(address, 0));
}

/* An address space in which the client's page is where it is in this one. */
static word new_space(void)
{
    word vspace = new_object(PML4, 0);
    word page = (word)client & ~(word)ADDRESS_MASK;
    MUST(ROOT_ASID_POOL, ASID_POOL_ASSIGN, CAPS(vspace), WORDS());
    map(new_object(PDPT, 0), PDPT_MAP, vspace, page);
    map(new_object(PAGE_DIRECTORY, 0), PAGE_DIRECTORY_MAP, vspace, page);
    map(new_object(PAGE_TABLE, 0), PAGE_TABLE_MAP, vspace, page);
    MUST(new_copy(frame_of((void *)client), READ), PAGE_MAP, CAPS(vspace), WORDS(page, READ, 0));
    return vspace;
}

static void task(void)
{
    word endpoint = new_object(ENDPOINT, 0);
    word tcb = new_object(TCB, 0);
    MUST(tcb, TCB_CONFIGURE, CAPS(ROOT_CNODE, new_space(), 0), WORDS(0, 0, 0, 0));
    MUST(tcb, TCB_SET_SCHED_PARAMS, CAPS(ROOT_TCB), WORDS(MAIN_PRIORITY, MAIN_PRIORITY));
    /* RIP, RSP, flags, RAX, RBX */
    MUST(tcb, TCB_WRITE_REGISTERS, CAPS(), WORDS(1, 5, (word)client, 0, 0x202, 0, endpoint));
    struct message m = receive(SYS_RECV, endpoint);
    for (;;) {
        m.badge = endpoint;
        m.info = info(LABEL, 0, 1);
        syscall(SYS_REPLY_RECV, &m);
    }
}
