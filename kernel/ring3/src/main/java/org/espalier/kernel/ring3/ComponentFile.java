package org.espalier.kernel.ring3;

import java.util.List;
import org.espalier.machine.ElfImage;

/**
 * The file of a native component that keeps the rules of docs/native.md, whoever made it. Immutable as long as nobody changes the bytes
 * that it was read from; thread-safe.
 */
public final class ComponentFile {
    private final ElfImage image;

    /** What became of a file. */
    public sealed interface Verdict {
        /** It can be run. */
        record Good(ComponentFile file) implements Verdict {}

        /** It cannot, for a reason in a full sentence. */
        record Refused(String reason) implements Verdict {}
    }

    private ComponentFile(ElfImage image) {
        this.image = image;
    }

    /** Whether a file calls itself an ELF file. */
    public static boolean isElf(byte[] file) {
        return file.length >= 4 && file[0] == 0x7f && file[1] == 'E' && file[2] == 'L' && file[3] == 'F';
    }

    /** Judges a file, which is not copied. */
    public static Verdict read(byte[] file) {
        return switch (ElfImage.read(file)) {
            case ElfImage.Verdict.Malformed malformed ->
                new Verdict.Refused("The ELF file is no native component. " + malformed.message());
            case ElfImage.Verdict.Good(ElfImage image) -> judge(image);
        };
    }

    private static Verdict judge(ElfImage image) {
        List<ElfImage.Segment> segments = image.segments();
        if (segments.size() > ComponentLayout.MOST_SEGMENTS) {
            return new Verdict.Refused(
                    "The ELF file has " + segments.size() + " segments with memory, and a native component has "
                            + ComponentLayout.MOST_SEGMENTS + " at most.");
        }
        for (ElfImage.Segment segment : segments) {
            if (segment.address() < ComponentLayout.FILE_START || segment.endPage() > ComponentLayout.FILE_END) {
                return new Verdict.Refused("A segment of the ELF file takes " + segment.memorySize() + " bytes at 0x"
                        + Long.toHexString(segment.address()) + ", and native components lie from 0x"
                        + Long.toHexString(ComponentLayout.FILE_START) + " to 0x"
                        + Long.toHexString(ComponentLayout.FILE_END) + ".");
            }
        }
        return new Verdict.Good(new ComponentFile(image));
    }

    /** What is in it. */
    public ElfImage image() {
        return image;
    }
}
