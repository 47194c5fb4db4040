package org.espalier.tests.escape;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** What the JDK offers for getting out. */
final class Platform {
    private Platform() {}

    private interface Attempt {
        Object run() throws Exception;
    }

    /** By name, what was thrown, or what was reached. */
    static Map<String, String> attempts() {
        Map<String, String> results = new LinkedHashMap<>();
        results.put("read a file", attempt(() -> new FileInputStream("/etc/passwd")));
        results.put("read the JVM", attempt(() -> new FileInputStream("/jre/release")));
        results.put("write a file", attempt(() -> new FileOutputStream("/tmp/escaped")));
        results.put("list the root", attempt(() -> String.valueOf((Object) new File("/").list())));
        results.put("look at a process", attempt(() -> Files.readString(Path.of("/proc/1/status"))));
        results.put("start a program", attempt(() -> Runtime.getRuntime().exec(new String[] {"/jre/bin/java"})));
        results.put("connect", attempt(() -> new Socket(InetAddress.getLoopbackAddress(), 22)));
        results.put("name a kernel's class", attempt(() -> Class.forName("org.espalier.kernel.linux.PacketChannel")));
        results.put("name a class for kernels", attempt(() -> Class.forName("org.espalier.base.spi.Window")));
        results.put("a thread that the kernel does not know", attempt(() -> {
            Thread thread = Thread.ofPlatform().start(() -> {});
            thread.join();
            return "its own";
        }));
        return results;
    }

    /** Starts threads that the kernel does not know, until the host refuses one; how many that were. */
    static int takeThreads() {
        int taken = 0;
        try {
            while (true) {
                Thread.ofPlatform().daemon().start(LockSupport::park);
                taken++;
            }
        } catch (OutOfMemoryError refused) {
            return taken;
        }
    }

    /** Fills the heap, until there is no more of it; how many MiB that were. */
    static int takeHeap() {
        List<byte[]> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(new byte[(1 << 20) - 1024]);
            }
        } catch (OutOfMemoryError full) {
            int size = taken.size();
            // What comes next needs some of it.
            taken.clear();
            return size;
        }
    }

    private static String attempt(Attempt attempt) {
        try {
            return "reached: " + attempt.run();
        } catch (Throwable refused) {
            return refused.getClass().getSimpleName();
        }
    }
}
