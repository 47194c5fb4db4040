package org.espalier.tests.escape;

import java.util.Map;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;

/** Makes attempts and logs what came of each, or the one that its configuration names, which it is not to survive. */
public final class Escape implements Component {
    @Override
    public void construct(Env env) {
        String act = read(env).string("act", "");
        switch (act) {
            case "survive" -> {
                for (Map.Entry<String, Long> attempt : SystemCalls.attempts().entrySet()) {
                    env.log().info(attempt.getKey() + ": " + attempt.getValue());
                }
                for (Map.Entry<String, String> attempt : Platform.attempts().entrySet()) {
                    env.log().info(attempt.getKey() + ": " + attempt.getValue());
                }
                env.log().info("nothing left to try");
            }
            case "threads" -> env.log().info("threads: " + Platform.takeThreads());
            case "heap" -> env.log().info("heap: " + Platform.takeHeap() + " MiB");
            case "memory" -> env.log().info("survived with " + SystemCalls.takeMemory() + " bytes");
            case "exit" -> System.exit(0);
            case "crash" -> SystemCalls.crash();
            case "unknown operation" -> SystemCalls.packet(99, 56, 0, 0);
            case "wrong length" -> SystemCalls.packet(4, 56, 100, 0);
            case "short packet" -> SystemCalls.packet(4, 20, 0, 0);
            case "huge packet" -> SystemCalls.packet(4, 4096, 0, 0);
            case "descriptors in a packet" -> SystemCalls.packet(4, 56, 0, 1);
            case "ten thousand descriptors in a packet" -> SystemCalls.packet(4, 56, 0, 250);
            case "too many capabilities" -> SystemCalls.capabilities(1, 1000);
            case "reply without a request" -> SystemCalls.packet(2, 56, 0, 0);
            case "closed channel" -> SystemCalls.close(3);
            default -> throw new IllegalArgumentException("There is no act ‘" + act + "’.");
        }
    }

    private static Node read(Env env) {
        return switch (ConfigReader.read("config", env.rom("config").text())) {
            case ReadResult.Parsed(Node root) -> root;
            case ReadResult.Malformed malformed -> throw new IllegalStateException(malformed.toString());
        };
    }
}
