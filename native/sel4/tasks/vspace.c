/* Frames, paging structures and address-space identifiers: each operation with its errors in the order in which the kernel looks for them. */
#include "root.h"

enum { POOL_SPACES = 512 };

/* Far from all that the root task has; each of its levels has to be made. */
static const word FAR = 0x100000000000, KERNEL = 0x800000000000;

static word ep, unmapped_root, slots;

static word map(word cap, word label, word space, word address) { return invoke(cap, label, CAPS(space), WORDS(address, 0)); }

static word map_page(word cap, word space, word address, word rights)
{
    return invoke(cap, PAGE_MAP, CAPS(space), WORDS(address, rights, 0));
}

static void tables(void)
{
    static const char *const names[] = {"page table", "page directory", "PDPT"};
    static const word types[] = {PAGE_TABLE, PAGE_DIRECTORY, PDPT}, maps[] = {PAGE_TABLE_MAP, PAGE_DIRECTORY_MAP, PDPT_MAP};
    static const word unmaps[] = {PAGE_TABLE_UNMAP, PAGE_DIRECTORY_UNMAP, PDPT_UNMAP};
    word cap[3], twice[3];
    for (int i = 0; i < 3; i++) {
        cap[i] = new_object(types[i], 0);
        twice[i] = new_object(types[i], 0);
    }
    for (int i = 0; i < 3; i++) {
        print(names[i]);
        print(":\n");
        TRY("no operation", cap[i], 0, CAPS(), WORDS());
        TRY("another's operation", cap[i], maps[(i + 1) % 3], CAPS(ROOT_VSPACE), WORDS(FAR, 0));
        TRY("one word", cap[i], maps[i], CAPS(ep), WORDS(KERNEL));
        TRY("no space", cap[i], maps[i], CAPS(), WORDS(KERNEL, 0));
        outcome("an endpoint as space", map(cap[i], maps[i], ep, KERNEL));
        outcome("a space without identifier", map(cap[i], maps[i], unmapped_root, KERNEL));
        outcome("the kernel's half", map(cap[i], maps[i], ROOT_VSPACE, KERNEL));
        outcome("the last byte", map(cap[i], maps[i], ROOT_VSPACE, ~0UL));
        TRY("unmap what is not mapped", cap[i], unmaps[i], CAPS(), WORDS());
        outcome("where there is one", map(cap[i], maps[i], ROOT_VSPACE, 0x400000));
    }
    outcome("table without directory", map(cap[0], PAGE_TABLE_MAP, ROOT_VSPACE, FAR));
    outcome("directory without PDPT", map(cap[1], PAGE_DIRECTORY_MAP, ROOT_VSPACE, FAR));
    outcome("PDPT, not aligned", map(cap[2], PDPT_MAP, ROOT_VSPACE, FAR + 12345));
    outcome("table without directory", map(cap[0], PAGE_TABLE_MAP, ROOT_VSPACE, FAR));
    outcome("directory", map(cap[1], PAGE_DIRECTORY_MAP, ROOT_VSPACE, FAR));
    word page = new_object(PAGE, 0), large = new_object(LARGE_PAGE, 0);
    outcome("page without table", map_page(page, ROOT_VSPACE, FAR, ALL));
    outcome("table", map(cap[0], PAGE_TABLE_MAP, ROOT_VSPACE, FAR));
    for (int i = 0; i < 3; i++) {
        print(names[i]);
        print(" again:\n");
        outcome("mapped already", map(cap[i], maps[i], ep, KERNEL));
        outcome("another one there", map(twice[i], maps[i], ROOT_VSPACE, FAR));
        TRY("copy", ROOT_CNODE, CNODE_COPY, CAPS(ROOT_CNODE), WORDS(slots, DEPTH, cap[i], DEPTH, ALL));
        TRY("unmap one of two", cap[i], unmaps[i], CAPS(), WORDS());
        delete (slots);
    }
    outcome("large page where a table is", map_page(large, ROOT_VSPACE, FAR, ALL));
    outcome("page", map_page(page, ROOT_VSPACE, FAR, ALL));
    *(volatile word *)FAR = 5;
    SHOW("written", *(volatile word *)FAR);
    TRY("unmap the table", cap[0], PAGE_TABLE_UNMAP, CAPS(), WORDS());
    outcome("large page", map_page(large, ROOT_VSPACE, FAR, ALL));
    SHOW("read", *(volatile word *)FAR);
    outcome("table where a large page is", map(cap[0], PAGE_TABLE_MAP, ROOT_VSPACE, FAR));
    outcome("page where a large page is", map_page(page, ROOT_VSPACE, FAR, ALL));
    TRY("unmap the page, which is not there any more", page, PAGE_UNMAP, CAPS(), WORDS());
    SHOW("read", *(volatile word *)FAR);
    TRY("unmap the large page", large, PAGE_UNMAP, CAPS(), WORDS());
    outcome("table", map(cap[0], PAGE_TABLE_MAP, ROOT_VSPACE, FAR));
    outcome("page", map_page(page, ROOT_VSPACE, FAR, ALL));
    SHOW("written before", *(volatile word *)FAR);
    outcome("delete the table", delete (cap[0]));
    outcome("another one", map(twice[0], PAGE_TABLE_MAP, ROOT_VSPACE, FAR));
    TRY("unmap the PDPT", cap[2], PDPT_UNMAP, CAPS(), WORDS());
    TRY("again", cap[2], PDPT_UNMAP, CAPS(), WORDS());
    outcome("another directory without PDPT", map(twice[1], PAGE_DIRECTORY_MAP, ROOT_VSPACE, FAR));
    outcome("the directory thinks that it is mapped", map(cap[1], PAGE_DIRECTORY_MAP, ROOT_VSPACE, FAR));
    TRY("unmap it", cap[1], PAGE_DIRECTORY_UNMAP, CAPS(), WORDS());
    outcome("PDPT again", map(cap[2], PDPT_MAP, ROOT_VSPACE, FAR));
    outcome("it is empty", map(cap[1], PAGE_DIRECTORY_MAP, ROOT_VSPACE, FAR));
    outcome("and so is the directory", map_page(page, ROOT_VSPACE, FAR, ALL));
}

