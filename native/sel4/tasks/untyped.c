/* Untyped_Retype: every error in the order in which the kernel looks for it, and what becomes of memory. */
#include "root.h"

static word retype(word untyped, word root, word type, word size, word index, word depth, word offset, word count)
{
    return invoke(untyped, UNTYPED_RETYPE, CAPS(root), WORDS(type, size, index, depth, offset, count));
}

static void errors(void)
{
    word u = new_object(UNTYPED, 16);
    word slot = new_slots(300);
    word node = new_object(CNODE, 2);
    /* Each call has the errors of all that follow as well. */
    TRY("another operation", u, CNODE_DELETE, CAPS(), WORDS());
    TRY("no operation", u, 0, CAPS(), WORDS());
    TRY("five words", u, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(99, 99, 0, 99, ~0, 0));
    TRY("too short", u, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(99, 99, 0, 99, ~0));
    TRY("no node", u, UNTYPED_RETYPE, CAPS(), WORDS(99, 99, 0, 99, ~0, 0));
    outcome("type 12", retype(u, ROOT_TCB, 12, 99, 0, 99, ~0, 0));
    outcome("type -1", retype(u, ROOT_TCB, ~0UL, 99, 0, 99, ~0, 0));
    outcome("size 64", retype(u, ROOT_TCB, PAGE, 64, 0, 99, ~0, 0));
    outcome("size -1", retype(u, ROOT_TCB, CNODE, ~0UL, 0, 99, ~0, 0));
    outcome("untyped of 2^48", retype(u, ROOT_TCB, UNTYPED, 48, 0, 99, ~0, 0));
    outcome("CNode of 2^43 slots", retype(u, ROOT_TCB, CNODE, 43, 0, 99, ~0, 0));
    outcome("CNode of 1 slot", retype(u, ROOT_TCB, CNODE, 0, 0, 99, ~0, 0));
    outcome("untyped of 8 bytes", retype(u, ROOT_TCB, UNTYPED, 3, 0, 99, ~0, 0));
    outcome("root is no CNode", retype(u, ROOT_TCB, CNODE, 1, 0, 99, ~0, 0));
    outcome("depth 99", retype(u, ROOT_CNODE, CNODE, 1, 0, 99, ~0, 0));
    outcome("guard mismatch", retype(u, ROOT_CNODE, CNODE, 1, 1UL << 40, 64, ~0, 0));
    outcome("depth mismatch", retype(u, ROOT_CNODE, CNODE, 1, 0, 60, ~0, 0));
    outcome("short depth", retype(u, ROOT_CNODE, CNODE, 1, 0, 5, ~0, 0));
    outcome("destination is no CNode", retype(u, ROOT_CNODE, CNODE, 1, ROOT_TCB, DEPTH, ~0, 0));
    outcome("destination is empty", retype(u, ROOT_CNODE, CNODE, 1, slot, DEPTH, ~0, 0));
    outcome("depth 0 and no CNode", retype(u, ROOT_TCB, CNODE, 1, 0, 0, ~0, 0));
    outcome("offset -1", retype(u, ROOT_CNODE, CNODE, 1, node, DEPTH, ~0UL, 0));
    outcome("offset 4", retype(u, ROOT_CNODE, CNODE, 1, node, DEPTH, 4, 0));
    outcome("count 0", retype(u, ROOT_CNODE, CNODE, 1, node, DEPTH, 3, 0));
    outcome("count 257", retype(u, ROOT_CNODE, CNODE, 1, node, DEPTH, 3, 257));
    outcome("count -1", retype(u, ROOT_CNODE, CNODE, 1, node, DEPTH, 3, ~0UL));
    outcome("count 2 at offset 3", retype(u, ROOT_CNODE, CNODE, 1, node, DEPTH, 3, 2));
    outcome("slot is full", retype(u, ROOT_CNODE, LARGE_PAGE, 1, 0, 0, ROOT_TCB, 1));
    outcome("last of three is full", retype(u, ROOT_CNODE, LARGE_PAGE, 1, 0, 0, u - 2, 3));
    outcome("not enough memory", retype(u, ROOT_CNODE, LARGE_PAGE, 0, 0, 0, slot, 1));
    outcome("17 pages", retype(u, ROOT_CNODE, PAGE, 0, 0, 0, slot, 17));
    outcome("into a node of its own", retype(u, ROOT_CNODE, ENDPOINT, 0, node, DEPTH, 0, 4));
    outcome("there is no second time", retype(u, ROOT_CNODE, ENDPOINT, 0, node, DEPTH, 0, 4));
    outcome("size is not looked at", retype(u, ROOT_CNODE, ENDPOINT, 47, 0, 0, slot, 1));
    outcome("256 endpoints", retype(u, ROOT_CNODE, ENDPOINT, 0, 0, 0, slot + 1, 256));
}

