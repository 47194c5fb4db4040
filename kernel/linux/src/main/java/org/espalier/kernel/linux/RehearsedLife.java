package org.espalier.kernel.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.espalier.base.Component;
import org.espalier.base.Env;

/**
 * The life of a component that logs a line and exits, from its JAR to its last word, with a kernel that is played here. A JVM that waits
 * for a component leads it some times before: what of base, of the JDK and of this package a first step loads, links and compiles is
 * there when the component comes.
 */
final class RehearsedLife {
    /** So often that what every component does first is compiled, and not so often that a pool is slow to fill. */
    private static final int LIVES = 40;

    /** The layout of an answer that is a capability and nothing else. */
    private static final byte[] ONE_CAPABILITY = {1};

    private RehearsedLife() {}

    /** What every component begins with. */
    public static final class Actor implements Component {
        /** For the kernel that starts components. */
        public Actor() {}

        @Override
        public void construct(Env env) {
            env.log().info("A line of text.");
            env.exit(0);
        }
    }

    /** Leads it some times, each on a thread of its own, which has ended afterwards. */
    static void lead() throws HostException, InterruptedException {
        byte[] jar = jar();
        for (int life = 0; life < LIVES; life++) {
            leadOne(jar);
        }
    }

    private static void leadOne(byte[] jar) throws HostException, InterruptedException {
        Channel.Pair pair = Channel.pair();
        Channel there = new Channel(pair.there());
        Thread component = Thread.ofPlatform().unstarted(() -> live(there));
        component.start();
        try (MemoryFile file = MemoryFile.holding("rehearsal", jar)) {
            ByteBuffer word = ByteBuffer.allocate(ProcessMain.BEGIN_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            word.putInt(Protocol.VERSION)
                    .putInt(JvmSandbox.LIMITS.descriptors())
                    .putLong(JvmSandbox.LIMITS.addressSpace())
                    .putLong(file.bytes());
            Channel.Sent _ = pair.here().send(word.array(), file.descriptor());
            Channel.Received _ = pair.here().receive();
        }
        try (PacketChannel kernel = pair.here().packets()) {
            play(kernel);
        }
        component.join();
    }

    private static void live(Channel channel) {
        try {
            ProcessMain.Program program = ProcessMain.await(channel);
            if (program == null) {
                throw new IllegalStateException("A JAR that was just made is refused.");
            }
            ThreadPort port = new ThreadPort(channel.packets());
            boolean _ = ProcessMain.construct(new ProcessKernel(port), port, program);
            port.close();
        } catch (HostException e) {
            throw new IllegalStateException("The host refuses what every start needs.", e);
        }
    }

    /** Answers as a kernel does to which all is right, until the component has said its last word. */
    private static void play(PacketChannel channel) {
        int lastIndex = 1;
        while (channel.receive() == PacketChannel.Received.PACKET && channel.operation() != Protocol.HALT) {
            boolean isCall = channel.operation() == Protocol.CALL;
            if (isCall && channel.argument(0) > 0) {
                channel.begin(Protocol.ANSWER, 0, 0).with(ONE_CAPABILITY).withCapability(++lastIndex);
            } else {
                channel.begin(Protocol.ANSWER, isCall ? 0 : ++lastIndex, 0);
            }
            if (!channel.send(null)) {
                return;
            }
        }
    }

    private static byte[] jar() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue(Component.MANIFEST_ATTRIBUTE, Actor.class.getName());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String name = Actor.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
                InputStream content = Actor.class.getResourceAsStream("/" + name)) {
            if (content == null) {
                throw new IllegalStateException("This program lacks one of its classes.");
            }
            jar.putNextEntry(new ZipEntry(name));
            content.transferTo(jar);
            jar.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException("Nothing here is read from a file.", e);
        }
        return bytes.toByteArray();
    }
}