static void frames(void)
{
    word page = new_object(PAGE, 0), large = new_object(LARGE_PAGE, 0), space = new_object(PML4, 0);
    word pt = new_object(PAGE_TABLE, 0);
    MUST(ROOT_ASID_POOL, ASID_POOL_ASSIGN, CAPS(space), WORDS());
    MUST(pt, PAGE_TABLE_MAP, CAPS(ROOT_VSPACE), WORDS(0x40000000 - (1 << LARGE_BITS), 0));
    word at = 0x40000000 - (1 << LARGE_BITS);
    TRY("no operation", page, 0, CAPS(), WORDS());
    TRY("another's operation", page, PAGE_TABLE_MAP, CAPS(ROOT_VSPACE), WORDS(0, 0));
    TRY("two words", page, PAGE_MAP, CAPS(ep), WORDS(KERNEL, ALL));
    TRY("no space", page, PAGE_MAP, CAPS(), WORDS(KERNEL, ALL, 0));
    outcome("an endpoint as space", map_page(page, ep, KERNEL, ALL));
    outcome("a space without identifier", map_page(page, unmapped_root, KERNEL, ALL));
    outcome("the kernel's half", map_page(page, ROOT_VSPACE, KERNEL, ALL));
    outcome("the last page", map_page(page, ROOT_VSPACE, 0x7ffffffff000, ALL));
    outcome("the last page of all", map_page(page, ROOT_VSPACE, ~0xfffUL, ALL));
    outcome("not aligned", map_page(page, ROOT_VSPACE, at + 8, ALL));
    outcome("large, not aligned", map_page(large, ROOT_VSPACE, at + 4096, ALL));
    outcome("in a space without tables", map_page(page, space, at, ALL));
    outcome("large in a space without tables", map_page(large, space, at, ALL));
    outcome("mapped", map_page(page, ROOT_VSPACE, at, ALL));
    outcome("at another place", map_page(page, ROOT_VSPACE, at + 4096, ALL));
    outcome("in another space", map_page(page, space, at, ALL));
    outcome("again, only to be read", map_page(page, ROOT_VSPACE, at, READ));
    SHOW("read", *(volatile word *)at);
    outcome("again, to be written", map_page(page, ROOT_VSPACE, at, WRITE | READ));
    *(volatile word *)at = 6;
    SHOW("read", *(volatile word *)at);
    word copy = new_copy(page, ALL);
    outcome("a copy elsewhere", map_page(copy, ROOT_VSPACE, at + 4096, ALL));
    SHOW("read", *(volatile word *)(at + 4096));
    outcome("over the first", map_page(new_object(PAGE, 0), ROOT_VSPACE, at, ALL));
    SHOW("read", *(volatile word *)at);
    *(volatile word *)at = 7;
    outcome("delete the first, which is not there any more", delete (page));
    SHOW("both are left", *(volatile word *)at, *(volatile word *)(at + 4096));
    outcome("delete the copy", delete (copy));
    word address = 0;
    TRY("unmap what is not mapped", large, PAGE_UNMAP, CAPS(), WORDS());
    invoke(large, PAGE_GET_ADDRESS, CAPS(), WORDS());
    SHOW("address: error, length, low bits", answer.error, answer.length, answer.mr[0] & ((1 << LARGE_BITS) - 1));
    word read_only = new_copy(large, READ);
    word pd = new_object(PAGE_DIRECTORY, 0);
    at = 0x40000000;
    MUST(pd, PAGE_DIRECTORY_MAP, CAPS(ROOT_VSPACE), WORDS(at, 0));
    outcome("large page", map_page(large, ROOT_VSPACE, at, ALL));
    *(volatile word *)(at + 0x1ffff8) = 9;
    outcome("read-only copy beside it", map_page(read_only, ROOT_VSPACE, at + (1 << LARGE_BITS), ALL));
    SHOW("read", *(volatile word *)(at + (1 << LARGE_BITS) + 0x1ffff8));
    outcome("delete a mapped space", delete (space));
    TRY("a root has no operations", ROOT_VSPACE, PDPT_MAP, CAPS(ROOT_VSPACE), WORDS(0, 0));
}

