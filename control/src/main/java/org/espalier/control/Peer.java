package org.espalier.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One connection, seen from the system: reads a request of limited size, then writes a reply. Never waits; the channel calls it when
 * there is something to read or room to write, on the channel's thread alone.
 */
final class Peer {
    /** Answers a request. */
    interface Desk {
        byte[] answer(String verb, byte[] content);
    }

    private final SocketChannel socket;
    private final long since;
    private final StringBuilder line = new StringBuilder();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private Wire.@Nullable Head head;
    private @Nullable ByteBuffer reply;

    Peer(SocketChannel socket, long now) {
        this.socket = socket;
        this.since = now;
    }

    /** Nanoseconds for which it has been there. */
    long age(long now) {
        return now - since;
    }

    /** Whether its request is complete. */
    boolean isAnswered() {
        return reply != null;
    }

    SocketChannel socket() {
        return socket;
    }

    /**
     * Goes on as far as it can.
     *
     * @param buffer room for what is read, whose content means nothing before and after
     * @return whether there is more to come
     */
    boolean proceed(ByteBuffer buffer, Desk desk) throws IOException {
        while (reply == null) {
            buffer.clear();
            int count = socket.read(buffer);
            if (count <= 0) {
                return count == 0;
            }
            take(buffer.flip(), desk);
        }
        socket.write(reply);
        return reply.hasRemaining();
    }

    private void take(ByteBuffer bytes, Desk desk) {
        while (head == null && reply == null && bytes.hasRemaining()) {
            char c = (char) (bytes.get() & 0xff);
            if (c == '\n') {
                begin();
            } else if (line.length() == Wire.MAX_LINE - 1) {
                refuse("a request begins with a line of at most " + Wire.MAX_LINE + " bytes");
            } else {
                line.append(c);
            }
        }
        if (head == null || reply != null) {
            return;
        }
        int count = Math.min(bytes.remaining(), head.length() - content.size());
        byte[] part = new byte[count];
        bytes.get(part);
        content.writeBytes(part);
        if (content.size() == head.length()) {
            reply = ByteBuffer.wrap(desk.answer(head.word(), content.toByteArray()));
            content.reset();
        }
    }

    private void begin() {
        Wire.Head found = Wire.request(line.toString());
        if (found == null) {
            refuse("a request begins with ‘espalier 1 VERB LENGTH’");
        } else if (found.length() > Wire.MAX_REQUEST) {
            refuse("a request has at most " + Wire.MAX_REQUEST + " bytes, and this one has " + found.length());
        } else {
            head = found;
        }
    }

    private void refuse(String reason) {
        reply = ByteBuffer.wrap(Wire.reply(false, reason));
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Whatever it was, nobody is connected any more.
        }
    }
}
