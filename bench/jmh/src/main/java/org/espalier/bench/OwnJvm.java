package org.espalier.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A benchmark with a harness of its own, run once in a JVM that JMH starts for it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
public class OwnJvm {
    /** Which. */
    @Param("")
    public String name = "";

    /** What it says to the JVM that started it. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Verdict {
        /** 1 when a figure is above its limit. */
        public int above;
    }

    /** Runs it. */
    @Benchmark
    public void run(Verdict verdict) throws Exception {
        verdict.above = Main.run(name) ? 0 : 1;
    }
}
