package org.espalier.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.espalier.machine.ElfImage.Verdict;
import org.junit.jupiter.api.Test;

/** Whatever the bytes of a program are, the answer is a verdict: the image, or the field that is wrong. */
final class ElfImageTest {
    private static final byte[] CODE = {0x0f, 0x05};

    private static ElfFile file() {
        return new ElfFile(CODE);
    }

    private static void refused(ElfFile file, long offset, String field, long found) {
        assertThat(ElfImage.read(file.bytes())).isInstanceOfSatisfying(Verdict.Malformed.class, malformed -> {
            assertThat(malformed.field()).isEqualTo(field);
            assertThat(malformed.offset()).isEqualTo(offset);
            assertThat(malformed.found()).isEqualTo(found);
        });
    }

    @Test
    void goodFileIsRead() {
        ElfImage image = ((Verdict.Good) ElfImage.read(file().bytes())).image();
        assertThat(image.entry()).isEqualTo(Computer.CODE);
        assertThat(image.frames()).isEqualTo(4);
        assertThat(image.segments())
                .containsExactly(
                        new ElfImage.Segment(Computer.CODE, 2, 0x1000, 2, Rights.READ_EXECUTE),
                        new ElfImage.Segment(ElfFile.DATA, 8192, 0x2010, 16, Rights.READ_WRITE));
    }

    @Test
    void everyFieldOfTheHeaderIsChecked() {
        refused(file().with(0, 1, 0x7e), 0, "e_ident[0]", 0x7e);
        refused(file().with(3, 1, 'f'), 3, "e_ident[3]", 'f');
        refused(file().with(4, 1, 1), 4, "e_ident[4]", 1);
        refused(file().with(5, 1, 2), 5, "e_ident[5]", 2);
        refused(file().with(6, 1, 0), 6, "e_ident[6]", 0);
        refused(file().with(7, 1, 9), 7, "e_ident[EI_OSABI]", 9);
        refused(file().with(8, 1, 1), 8, "e_ident[EI_ABIVERSION]", 1);
        refused(file().with(16, 2, 3), 16, "e_type", 3);
        refused(file().with(18, 2, 183), 18, "e_machine", 183);
        refused(file().with(20, 4, 2), 20, "e_version", 2);
        refused(file().with(48, 4, 1), 48, "e_flags", 1);
        refused(file().with(52, 2, 52), 52, "e_ehsize", 52);
        refused(file().with(54, 2, 32), 54, "e_phentsize", 32);
        refused(file().with(56, 2, 0), 56, "e_phnum", 0);
        refused(file().with(56, 2, 0xffff), 56, "e_phnum", 0xffff);
        refused(file().with(56, 2, 200), 32, "e_phoff", 64);
        refused(file().with(32, 8, 0), 32, "e_phoff", 0);
        refused(file().with(32, 8, 65), 32, "e_phoff", 65);
        refused(file().with(32, 8, ElfFile.BYTES - 56), 32, "e_phoff", ElfFile.BYTES - 56);
        refused(file().with(32, 8, Long.MAX_VALUE - 7), 32, "e_phoff", Long.MAX_VALUE - 7);
        refused(file().with(32, 8, -8), 32, "e_phoff", -8);
    }

    @Test
    void entryIsInASegmentThatCanBeExecuted() {
        for (long entry : new long[] {0, Computer.CODE - 1, Computer.CODE + 2, ElfFile.DATA, -1, Long.MIN_VALUE}) {
            refused(file().with(24, 8, entry), 24, "e_entry", entry);
        }
    }