static void identifiers(void)
{
    word page_sized = new_object(UNTYPED, 12), small = new_object(UNTYPED, 11), to = new_slots(1), full = new_slots(1);
    TRY("no operation", ROOT_ASID_CONTROL, 0, CAPS(), WORDS());
    TRY("one word", ROOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(ep, ep), WORDS(to));
    TRY("one capability", ROOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(ep), WORDS(to, DEPTH));
    TRY("no untyped", ROOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(ep, ep), WORDS(to, DEPTH));
    TRY("too small", ROOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(small, ep), WORDS(to, DEPTH));
    word child = new_objects(page_sized, ENDPOINT, 0, 1);
    TRY("in use", ROOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(page_sized, ep), WORDS(to, DEPTH));
    delete (child);
    TRY("no CNode", ROOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(page_sized, ep), WORDS(to, DEPTH));
    TRY("full slot", ROOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(page_sized, ROOT_CNODE), WORDS(ep, DEPTH));
    TRY("made", ROOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(page_sized, ROOT_CNODE), WORDS(to, DEPTH));
    SHOW("kind", kind(to));
    TRY("the untyped is used up", page_sized, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(ENDPOINT, 0, 0, 0, full, 1));
    TRY("pool: no operation", to, 0, CAPS(), WORDS());
    TRY("pool: nothing", to, ASID_POOL_ASSIGN, CAPS(), WORDS());
    TRY("pool: an endpoint", to, ASID_POOL_ASSIGN, CAPS(ep), WORDS());
    TRY("pool: a space that has one", to, ASID_POOL_ASSIGN, CAPS(ROOT_VSPACE), WORDS());
    word u = new_object(UNTYPED, 22);
    word roots = new_slots(POOL_SPACES + 1), error = 0, assigned = 0;
    for (word i = 0; i < POOL_SPACES + 1; i += 256) {
        MUST(u, UNTYPED_RETYPE, CAPS(ROOT_CNODE), WORDS(PML4, 0, 0, 0, roots + i, i == POOL_SPACES ? 1 : 256));
    }
    while (!(error = invoke(to, ASID_POOL_ASSIGN, CAPS(roots + assigned), WORDS()))) {
        assigned++;
    }
    SHOW("assigned", assigned);
    outcome("then", error);
    outcome("delete one", delete (roots + 77));
    TRY("its place is free", to, ASID_POOL_ASSIGN, CAPS(roots + POOL_SPACES), WORDS());
    word page = new_object(PAGE, 0), pdpt = new_object(PDPT, 0);
    outcome("PDPT in the last one", map(pdpt, PDPT_MAP, roots + POOL_SPACES, 0));
    outcome("delete the pool", delete (to));
    outcome("its spaces have no identifier any more", map_page(page, roots + POOL_SPACES, 0, ALL));
    TRY("unmap there", pdpt, PDPT_UNMAP, CAPS(), WORDS());
    TRY("a thread there", new_object(TCB, 0), TCB_SET_SPACE, CAPS(ROOT_CNODE, roots), WORDS(0, 0, 0));
    outcome("revoke them", revoke(u));
    /* All pools but the first, which is the root task's. */
    word pools = 0, first = new_slots(9);
    revoke(page_sized);
    word untyped = new_objects(ram, UNTYPED, 12, 9);
    while (!(error = invoke(ROOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(untyped + pools, ROOT_CNODE), WORDS(first + pools, DEPTH)))) {
        pools++;
    }
    SHOW("pools", pools);
    outcome("then", error);
    outcome("revoke one", revoke(untyped + 3));
    TRY("its place is free", ROOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(untyped + 8, ROOT_CNODE), WORDS(first + 8, DEPTH));
}

static void task(void)
{
    ep = new_object(ENDPOINT, 0);
    unmapped_root = new_object(PML4, 0);
    slots = new_slots(4);
    tables();
    frames();
    identifiers();
}
