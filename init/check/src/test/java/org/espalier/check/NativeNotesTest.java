package org.espalier.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.espalier.config.Schema;
import org.junit.jupiter.api.Test;

/** What a native program says of itself. */
final class NativeNotesTest {
    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;

    /** A program with one segment, of notes. */
    private static byte[] program(byte[] notes) {
        ByteBuffer file =
                ByteBuffer.allocate(HEADER_BYTES + SEGMENT_BYTES + notes.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        file.putLong(32, HEADER_BYTES).putShort(56, (short) 1);
        file.putInt(HEADER_BYTES, 4)
                .putLong(HEADER_BYTES + 8, HEADER_BYTES + SEGMENT_BYTES)
                .putLong(HEADER_BYTES + 32, notes.length);
        file.position(HEADER_BYTES + SEGMENT_BYTES).put(notes);
        return file.array();
    }

    private static byte[] note(String owner, int type, String text) {
        byte[] name = (owner + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer note = ByteBuffer.allocate(12 + (name.length + 3 & -4) + (content.length + 3 & -4))
                .order(ByteOrder.LITTLE_ENDIAN);
        note.putInt(name.length).putInt(content.length).putInt(type).put(name);
        note.position(12 + (name.length + 3 & -4)).put(content);
        return note.array();
    }

    private static byte[] joined(byte[]... parts) {
        byte[] all = new byte[0];
        for (byte[] part : parts) {
            int before = all.length;
            all = Arrays.copyOf(all, before + part.length);
            System.arraycopy(part, 0, all, before, part.length);
        }
        return all;
    }

    private static Program read(byte[] file) {
        return Modules.of(name -> Optional.of(file), Set.of()).program("p");
    }

    private static final byte[] GOOD = program(joined(
            note("GNU", 1, "<manifest> of somebody else"),
            note("Espalier", 3, "of a later kind"),
            note("Espalier", 1, "<manifest/>"),
            note("Espalier", 2, "<schema/>")));

    @Test
    void manifestAndSchemaAreNotesOfTheProgram() {
        assertThat(NativeNotes.read(GOOD))
                .containsOnlyKeys(Manifest.ENTRY, Schema.ENTRY)
                .containsEntry(Manifest.ENTRY, "<manifest/>".getBytes(StandardCharsets.UTF_8));
        assertThat(read(GOOD))
                .isInstanceOfSatisfying(
                        Program.Known.class, known -> assertThat(known.schema()).isPresent());
    }

    @Test
    void aProgramWithoutNotesIsUnknown() {
        assertThat(read(program(new byte[0]))).isEqualTo(new Program.Unknown("has no manifest"));
        assertThat(read(program(note("Espalier", 1, "<config/>"))))
                .isEqualTo(
                        new Program.Unknown(
                                "has a manifest that cannot be read: manifest of p:1:1: the top node is <config> and not <manifest>"));
        assertThat(read(new byte[] {0x7f, 'E', 'L', 'F'})).isEqualTo(new Program.Unknown("is no component"));
    }

    @Test
    void whateverIsDamagedThereIsAnAnswer() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("espalier.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] file = Arrays.copyOf(GOOD, HEADER_BYTES + random.nextInt(GOOD.length - HEADER_BYTES + 1));
            for (int i = random.nextInt(6); i > 0; i--) {
                file[6 + random.nextInt(file.length - 6)] = (byte) random.nextInt();
            }
            Map<String, byte[]> notes = NativeNotes.read(file);
            assertThat(notes.size()).isLessThanOrEqualTo(2);
        }
    }
}
