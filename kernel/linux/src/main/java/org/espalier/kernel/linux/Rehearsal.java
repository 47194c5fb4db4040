package org.espalier.kernel.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.espalier.kernel.verifier.JarContent;

/**
 * Does once what a component will need of the JDK, while a JVM waits in its sandbox: it saves the component the time, and loads what
 * cannot be loaded under the second seccomp program.
 */
final class Rehearsal {
    private Rehearsal() {}

    static void run() throws HostException {
        try {
            ByteArrayOutputStream jar = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(jar)) {
                zip.putNextEntry(new ZipEntry("entry"));
                zip.write("content".getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
            byte[] entry = JarContent.read(jar.toByteArray()).entry("entry");
            if (entry == null) {
                throw new IllegalStateException("A JAR does not hold what was put into it.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Nothing here is read from a file.", e);
        } catch (JarContent.Unreadable e) {
            throw new IllegalStateException("A JAR that was just made is unreadable.", e);
        }
        platform();
        Channel.ThreadPair pair = Channel.threadPair();
        try (PacketChannel here = pair.here();
                PacketChannel there = new PacketChannel(pair.there())) {
            here.begin(Protocol.DONE, 0, 0);
            if (here.send(null)) {
                there.receiveWithDescriptor();
            }
        }
        mapping();
    }

    /** What of the JDK's own files is read late: its classes' resources, formats of numbers and times. */
    private static void platform() {
        try (InputStream own = Object.class.getResourceAsStream("Object.class")) {
            if (own == null || own.readNBytes(1).length != 1) {
                throw new IllegalStateException("The JDK lacks its first class.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The JDK's classes cannot be read.", e);
        }
        String text = String.format(
                Locale.ROOT, "%.1f %,d %s %tF", 1.5, 1000, Optional.of("x"), Instant.EPOCH.atZone(ZoneOffset.UTC));
        text = text + "%08.3f".formatted(0.1) + DateTimeFormatter.ISO_INSTANT.format(Instant.EPOCH);
        if (Pattern.compile("\\d+").split(text).length < 2
                || Stream.of(text).map(String::length).toList().isEmpty()) {
            throw new IllegalStateException("The JDK formats otherwise than it did: " + text);
        }
    }

    private static void mapping() throws HostException {
        try (MemoryFile file = MemoryFile.create("rehearsal", MemoryFile.PAGE)) {
            long at = file.descriptor().demandMapping(file.bytes());
            long _ = Host.call(SystemCall.MUNMAP, at, file.bytes(), 0);
        }
    }
}
