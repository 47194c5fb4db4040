package org.espalier.core;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.espalier.base.Alarm;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Entropy;
import org.espalier.base.Failure;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.Rtc;
import org.espalier.base.SignalContext;
import org.espalier.kernel.spi.RunningKernel;

/** The services that hand out the kernel's clock, time of day and random bytes. */
final class ClockServices {
    private ClockServices() {}

    /** The one alarm, for one client at a time. */
    static Root<Alarm> alarm(RunningKernel kernel) {
        AtomicBoolean taken = new AtomicBoolean();
        return new Root<>() {
            @Override
            public Creation<Alarm> create(SessionRequest request) {
                return taken.compareAndSet(false, true)
                        ? new Creation.Created<>(new AlarmSession(kernel))
                        : new Creation.Denied<>("The alarm of the kernel is in use by another timer driver.");
            }

            @Override
            public void closed(Alarm session) {
                ((AlarmSession) session).end();
                taken.set(false);
            }
        };
    }

    private static final class AlarmSession implements Alarm {
        private final RunningKernel kernel;
        private Capability<SignalContext> signal = Capability.none();

        AlarmSession(RunningKernel kernel) {
            this.kernel = kernel;
        }

        @Override
        public Result<Long> now() {
            return Result.ok(kernel.clock());
        }

        @Override
        public Result<Done> signal(Capability<SignalContext> context) {
            signal.release();
            signal = context;
            return Result.done();
        }

        @Override
        public Result<Done> set(long deadline) {
            kernel.setAlarm(deadline, signal.index());
            return Result.done();
        }

        void end() {
            kernel.setAlarm(0, 0);
            signal.release();
        }
    }

    /** The time of day. */
    static Root<Rtc> rtc(RunningKernel kernel) {
        Rtc session = () -> {
            Instant now = Instant.EPOCH.plus(kernel.wallClock(), ChronoUnit.MICROS);
            OffsetDateTime utc = now.atOffset(ZoneOffset.UTC);
            return Result.ok(new Rtc.Timestamp(
                    utc.getYear(),
                    utc.getMonthValue(),
                    utc.getDayOfMonth(),
                    utc.getHour(),
                    utc.getMinute(),
                    utc.getSecond(),
                    utc.get(ChronoField.MICRO_OF_SECOND)));
        };
        return request -> new Root.Creation.Created<>(session);
    }

    /** Random bytes. */
    static Root<Entropy> entropy(RunningKernel kernel) {
        Entropy session = count -> {
            if (count < 0 || count > Entropy.MAX_BYTES) {
                return Result.failed(Failure.INVALID_ARGUMENT);
            }
            byte[] bytes = new byte[count];
            kernel.entropy(bytes);
            return Result.ok(bytes);
        };
        return request -> new Root.Creation.Created<>(session);
    }
}
