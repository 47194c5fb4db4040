package org.espalier.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A static ELF64 program for x86-64: what to put where, and where it begins. Files may be anybody's: {@link #read} looks at every field
 * that has a meaning for a program that is loaded (gABI chapters 4 and 5) and answers with a verdict, whatever the bytes are. It takes
 * memory in proportion to the number of program headers, never to what they claim.
 *
 * <p>Policy, beyond the format: segments lie in {@link UserHalf} in ascending order, no page belongs to two of them, none can be
 * both written and executed, and the entry is in one that can be executed. There is neither dynamic linking nor an interpreter.
 * Sections are not looked at. A segment without any memory is left out.
 *
 * <p>Immutable as long as nobody changes the bytes that it was read from; thread-safe.
 */
public final class ElfImage {
    /** More program headers than any linker makes. */
    static final int MOST_PROGRAM_HEADERS = 256;

    /**
     * A part of the program: {@code memorySize} bytes at {@code address}, of which the first {@code fileSize} are in the file from
     * {@code offset} on; the rest are zeros.
     */
    public record Segment(long address, long memorySize, int offset, int fileSize, Rights rights) {
        /** The page that it begins in. */
        public long firstPage() {
            return address & -Frame.BYTES;
        }

        /** The first page behind it. */
        public long endPage() {
            return (address + memorySize + Frame.BYTES - 1) & -Frame.BYTES;
        }
    }

    /** What became of a file. */
    public sealed interface Verdict {
        /** A program that keeps to the rules. */
        record Good(ElfImage image) implements Verdict {}

        /**
         * The file breaks a rule.
         *
         * @param offset of the field in the file, in bytes
         * @param field its name in the specification
         * @param found its value, signed or not as the field is
         * @param expected what would have been right
         */
        record Malformed(long offset, String field, long found, String expected) implements Verdict {
            /** One sentence for people. */
            public String message() {
                return "Field %s at offset %d is 0x%x, expected %s.".formatted(field, offset, found, expected);
            }
        }
    }

    private final byte[] file;
    private final long entry;
    private final List<Segment> segments;

    private ElfImage(byte[] file, long entry, List<Segment> segments) {
        this.file = file;
        this.entry = entry;
        this.segments = List.copyOf(segments);
    }

    /** Where the program begins. */
    public long entry() {
        return entry;
    }

    /** In ascending order, each with memory of its own; at least one. */
    public List<Segment> segments() {
        return segments;
    }

    /** Frames that all segments take. */
    public long frames() {
        return segments.stream()
                .mapToLong(segment -> (segment.endPage() - segment.firstPage()) / Frame.BYTES)
                .sum();
    }

    /** Copies what the file has for the page at {@code address} of {@code segment} to {@code page}, which is all zeros. */
    public void copyPage(Segment segment, long address, MemoryView page) {
        long from = Math.max(address, segment.address());
        long to = Math.min(address + Frame.BYTES, segment.address() + segment.fileSize());
        if (from < to) {
            page.copyFrom(from - address, file, segment.offset() + (int) (from - segment.address()), (int) (to - from));
        }
    }

    /** Judges a file, which is not copied. */
    public static Verdict read(byte[] file) {
        return read(file, false);
    }

    /**
     * As {@link #read}, but for kernels that let a program write and execute all of its own pages: a segment may be meant for both, and
     * begin in the page in which the one before it ends. To {@link ElfLoader}, such a page is occupied.
     */
    public static Verdict readForAllRights(byte[] file) {
        return read(file, true);
    }

    private static Verdict read(byte[] file, boolean allRights) {
        try {
            return new Verdict.Good(new Reader(file, allRights).read());
        } catch (Broken broken) {
            return broken.verdict;
        }
    }

    /** Ends the reading of a file at its first mistake; never leaves this class. */
    private static final class Broken extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Verdict.Malformed verdict;

