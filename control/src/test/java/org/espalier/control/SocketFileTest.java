package org.espalier.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of sockets, and which of them are left-overs. */
final class SocketFileTest {
    @TempDir
    Path folder;

    private ServerSocketChannel listen(String name) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve(name)));
    }

    @Test
    void aNameIsMadeOfHarmlessCharactersAndFits() throws IOException {
        assertThat(SocketFile.of(Path.of("/run"), 12, "my scenario/ü").path())
                .isEqualTo(Path.of("/run/12-my_scenario__"));
        assertThat(SocketFile.of(Path.of("/run"), 12, "").path()).isEqualTo(Path.of("/run/12-_"));
        SocketFile shortened = SocketFile.of(Path.of("/" + "f".repeat(80)), 1234567, "x".repeat(100));
        assertThat(shortened.unfinished().toString()).hasSize(100);
        Path tooLong = Path.of("/" + "f".repeat(95));
        assertThatThrownBy(() -> SocketFile.of(tooLong, 1234567, "x"))
                .isInstanceOf(IOException.class)
                .hasMessage("the path " + tooLong + " is too long for a socket in it");
    }

    @Test
    void aSocketThatNobodyListensAtIsRemoved() throws IOException {
        listen("7-dead").close();
        try (ServerSocketChannel alive = listen("8-alive")) {
            assertThat(SocketFile.alive(folder)).containsExactly(new SocketFile(folder.resolve("8-alive"), 8, "alive"));
            assertThat(alive.isOpen()).isTrue();
        }
        assertThat(folder.resolve("7-dead")).doesNotExist();
        assertThat(folder.resolve("8-alive")).exists();
    }

    @Test
    void oneThatIsBeingMadeIsLeftAloneForAWhile() throws IOException {
        listen(".7-young").close();
        listen(".8-old").close();
        Files.setLastModifiedTime(
                folder.resolve(".8-old"), FileTime.from(Instant.now().minusSeconds(120)));
        assertThat(SocketFile.alive(folder)).isEmpty();
        assertThat(folder.resolve(".7-young")).exists();
        assertThat(folder.resolve(".8-old")).doesNotExist();
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws IOException {
        Path file = Files.createFile(folder.resolve("7-file"));
        Path other = Files.createFile(folder.resolve("notes"));
        assertThat(SocketFile.alive(folder)).isEmpty();
        assertThat(file).exists();
        assertThat(other).exists();
    }

    @Test
    void oneWhoseQueueIsFullIsAlive() throws IOException {
        try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve("7-busy")), 1)) {
            for (int i = 0; i < 5; i++) {
                assertThat(SocketFile.alive(folder)).hasSize(1);
            }
            assertThat(busy.isOpen()).isTrue();
        }
    }
}
