package org.espalier.machine;

import java.nio.file.Path;
import java.util.stream.Collectors;

/** What runs in a JVM of its own, because it counts all that the JVM has, or because the JVM is killed. */
final class ChildPrograms {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private ChildPrograms() {}

    /** Prints the processes of three address spaces, one of which then spins for good. */
    static final class Spinner {
        public static void main(String[] arguments) {
            try (Computer computer = new Computer(Engines::ptrace)) {
                AddressSpace[] spaces = new AddressSpace[3];
                for (int i = 0; i < spaces.length; i++) {
                    spaces[i] = computer.space(Computer.code().label("again").jump("again"));
                }
                System.out.println(java.util.Arrays.stream(spaces)
                        .map(space -> String.valueOf(Processes.of(space)))
                        .collect(Collectors.joining(" ")));
                computer.engine.run(spaces[1], Computer.context());
            }
        }
    }

    /** Opens and closes address spaces for good. */
    static final class Opener {
        public static void main(String[] arguments) {
            System.out.println("begun");
            while (true) {
                try (Computer computer = new Computer(Engines::ptrace)) {
                    for (int i = 0; i < 4; i++) {
                        computer.engine.run(computer.space(Computer.code().systemCall()), Computer.context());
                    }
                }
            }
        }
    }

    /** Prints what the JVM has of the host before and after many engines of the kind that the argument names. */
    static final class Counter {
        public static void main(String[] arguments) {
            once(arguments[0]);
            String before = counts();
            for (int i = 0; i < 100; i++) {
                once(arguments[0]);
            }
            System.out.println(before);
            System.out.println(counts());
        }

        private static void once(String name) {
            try (Computer computer = new Computer(memory -> open(name, memory))) {
                for (int i = 0; i < 3; i++) {
                    AddressSpace space =
                            computer.space(Computer.code().systemCall().bytes(0xf4));
                    CpuContext context = Computer.context();
                    computer.engine.run(space, context);
                    computer.engine.run(space, context);
                    if (i == 0) {
                        space.close();
                    }
                }
            }
        }

        private static Engine open(String name, PhysicalMemory memory) {
            return switch (Engines.open(name, memory)) {
                case Engines.Opening.Opened opened -> opened.engine();
                case Engines.Opening.Missing missing -> throw new AssertionError(missing.toString());
                case Engines.Opening.Unknown unknown -> throw new AssertionError(unknown.toString());
            };
        }

        /** Threads are those that the host itself keeps for virtual machines; the JVM's own come and go. */
        private static String counts() {
            long mappings = Processes.mappings(ProcessHandle.current().pid()).stream()
                    .filter(line -> line.contains("espalier") || line.contains("kvm"))
                    .count();
            return "descriptors %d, children %d, mappings %d, threads %d"
                    .formatted(
                            Processes.count(DESCRIPTORS),
                            ProcessHandle.current().children().count(),
                            mappings,
                            Processes.threads("kvm"));
        }
    }
}
