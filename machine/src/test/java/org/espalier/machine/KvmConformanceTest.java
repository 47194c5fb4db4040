package org.espalier.machine;

import org.junit.jupiter.api.BeforeAll;

/** The engine {@code kvm} is an engine. */
final class KvmConformanceTest extends EngineConformance {
    /** On a host that is a virtual machine without nested paging, a trap takes several times as long as elsewhere. */
    private static final int SLOWNESS = 4;

    @BeforeAll
    static void engineCanBeHad() {
        KvmHost.assume();
    }

    @Override
    Engine open(PhysicalMemory memory) {
        return Engines.kvm(memory);
    }

    @Override
    int repetitions(int most) {
        return most / SLOWNESS;
    }
}
