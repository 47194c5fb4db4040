package org.espalier.control;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the sockets of one user are: {@code espalier} in {@code XDG_RUNTIME_DIR} where that is private to the user, else
 * {@code espalier-UID} in the temporary folder. A folder that is not the user's, or that anybody else may enter, is not used: who
 * made it could put a socket of his own there.
 */
final class ControlFolder {
    private static final int FOLDER = 0040000;
    private static final int KIND = 0170000;
    private static final int PERMISSIONS = 0777;
    private static final int PRIVATE = 0700;

    /** Why a folder cannot be used; empty when it can. */
    record Verdict(Path folder, Optional<String> obstacle) {}

    private final List<Path> places = new ArrayList<>();
    private final int uid;

    /** The places for a user {@code uid} with this runtime folder, which may be empty, and this temporary folder. */
    ControlFolder(String runtime, Path temporary, int uid) {
        this.uid = uid;
        Path own = Path.of(runtime);
        if (own.isAbsolute() && obstacle(own).isEmpty()) {
            places.add(own.resolve("espalier"));
        }
        places.add(temporary.resolve("espalier-" + uid));
    }

    /**
     * The places for the user of this process.
     *
     * @throws IOException where files have no owner with a number
     */
    static ControlFolder here() throws IOException {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        return new ControlFolder(runtime == null ? "" : runtime, temporary.toAbsolutePath(), ownUid(temporary));
    }

    private static int ownUid(Path temporary) throws IOException {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("unix")) {
            throw new IOException("files have no Unix owner on this host");
        }
        Path self = Path.of("/proc/self");
        if (Files.isDirectory(self)) {
            return (Integer) Files.getAttribute(self, "unix:uid");
        }
        Path probe = Files.createTempFile(temporary, "espalier", "");
        try {
            return (Integer) Files.getAttribute(probe, "unix:uid");
        } finally {
            Files.delete(probe);
        }
    }

    /** Makes each place that is not there, and says of each whether it can be used. */
    List<Verdict> make() {
        return places.stream()
                .map(folder -> new Verdict(folder, made(folder).or(() -> obstacle(folder))))
                .toList();
    }

    /** The places that are there and can be used. */
    List<Path> existing() {
        return places.stream().filter(folder -> obstacle(folder).isEmpty()).toList();
    }

    private static Optional<String> made(Path folder) {
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            // Looked at next.
        } catch (IOException e) {
            return Optional.of(folder + " cannot be made: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** Why {@code folder} is not private to the user. A link is not followed: somebody else may have set it. */
    private Optional<String> obstacle(Path folder) {
        try {
            Map<String, Object> found = Files.readAttributes(folder, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            int mode = (Integer) found.getOrDefault("mode", 0);
            Object owner = found.getOrDefault("uid", -1);
            if ((mode & KIND) != FOLDER) {
                return Optional.of(folder + " is no folder");
            }
            if (!owner.equals(uid)) {
                return Optional.of(folder + " belongs to user " + owner + ", not to user " + uid);
            }
            return (mode & PERMISSIONS) == PRIVATE
                    ? Optional.empty()
                    : Optional.of(
                            "the mode of " + folder + " is " + Integer.toOctalString(mode & PERMISSIONS) + ", not 700");
        } catch (IOException e) {
            return Optional.of(folder + " cannot be read: " + e.getMessage());
        }
    }
}
