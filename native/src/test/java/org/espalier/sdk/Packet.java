package org.espalier.sdk;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** One packet between a component and the kernel that a test plays; the numbers are those of native/linux/protocol.h. */
final class Packet {
    static final int CALL = 1;
    static final int REPLY = 2;
    static final int DONE = 3;
    static final int RELEASE = 4;
    static final int CREATE_OBJECT = 5;
    static final int CREATE_SIGNAL_CONTEXT = 6;
    static final int DISSOLVE = 7;
    static final int SUBMIT = 8;
    static final int AWAIT_SIGNAL = 10;
    static final int ATTACH = 11;
    static final int DETACH = 12;
    static final int HALT = 16;
    static final int FAULT = 17;
    static final int LINK = 18;

    static final int ANSWER = 64;
    static final int REQUEST = 65;
    static final int SIGNAL = 66;

    private static final int HEAD_BYTES = 56;
    private static final int MAX_BYTES = 896;

    int operation;
    int index;
    final long[] arguments = new long[3];
    int word;
    int capCount;
    final int[] caps = new int[3];
    byte[] bytes = new byte[0];

    static Packet of(int operation, int index) {
        Packet packet = new Packet();
        packet.operation = operation;
        packet.index = index;
        return packet;
    }

    static Packet answer(int index) {
        return of(ANSWER, index);
    }

    /** The next packet of the component; empty when it has ended. */
    static Optional<Packet> read(InputStream in) throws IOException {
        byte[] head = in.readNBytes(HEAD_BYTES);
        if (head.length == 0) {
            return Optional.empty();
        }
        if (head.length < HEAD_BYTES) {
            throw new EOFException("A component ended within a packet.");
        }
        ByteBuffer fields = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        Packet packet = of(fields.getInt(), fields.getInt());
        for (int i = 0; i < packet.arguments.length; i++) {
            packet.arguments[i] = fields.getLong();
        }
        packet.word = fields.getInt();
        int length = fields.getInt();
        packet.capCount = fields.getInt();
        for (int i = 0; i < packet.caps.length; i++) {
            packet.caps[i] = fields.getInt();
        }
        if (length < 0 || length > MAX_BYTES || packet.capCount < 0 || packet.capCount > packet.caps.length) {
            throw new IllegalStateException(
                    "A component sent " + length + " bytes and " + packet.capCount + " capabilities.");
        }
        packet.bytes = new byte[length];
        new DataInputStream(in).readFully(packet.bytes);
        return Optional.of(packet);
    }

    /** Sends this packet, and in place of a descriptor a path, which is empty for none. */
    void write(OutputStream out, String path) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        ByteBuffer fields = ByteBuffer.allocate(HEAD_BYTES + bytes.length + Integer.BYTES + name.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        fields.putInt(operation).putInt(index);
        for (long argument : arguments) {
            fields.putLong(argument);
        }
        fields.putInt(word).putInt(bytes.length).putInt(capCount);
        for (int cap : caps) {
            fields.putInt(cap);
        }
        fields.put(bytes).putInt(name.length).put(name);
        out.write(fields.array());
        out.flush();
    }

    /** The message of a fault. */
    String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "packet " + operation + " of " + index + " " + Arrays.toString(arguments) + ", word " + word + ", "
                + bytes.length + " bytes, " + capCount + " capabilities";
    }
}
