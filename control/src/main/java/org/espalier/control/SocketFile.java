package org.espalier.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file of a socket, {@code PID-NAME}. It is made under a name with a dot in front and renamed when the system listens, so that
 * a file which refuses connections is one that a dead process has left.
 *
 * @param path where it is
 * @param pid the process that made it
 * @param name what there is of the scenario's name
 */
record SocketFile(Path path, long pid, String name) {
    /** What a socket's path may take at most, on every system: macOS has room for 104 bytes, the last of which is 0. */
    private static final int MAX_PATH = 100;

    private static final int MAX_NAME = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Pattern FILE = Pattern.compile("([1-9][0-9]{0,9})-([A-Za-z0-9._-]+)");

    /**
     * The file for a system in {@code folder}, its name shortened to what fits.
     *
     * @throws IOException when nothing fits
     */
    static SocketFile of(Path folder, long pid, String name) throws IOException {
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
        // For the separator, the dot in front while it is made, and the minus.
        int room = MAX_PATH
                - 3
                - folder.toString().getBytes(StandardCharsets.UTF_8).length
                - Long.toString(pid).length();
        if (room < 1) {
            throw new IOException("the path " + folder + " is too long for a socket in it");
        }
        String fitting = plain.substring(0, Math.min(plain.length(), Math.min(room, MAX_NAME)));
        String shown = fitting.isEmpty() ? "_" : fitting;
        return new SocketFile(folder.resolve(pid + "-" + shown), pid, shown);
    }

    /** The name while it is made. */
    Path unfinished() {
        return path.resolveSibling("." + path.getFileName());
    }

    /** The sockets in {@code folder} that somebody listens at. Those of dead processes are removed. */
    static List<SocketFile> alive(Path folder) throws IOException {
        List<SocketFile> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String text = String.valueOf(file.getFileName());
                Matcher matcher = FILE.matcher(text.startsWith(".") ? text.substring(1) : text);
                if (matcher.matches() && !isDead(file) && !text.startsWith(".")) {
                    found.add(new SocketFile(file, Long.parseLong(matcher.group(1)), matcher.group(2)));
                }
            }
        }
        found.sort((a, b) -> Long.compare(a.pid, b.pid));
        return found;
    }

    /** Whether nobody listens at a socket, which is then removed. */
    static boolean isDead(Path file) {
        try {
            BasicFileAttributes before = attributes(file);
            boolean unfinished = String.valueOf(file.getFileName()).startsWith(".");
            if (!before.isOther()
                    || (unfinished
                            && before.lastModifiedTime()
                                    .toInstant()
                                    .isAfter(Instant.now().minus(PATIENCE)))) {
                return !before.isOther();
            }
            if (!isRefused(file)) {
                return false;
            }
            // Looked at again: a process of the same number may have made its own meanwhile.
            if (Objects.equals(attributes(file).fileKey(), before.fileKey())) {
                Files.deleteIfExists(file);
            }
            return true;
        } catch (IOException e) {
            // Gone, or out of reach: either way nobody can be asked there.
            return true;
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isRefused(Path file) {
        // Without waiting: one whose queue is full is alive.
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(file));
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
