package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * What ring 3 can reach is what frames with a capability hold, and nothing of it is a kernel object: address-space identifiers lead to
 * tables of level 4 that know them; every entry that is present leads to a table or a page whose capability says that it is mapped
 * there, with no more rights; no table is used twice; the upper half is empty. That frames and kernel objects are disjoint is for
 * {@link MemoryInvariants}. A capability may say that it is mapped where nothing is mapped any more.
 */
final class SpaceInvariants {
    private static final int ENTRIES = 512;
    private static final int USER_ENTRIES = 256;

    private final ObjectMemory memory;
    private final VSpaces vspaces;
    private final Spaces spaces;
    private final Census census;
    private final MemoryInvariants objects;

    /** Frames of page tables that were walked, by number. */
    private final IntIndex tables = new IntIndex();

    private int asid;

    SpaceInvariants(ObjectMemory memory, VSpaces vspaces, Spaces spaces, Census census, MemoryInvariants objects) {
        this.memory = memory;
        this.vspaces = vspaces;
        this.spaces = spaces;
        this.census = census;
        this.objects = objects;
    }

    void check() {
        tables.clear();
        checkPools();
        checkEmpty();
        for (int pool = 0; pool < VSpaces.POOLS; pool++) {
            long address = vspaces.pool(pool);
            for (int i = 0; address != 0 && i < ENTRIES; i++) {
                long root = memory.word(address + (long) i * Long.BYTES);
                if (root != 0) {
                    asid = pool << VSpaces.POOL_BITS | i;
                    checkRoot(root);
                }
            }
        }
        for (int i = 0; i < spaces.count(); i++) {
            long root = spaces.root(i);
            if (root != 0 && root != spaces.empty() && !tables.contains((int) (root >>> VSpaces.PAGE_SHIFT))) {
                throw new InvariantViolation(
                        "The engine has a space for the table of level 4 at %s, which no identifier leads to."
                                .formatted(InvariantViolation.at(root)));
            }
        }
    }

    private void checkPools() {
        for (int pool = 0; pool < VSpaces.POOLS; pool++) {
            long address = vspaces.pool(pool);
            if (address != 0 && find(CapType.ASID_POOL, address, 0, (long) pool << VSpaces.POOL_BITS) < 0) {
                throw new InvariantViolation("The pool of identifiers %s at %s has no capability."
                        .formatted(pool, InvariantViolation.at(address)));
            }
        }
        IntIndex slots = census.slots();
        for (int i = 0; i < slots.size(); i++) {
            long w0 = memory.w0(slots.key(i));
            if (Caps.type(w0) == CapType.ASID_POOL) {
                long first = memory.w1(slots.key(i));
                if (vspaces.pool((int) (first >>> VSpaces.POOL_BITS) & VSpaces.POOLS - 1) != Caps.object(w0)) {
                    throw new InvariantViolation(
                            "The capability in %s is to a pool of identifiers from %s on that is not in use."
                                    .formatted(InvariantViolation.slot(slots.key(i)), first));
                }
            }
        }
    }

    private void checkEmpty() {
        for (int i = 0; i < ENTRIES; i++) {
            if (memory.word(spaces.empty() + (long) i * Long.BYTES) != 0) {
                throw new InvariantViolation("The table of threads without a space has an entry.");
            }
        }
    }

    private void checkRoot(long root) {
        if (find(CapType.PML4, root, Caps.MAPPED, Caps.mapping(asid, 0)) < 0) {
            throw new InvariantViolation("Identifier %s leads to %s, and no capability to a table of level 4 says so."
                    .formatted(asid, InvariantViolation.at(root)));
        }
        for (int i = USER_ENTRIES; i < ENTRIES; i++) {
            if (memory.word(root + (long) i * Long.BYTES) != 0) {
                throw new InvariantViolation(
                        "The table of level 4 at %s has an entry in the upper half, which is the kernel's."
                                .formatted(InvariantViolation.at(root)));
            }
        }
        checkTable(root, 0, VSpaces.PML4_SHIFT, USER_ENTRIES);
    }

    private void checkTable(long table, long base, int shift, int entries) {
        if (!tables.add((int) (table >>> VSpaces.PAGE_SHIFT))) {
            throw new InvariantViolation("The table at %s is in use twice.".formatted(InvariantViolation.at(table)));
        }
        for (int i = 0; i < entries; i++) {
            long entry = table + (long) i * Long.BYTES;
            long value = memory.word(entry);
            if (value == 0) {
                continue;
            }
            long address = base + ((long) i << shift);
            if (!vspaces.isPresent(entry)) {
                throw new InvariantViolation(
                        "The entry at %s is neither present nor zero.".formatted(InvariantViolation.at(entry)));
            }
            if (shift != VSpaces.PAGE_SHIFT && vspaces.isTable(entry)) {
                int type = switch (shift) {
                    case VSpaces.PML4_SHIFT -> CapType.PDPT;
                    case VSpaces.PDPT_SHIFT -> CapType.PAGE_DIRECTORY;
                    default -> CapType.PAGE_TABLE;
                };
                long lower = VSpaces.target(value);
                if (find(type, lower, Caps.MAPPED, Caps.mapping(asid, address)) < 0) {
                    throw unknown("table", lower, address);
                }
                checkTable(lower, address, shift - VSpaces.POOL_BITS, ENTRIES);
            } else {
                checkPage(value, address, shift);
            }
        }
    }

    private void checkPage(long value, long address, int shift) {
        long frame = VSpaces.target(value);
        int slot =
                shift == VSpaces.PML4_SHIFT ? -1 : find(CapType.FRAME, frame, Caps.MAPPED, Caps.mapping(asid, address));
        if (slot < 0 || Caps.frameBits(Caps.a(memory.w0(slot))) != shift) {
            throw unknown("page", frame, address);
        }
        int rights = Caps.b(memory.w0(slot));
        if ((VSpaces.isWritable(value) && rights != VmRights.READ_WRITE)
                || (VSpaces.isUser(value) && rights == VmRights.KERNEL_ONLY)) {
            throw new InvariantViolation("The page at %s of identifier %s has more rights than its capability in %s."
                    .formatted(InvariantViolation.at(address), asid, InvariantViolation.slot(slot)));
        }
    }

    private InvariantViolation unknown(String kind, long memoryAddress, long address) {
        return new InvariantViolation(
                "Address %s of identifier %s leads to the %s at %s, and no capability says that it is mapped there."
                        .formatted(InvariantViolation.at(address), asid, kind, InvariantViolation.at(memoryAddress)));
    }

    /** The slot of a capability of that type to that object with that flag and that second word, -1 if there is none. */
    private int find(int type, long object, int flag, long w1) {
        for (int place = objects.find(object); place < objects.count(); place++) {
            int slot = objects.slot(place);
            long w0 = memory.w0(slot);
            if (Caps.object(w0) != object) {
                return -1;
            }
            if (Caps.type(w0) == type && Caps.has(w0, flag) && memory.w1(slot) == w1) {
                return slot;
            }
        }
        return -1;
    }
}
