package org.espalier.kernel.ring3;

import org.espalier.machine.Frame;
import org.espalier.machine.UserHalf;

/**
 * Where what is in the address space of a native component: docs/native.md for what belongs to the file, docs/machine.md for what the
 * kernel gives away.
 */
public final class ComponentLayout {
    /** The file of a component lies from here on. */
    public static final long FILE_START = UserHalf.START;

    /** The first address behind all files. The library image begins here. */
    public static final long FILE_END = 0x6000_0000L;

    /** More segments no file of a component has. */
    public static final int MOST_SEGMENTS = 16;

    /** The first address behind the library image, and behind it a gap. */
    public static final long IMAGE_END = 0x6010_0000L;

    /** The lowest address of the stack; nothing is mapped for a long way below. */
    public static final long STACK_START = 0x6018_0000L;

    /** Bytes of the stack of the initial thread. */
    public static final long STACK_BYTES = 64 << 10;
    /** The first address behind it. */
    public static final long STACK_END = STACK_START + STACK_BYTES;

    /** Attached memory lies from here on: small attachments share a table with the stack. */
    public static final long ATTACHED_START = STACK_END + Frame.BYTES;

    /** All of it has one table of level 3. */
    public static final long ATTACHED_END = 512L << 30;

    private ComponentLayout() {}
}