        Broken(long offset, String field, long found, String expected) {
            super(null, null, false, false);
            verdict = new Verdict.Malformed(offset, field, found, expected);
        }
    }

    private static final class Reader {
        private final byte[] file;
        private final ByteBuffer bytes;
        private final boolean allRights;

        Reader(byte[] file, boolean allRights) {
            this.file = file;
            this.allRights = allRights;
            this.bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        }

        ElfImage read() throws Broken {
            if (file.length < ElfLayout.HEADER_BYTES) {
                throw new Broken(0, "file size", file.length, "at least " + ElfLayout.HEADER_BYTES + " bytes");
            }
            ident();
            equal(ElfLayout.TYPE, "e_type", bytes.getShort(ElfLayout.TYPE), ElfLayout.TYPE_EXECUTABLE);
            equal(ElfLayout.MACHINE, "e_machine", bytes.getShort(ElfLayout.MACHINE), ElfLayout.MACHINE_X86_64);
            equal(ElfLayout.VERSION, "e_version", bytes.getInt(ElfLayout.VERSION), ElfLayout.CURRENT_VERSION);
            equal(ElfLayout.FLAGS, "e_flags", bytes.getInt(ElfLayout.FLAGS), 0);
            equal(ElfLayout.HEADER_SIZE, "e_ehsize", bytes.getShort(ElfLayout.HEADER_SIZE), ElfLayout.HEADER_BYTES);
            equal(
                    ElfLayout.PROGRAM_HEADER_SIZE,
                    "e_phentsize",
                    bytes.getShort(ElfLayout.PROGRAM_HEADER_SIZE),
                    ElfLayout.PROGRAM_HEADER_BYTES);
            List<Segment> segments = segments();
            long entry = bytes.getLong(ElfLayout.ENTRY);
            if (segments.stream().noneMatch(segment -> segment.rights().execute() && isIn(segment, entry))) {
                throw new Broken(ElfLayout.ENTRY, "e_entry", entry, "an address in a segment that can be executed");
            }
            return new ElfImage(file, entry, segments);
        }

        private static boolean isIn(Segment segment, long address) {
            return address >= segment.address() && address - segment.address() < segment.memorySize();
        }

        private void ident() throws Broken {
            for (int i = 0; i < ElfLayout.OS_ABI; i++) {
                equal(i, "e_ident[" + i + "]", file[i] & 0xff, (ElfLayout.IDENT >>> (8 * i)) & 0xff);
            }
            byte abi = file[ElfLayout.OS_ABI];
            if (abi != 0 && abi != ElfLayout.OS_ABI_GNU) {
                throw new Broken(ElfLayout.OS_ABI, "e_ident[EI_OSABI]", abi & 0xff, "0 (System V) or 3 (GNU)");
            }
            equal(ElfLayout.ABI_VERSION, "e_ident[EI_ABIVERSION]", file[ElfLayout.ABI_VERSION] & 0xff, 0);
        }

        private static void equal(int offset, String field, long found, long expected) throws Broken {
            if (found != expected) {
                throw new Broken(offset, field, found, Long.toString(expected));
            }
        }

        private List<Segment> segments() throws Broken {
            int count = Short.toUnsignedInt(bytes.getShort(ElfLayout.PROGRAM_HEADER_COUNT));
            if (count == 0 || count > MOST_PROGRAM_HEADERS) {
                throw new Broken(ElfLayout.PROGRAM_HEADER_COUNT, "e_phnum", count, "1 to " + MOST_PROGRAM_HEADERS);
            }
            long table = bytes.getLong(ElfLayout.PROGRAM_HEADERS);
            long length = (long) count * ElfLayout.PROGRAM_HEADER_BYTES;
            if (table < ElfLayout.HEADER_BYTES || table % Long.BYTES != 0 || table > file.length - length) {
                throw new Broken(
                        ElfLayout.PROGRAM_HEADERS,
                        "e_phoff",
                        table,
                        "a multiple of 8 behind the header, with " + length + " bytes left in the file");
            }
            List<Segment> segments = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int at = (int) table + i * ElfLayout.PROGRAM_HEADER_BYTES;
                int type = bytes.getInt(at + ElfLayout.SEGMENT_TYPE);
                switch (type) {
                    case ElfLayout.DYNAMIC, ElfLayout.INTERPRETER ->
                        throw new Broken(
                                at + ElfLayout.SEGMENT_TYPE, "p_type", type, "no dynamic linking and no interpreter");
                    case ElfLayout.LOAD -> {
                        Optional<Segment> segment = segment(at);
                        if (segment.isPresent()) {
                            follows(at, segments, segment.get());
                            segments.add(segment.get());
                        }
                    }
                    default -> {
                        // Notes and the like, for others.
                    }
                }
            }
            return segments;
        }

        private Optional<Segment> segment(int at) throws Broken {
            long address = bytes.getLong(at + ElfLayout.SEGMENT_ADDRESS);
            long memorySize = bytes.getLong(at + ElfLayout.SEGMENT_MEMORY_SIZE);
            long offset = bytes.getLong(at + ElfLayout.SEGMENT_OFFSET);
            long fileSize = bytes.getLong(at + ElfLayout.SEGMENT_FILE_SIZE);
            if (memorySize < 0 || memorySize > UserHalf.END - UserHalf.START) {
                throw new Broken(
                        at + ElfLayout.SEGMENT_MEMORY_SIZE, "p_memsz", memorySize, "no more than the user half has");
            }
            if (fileSize < 0 || fileSize > memorySize) {
                throw new Broken(at + ElfLayout.SEGMENT_FILE_SIZE, "p_filesz", fileSize, "no more than p_memsz");
            }
            if (offset < 0 || offset > file.length - fileSize) {
                throw new Broken(
                        at + ElfLayout.SEGMENT_OFFSET,
                        "p_offset",
                        offset,
                        "an offset with " + fileSize + " bytes left in the file");
            }
            alignment(at, address, offset);
            Rights rights = rights(at);
            if (memorySize == 0) {
                return Optional.empty();
            }
            if (!UserHalf.contains(address, memorySize)) {
                throw new Broken(
                        at + ElfLayout.SEGMENT_ADDRESS,
                        "p_vaddr",
                        address,
                        "an address with " + memorySize + " bytes left in the user half");
            }
            return Optional.of(new Segment(address, memorySize, (int) offset, (int) fileSize, rights));
        }

        private void alignment(int at, long address, long offset) throws Broken {
            long alignment = bytes.getLong(at + ElfLayout.SEGMENT_ALIGNMENT);
            if (alignment < 0 || Long.bitCount(alignment) > 1) {
                throw new Broken(at + ElfLayout.SEGMENT_ALIGNMENT, "p_align", alignment, "0 or a power of two");
            }
            if (alignment > 1 && ((address - offset) & (alignment - 1)) != 0) {
                throw new Broken(
                        at + ElfLayout.SEGMENT_ADDRESS,
                        "p_vaddr",
                        address,
                        "the same remainder by p_align as p_offset has");
            }
        }

        private Rights rights(int at) throws Broken {
            int flags = bytes.getInt(at + ElfLayout.SEGMENT_FLAGS);
            boolean write = (flags & ElfLayout.WRITE) != 0;
            boolean execute = (flags & ElfLayout.EXECUTE) != 0;
            boolean known = (flags & ~(ElfLayout.READ | ElfLayout.WRITE | ElfLayout.EXECUTE)) == 0;
            if (!known || (flags & ElfLayout.READ) == 0 || (write && execute && !allRights)) {
                throw new Broken(
                        at + ElfLayout.SEGMENT_FLAGS,
                        "p_flags",
                        flags,
                        allRights ? "PF_R, and PF_W and PF_X or not" : "PF_R, and no more than one of PF_W and PF_X");
            }
            return new Rights(write, execute);
        }

        private void follows(int at, List<Segment> before, Segment segment) throws Broken {
            if (before.isEmpty()) {
                return;
            }
            Segment last = before.getLast();
            long least = allRights ? last.address() + last.memorySize() : last.endPage();
            if (segment.address() < least) {
                throw new Broken(
                        at + ElfLayout.SEGMENT_ADDRESS,
                        "p_vaddr",
                        segment.address(),
                        "0x" + Long.toHexString(least) + " or above" + (allRights ? "" : ", on pages of its own"));
            }
        }
    }
}
