package org.espalier.machine;

/** The engine {@code ptrace} is an engine. */
final class PtraceConformanceTest extends EngineConformance {
    @Override
    Engine open(PhysicalMemory memory) {
        return Engines.ptrace(memory);
    }
}
