package org.espalier.examples.embed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.core.RomSource;
import org.espalier.core.SystemState;

/** Starts two plug-ins, changes one, removes the other, and shows what the program sees of it. */
public final class Main {
    private static final long PATIENCE_SECONDS = 30;

    private Main() {}

    /** The only argument: the folder with the components. */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 1) {
            System.err.println("usage: Main FOLDER-WITH-COMPONENTS");
            return;
        }
        try (PluginHost host = new PluginHost(folder(Path.of(arguments[0])), Main::say)) {
            host.put("upper", "");
            show(host);
            host.put("count", "espalier");
            show(host);
            show(host.components());
            host.remove("upper");
            show(host);
            host.put("count", "tree");
            show(host);
            show(host.components());
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }

    /** The JARs of a folder as ROM modules. */
    static RomSource folder(Path folder) {
        return name -> {
            Path file = folder.resolve(name + ".jar");
            try {
                return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static void show(PluginHost host) throws InterruptedException {
        String text = switch (host.next(PATIENCE_SECONDS).orElseThrow()) {
            case Happening.Line(var plugin, String line) -> plugin + " says: " + line;
            case Happening.Offered(var plugin, String function) -> plugin + " offers " + function;
            case Happening.Left(var plugin) -> plugin + " is gone";
        };
        say(text + " (the sum is " + host.sum() + ")");
    }

    private static void show(List<SystemState.Domain> components) {
        components.forEach(component -> say("  " + component.label() + ": "
                + component.quotas().ramUsed() + " of " + component.quotas().ram() + " RAM, "
                + component.quotas().capsUsed() + " of " + component.quotas().caps() + " capabilities"));
    }
}
