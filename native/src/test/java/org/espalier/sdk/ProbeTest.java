package org.espalier.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.RegionMap;
import org.espalier.base.Report;
import org.espalier.base.ReportRpc;
import org.espalier.base.Result;
import org.espalier.base.SignalContext;
import org.espalier.base.Timer;
import org.espalier.base.TimerRpc;
import org.espalier.base.View;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the library has beside sessions: reports, timers, memory, updates of modules, long lines. */
@Timeout(300)
class ProbeTest {
    @TempDir
    private static Path folder;

    private static Path probe;

    @BeforeAll
    static void compile() {
        Programs.assumeCompiler();
        probe = Programs.component(folder, "probe", "src/test/c/probe.c");
    }

    /** A timer whose time the test says. */
    private static final class Clock implements Timer {
        private Capability<SignalContext> signal = Capability.none();
        private long set;

        @Override
        public Result<Long> now() {
            return Result.ok(0L);
        }

        @Override
        public Result<Done> signal(Capability<SignalContext> context) {
            signal = context;
            return Result.done();
        }

        @Override
        public Result<Done> once(long microseconds) {
            set = microseconds;
            return microseconds < 0 ? Result.failed(Failure.INVALID_ARGUMENT) : Result.done();
        }

        @Override
        public Result<Done> periodic(long microseconds) {
            return Result.failed(Failure.DENIED);
        }
    }

    private static final class Reports implements Report {
        private final Capability<Dataspace> buffer;
        private final View view;
        private String current = "";

        Reports(PlayedKernel kernel) {
            buffer = Capability.at(kernel, kernel.createMemory(RamQuota.PAGE));
            view = new RegionMap(kernel).attach(buffer).orThrow("Attaching the buffer");
        }

        @Override
        public Result<Capability<Dataspace>> dataspace() {
            return Result.ok(buffer);
        }

        @Override
        public Result<Done> submit(long length) {
            current = view.text().substring(0, (int) length);
            return Result.done();
        }
    }

    @Test
    void aComponentUsesAllThatTheLibraryHas() throws Exception {
        try (PlayedKernel kernel = new PlayedKernel(probe, folder)) {
            PlayedParent parent = new PlayedParent(kernel, "<config/>");
            Clock clock = new Clock();
            Reports reports = new Reports(kernel);
            parent.serve(TimerRpc.TYPE, clock);
            parent.serve(ReportRpc.TYPE, reports);
            kernel.run();
            assertThat(parent.wishes).containsExactly(new RamQuota(1 << 20));
            parent.grant();
            assertThat(reports.current).isEqualTo("<state/>");
            assertThat(parent.opened.get(1).label()).isEqualTo("state");
            assertThat(parent.opened.get(1).parameters()).isEqualTo("buffer_size=100");
            assertThat(parent.opened.get(1).ram()).isEqualTo(new RamQuota(4096));
            assertThat(clock.set).isEqualTo(250_000);
            parent.change("<config changed=\"yes\"/>");
            parent.entrypoint().submit(clock.signal);
            kernel.run();
            assertThat(parent.log)
                    .hasToString("Warning: " + "€".repeat(700) + "-1.0 1234567.001 -9223372036854775808\n" + """
                            module 0
                            watch 0
                            report 0
                            reported 0
                            too large -10
                            a thread is destroyed
                            thread -12
                            needed 1073741824
                            available 1048576
                            allocated 1
                            attached 0
                            bytes 2097152
                            attached nothing -2
                            freed 0
                            signal 0
                            once -10
                            once 0
                            changes 1
                            content 1
                            <config changed="yes"/>
                            rang 1
                            report after its end -1
                            """);
            assertThat(parent.exitValue()).isEqualTo(7);
            assertThat(kernel.held())
                    .as("PD, LOG, CPU, and the dataspace that was freed")
                    .isEqualTo(4);
            assertThat(kernel.exitValue()).isZero();
        }
    }
}