    @Test
    void everyFieldOfAProgramHeaderIsChecked() {
        int at = ElfFile.SECOND;
        refused(file().with(at, 4, 2), at, "p_type", 2);
        refused(file().with(at, 4, 3), at, "p_type", 3);
        for (int flags : new int[] {0, 1, 2, 3, 7, 8, 14, 0x8000_0004}) {
            refused(file().with(at + 4, 4, flags), at + 4, "p_flags", flags);
        }
        for (long offset : new long[] {-1, Long.MIN_VALUE, ElfFile.BYTES - 15, Long.MAX_VALUE}) {
            refused(file().with(at + 8, 8, offset), at + 8, "p_offset", offset);
        }
        for (long size : new long[] {-1, 8193, Long.MIN_VALUE}) {
            refused(file().with(at + 32, 8, size), at + 32, "p_filesz", size);
        }
        for (long size : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, UserHalf.END}) {
            refused(file().with(at + 40, 8, size), at + 40, "p_memsz", size);
        }
        for (long alignment : new long[] {3, -1, 4097}) {
            refused(file().with(at + 48, 8, alignment), at + 48, "p_align", alignment);
        }
        refused(file().with(at + 16, 8, ElfFile.DATA + 1), at + 16, "p_vaddr", ElfFile.DATA + 1);
        for (long address : new long[] {0x10, 0xf010, UserHalf.END - 8176, 0xffff_8000_0000_0010L, -4080}) {
            refused(file().with(at + 16, 8, address), at + 16, "p_vaddr", address);
        }
    }

    @Test
    void segmentsAscendAndShareNoPage() {
        for (long address :
                new long[] {Computer.CODE + 0x10, Computer.CODE - 0x1ff0, Computer.CODE - 0x7ff0 + 0x6000}) {
            refused(file().with(ElfFile.SECOND + 16, 8, address), ElfFile.SECOND + 16, "p_vaddr", address);
        }
        assertThat(ElfImage.read(file().with(ElfFile.SECOND + 16, 8, Computer.CODE + 0x1010)
                        .bytes()))
                .isInstanceOf(Verdict.Good.class);
    }

    @Test
    void messageSaysWhatWhereAndWhatWasExpected() {
        assertThat(ElfImage.read(file().with(18, 2, 183).bytes()))
                .isInstanceOfSatisfying(
                        Verdict.Malformed.class,
                        malformed -> assertThat(malformed.message())
                                .isEqualTo("Field e_machine at offset 18 is 0xb7, expected 62."));
    }

    @Test
    void fileThatEndsEarlyIsRefusedWhereverItEnds() {
        byte[] whole = file().bytes();
        for (int length = 0; length < whole.length; length++) {
            assertThat(ElfImage.read(Arrays.copyOf(whole, length)))
                    .as("%s bytes", length)
                    .isInstanceOf(Verdict.Malformed.class);
        }
    }

    @Test
    void whateverTheBytesAreTheAnswerIsAVerdictThatHolds() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long[] nasty = {
            0,
            1,
            2,
            7,
            8,
            63,
            64,
            4095,
            4096,
            0x1_0000,
            0x7fff_ffff,
            0x8000_0000L,
            0xffff_ffffL,
            UserHalf.END,
            UserHalf.END - 1,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            -1,
            -4096,
            ElfFile.BYTES,
            Computer.CODE,
            ElfFile.DATA
        };
        int[] widths = {1, 2, 4, 8};
        int good = 0;
        int inputs = Integer.getInteger("espalier.inputs", 200_000);
        for (int i = 0; i < inputs; i++) {
            ElfFile file = file();
            for (int change = random.nextInt(4); change >= 0; change--) {
                int width = widths[random.nextInt(widths.length)];
                int at = random.nextInt(176 / width) * width;
                long value = switch (random.nextInt(3)) {
                    case 0 -> random.nextLong();
                    case 1 -> nasty[random.nextInt(nasty.length)];
                    default -> nasty[random.nextInt(nasty.length)] + random.nextInt(-2, 3);
                };
                file.with(at, width, value);
            }
            byte[] bytes = file.bytes();
            if (random.nextInt(4) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            }
            try {
                if (ElfImage.read(bytes) instanceof Verdict.Good(ElfImage image)) {
                    good++;
                    holds(image, bytes.length);
                }
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", input " + i, e);
            }
        }
        assertThat(good).as("files that stayed good, seed %s", seed).isPositive();
    }

    /** The rules, written once more without the reader's code. */
    private static void holds(ElfImage image, long length) {
        long last = -1;
        boolean entered = false;
        for (ElfImage.Segment segment : image.segments()) {
            long end = Math.addExact(segment.address(), segment.memorySize());
            assertThat(segment.memorySize()).isPositive();
            assertThat(segment.address()).isGreaterThanOrEqualTo(0x1_0000);
            assertThat(end).isLessThanOrEqualTo(0x7fff_fff0_0000L);
            assertThat(segment.offset()).isNotNegative();
            assertThat((long) segment.offset() + segment.fileSize()).isLessThanOrEqualTo(length);
            assertThat((long) segment.fileSize()).isBetween(0L, segment.memorySize());
            assertThat(segment.rights()).isNotEqualTo(Rights.ALL);
            assertThat(segment.address() >> 12).isGreaterThan(last);
            last = (end - 1) >> 12;
            entered |= segment.rights().execute() && image.entry() >= segment.address() && image.entry() < end;
        }
        assertThat(entered).isTrue();
    }

    @Test
    void loadedProgramRunsWithItsDataAndZerosBehindThem() {
        Assembler code = Computer.code().move(Register.RAX, ElfFile.DATA).load(Register.RBX, Register.RAX);
        code.move(Register.RCX, ElfFile.DATA + 16).load(Register.RDX, Register.RCX);
        code.move(Register.RSI, ElfFile.DATA + 8184)
                .store(Register.RSI, Register.RSI)
                .systemCall();
        ElfImage image = ((Verdict.Good) ElfImage.read(new ElfFile(code.code()).bytes())).image();
        try (Computer computer = new Computer(Engines::ptrace)) {
            AddressSpace space = computer.space();
            assertThat(new ElfLoader(computer.memory, computer.pool).load(image, space))
                    .isEqualTo(new ElfLoader.Result.Loaded());
            CpuContext context = new CpuContext(image.entry(), 0);
            context.set(Register.RDX, -1);
            assertThat(computer.engine.run(space, context)).isEqualTo(new Trap.SystemCall());
            assertThat(context.get(Register.RBX)).isEqualTo(0x1234_5678_9abc_def0L);
            assertThat(context.get(Register.RDX)).isZero();
            assertThat(new ElfLoader(computer.memory, computer.pool).load(image, space))
                    .isEqualTo(new ElfLoader.Result.Occupied(Computer.CODE));
        }
    }

    @Test
    void programThatClaimsMoreThanThereIsTakesNothing() {
        ElfImage image = ((Verdict.Good) ElfImage.read(
                        file().with(ElfFile.SECOND + 40, 8, 0x7000_0000_0000L).bytes()))
                .image();
        try (Computer computer = new Computer(Engines::ptrace)) {
            AddressSpace space = computer.space();
            long left = computer.pool.left();
            assertThat(new ElfLoader(computer.memory, computer.pool).load(image, space))
                    .isEqualTo(new ElfLoader.Result.OutOfFrames());
            assertThat(computer.pool.left()).isEqualTo(left);
        }
    }
}
