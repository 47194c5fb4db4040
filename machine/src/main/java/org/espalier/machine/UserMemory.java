package org.espalier.machine;

import java.util.Objects;

/**
 * A program's memory as the program itself may use it: a kernel that reads and writes here can be led nowhere that the program
 * could not go. Each byte is copied once, so a kernel that copies first and looks then decides about what nobody can change any
 * more, whatever else runs in the address space.
 *
 * <p>Nothing is allocated but a refusal. Belongs to the thread of the engine.
 */
public final class UserMemory {
    private static final CopyResult DONE = new CopyResult.Done();

    private final PhysicalMemory memory;
    private final PageWalk walk;

    public UserMemory(PhysicalMemory memory) {
        this.memory = memory;
        this.walk = new PageWalk(memory);
    }

    /** Copies {@code length} bytes of the program at {@code address} into {@code target}, from {@code index} on. */
    public CopyResult copyIn(Frame root, long address, byte[] target, int index, int length) {
        return copy(root, address, target, index, length, Access.READ);
    }

    /** Copies {@code length} bytes of {@code source}, from {@code index} on, to the program at {@code address}. */
    public CopyResult copyOut(Frame root, long address, byte[] source, int index, int length) {
        return copy(root, address, source, index, length, Access.WRITE);
    }

    private CopyResult copy(Frame root, long address, byte[] bytes, int index, int length, Access access) {
        Objects.checkFromIndexSize(index, length, bytes.length);
        int copied = 0;
        while (copied < length) {
            long at = address + copied;
            if (walk.to(root, at) != PageWalk.End.MAPPED || !walk.permits(access)) {
                return new CopyResult.Refused(at, copied);
            }
            long pageBytes = walk.size().bytes();
            int part = (int) Math.min(length - copied, pageBytes - (at & (pageBytes - 1)));
            if (access == Access.WRITE) {
                memory.all().copyFrom(walk.physical(), bytes, index + copied, part);
            } else {
                memory.all().copyTo(walk.physical(), bytes, index + copied, part);
            }
            copied += part;
        }
        return DONE;
    }
}
