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

    /** Prints descriptors, children and mappings of memory before and after many engines. */
    static final class Counter {
        public static void main(String[] arguments) {
            once();
            String before = counts();
            for (int i = 0; i < 100; i++) {
                once();
            }
            System.out.println(before);
            System.out.println(counts());
        }

        private static void once() {
            try (Computer computer = new Computer(Engines::ptrace)) {
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

        private static String counts() {
            long mappings = Processes.mappings(ProcessHandle.current().pid()).stream()
                    .filter(line -> line.contains("espalier"))
                    .count();
            return "descriptors %d, children %d, mappings %d"
                    .formatted(
                            Processes.count(DESCRIPTORS),
                            ProcessHandle.current().children().count(),
                            mappings);
        }
    }
}