/* What is in use only grows; an object begins at a multiple of its size. */
static void space(void)
{
    word u = new_object(UNTYPED, 14);
    word slot = new_slots(8);
    outcome("endpoint", retype(u, ROOT_CNODE, ENDPOINT, 0, 0, 0, slot, 1));
    outcome("four pages", retype(u, ROOT_CNODE, PAGE, 0, 0, 0, slot + 1, 4));
    outcome("three pages", retype(u, ROOT_CNODE, PAGE, 0, 0, 0, slot + 1, 3));
    outcome("another endpoint", retype(u, ROOT_CNODE, ENDPOINT, 0, 0, 0, slot + 4, 1));
    delete (slot + 1);
    delete (slot + 2);
    delete (slot + 3);
    outcome("while one is left", retype(u, ROOT_CNODE, ENDPOINT, 0, 0, 0, slot + 4, 1));
    delete (slot);
    outcome("when none is left", retype(u, ROOT_CNODE, PAGE, 0, 0, 0, slot, 4));
    outcome("and again", retype(u, ROOT_CNODE, PAGE, 0, 0, 0, slot + 4, 1));
    TRY("copy of untyped with children", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(slot + 5, DEPTH, u, DEPTH, ALL));
    outcome("revoke", revoke(u));
    TRY("copy of untyped", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(slot + 5, DEPTH, u, DEPTH, 0));
    outcome("the original is full", retype(u, ROOT_CNODE, ENDPOINT, 0, 0, 0, slot, 1));
    outcome("the copy is not", retype(slot + 5, ROOT_CNODE, PAGE, 0, 0, 0, slot, 4));
    outcome("revoke the original", revoke(u));
    SHOW("kinds", kind(u), kind(slot + 5), kind(slot));
    outcome("all is there again", retype(u, ROOT_CNODE, PAGE, 0, 0, 0, slot, 4));
    SHOW("kinds", kind(slot), kind(slot + 3));
}

static void kinds(void)
{
    static const word sizes[] = {4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};
    word u = new_object(UNTYPED, 22);
    word first = new_slots(OBJECT_TYPES);
    for (word type = 0; type < OBJECT_TYPES; type++) {
        word error = retype(u, ROOT_CNODE, type, sizes[type], 0, 0, first + type, 1);
        SHOW("type, error, kind", type, error, kind(first + type));
    }
}

static void devices(void)
{
    word slot = new_slots(3);
    word i = 0;
    while (!boot->untyped_list[i].device || boot->untyped_list[i].bits < 12) {
        i++;
    }
    word device = boot->untyped.start + i;
    outcome("endpoint of a device", retype(device, ROOT_CNODE, ENDPOINT, 0, 0, 0, slot, 1));
    outcome("CNode of a device", retype(device, ROOT_CNODE, CNODE, 1, 0, 0, slot, 1));
    outcome("page table of a device", retype(device, ROOT_CNODE, PAGE_TABLE, 0, 0, 0, slot, 1));
    outcome("page of a device", retype(device, ROOT_CNODE, PAGE, 0, 0, 0, slot, 1));
    outcome("untyped of a device", revoke(device));
    outcome("untyped of a device", retype(device, ROOT_CNODE, UNTYPED, 12, 0, 0, slot, 1));
    outcome("endpoint of that", retype(slot, ROOT_CNODE, ENDPOINT, 0, 0, 0, slot + 1, 1));
    outcome("page of that", retype(slot, ROOT_CNODE, PAGE, 0, 0, 0, slot + 1, 1));
    TRY("as IPC buffer", ROOT_TCB, TCB_SET_IPC_BUFFER, CAPS(slot + 1), WORDS(0x10000));
    outcome("revoke", revoke(device));
    SHOW("kinds", kind(slot), kind(slot + 1));
}

static void task(void)
{
    errors();
    space();
    kinds();
    devices();
}
