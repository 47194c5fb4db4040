package org.espalier.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folder sockets may be in. */
final class ControlFolderTest {
    @TempDir
    Path temporary;

    private int uid() throws IOException {
        return (Integer) Files.getAttribute(temporary, "unix:uid");
    }

    private Path folder(String name, String mode) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve(name));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
        return folder;
    }

    @Test
    void aPrivateRuntimeFolderComesFirst() throws IOException {
        Path runtime = folder("runtime", "rwx------");
        ControlFolder folders = new ControlFolder(runtime.toString(), temporary, uid());
        assertThat(folders.make())
                .containsExactly(
                        new ControlFolder.Verdict(runtime.resolve("espalier"), Optional.empty()),
                        new ControlFolder.Verdict(temporary.resolve("espalier-" + uid()), Optional.empty()));
        assertThat(Files.getPosixFilePermissions(runtime.resolve("espalier")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(folders.existing())
                .containsExactly(runtime.resolve("espalier"), temporary.resolve("espalier-" + uid()));
    }

    @Test
    void aRuntimeFolderThatOthersMayEnterIsNotUsed() throws IOException {
        Path runtime = folder("runtime", "rwxr-xr-x");
        for (String unusable : new String[] {"", "relative", "/no/such/folder", runtime.toString()}) {
            assertThat(new ControlFolder(unusable, temporary, uid()).make())
                    .extracting(ControlFolder.Verdict::folder)
                    .containsExactly(temporary.resolve("espalier-" + uid()));
        }
        assertThat(runtime).isEmptyDirectory();
    }

    @Test
    void aFolderThatOthersMayEnterIsRefused() throws IOException {
        Path own = folder("espalier-" + uid(), "rwxr-x---");
        ControlFolder folders = new ControlFolder("", temporary, uid());
        assertThat(folders.make())
                .containsExactly(
                        new ControlFolder.Verdict(own, Optional.of("the mode of " + own + " is 750, not 700")));
        assertThat(folders.existing()).isEmpty();
    }

    @Test
    void aFolderOfSomebodyElseIsRefused() throws IOException {
        int other = uid() + 1;
        Path theirs = folder("espalier-" + other, "rwx------");
        assertThat(new ControlFolder("", temporary, other).make())
                .containsExactly(new ControlFolder.Verdict(
                        theirs, Optional.of(theirs + " belongs to user " + uid() + ", not to user " + other)));
    }

    @Test
    void aLinkToAPrivateFolderIsRefused() throws IOException {
        Path real = folder("real", "rwx------");
        Path link = Files.createSymbolicLink(temporary.resolve("espalier-" + uid()), real);
        assertThat(new ControlFolder("", temporary, uid()).make())
                .containsExactly(new ControlFolder.Verdict(link, Optional.of(link + " is no folder")));
    }
}
