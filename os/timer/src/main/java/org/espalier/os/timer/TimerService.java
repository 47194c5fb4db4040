package org.espalier.os.timer;

import java.util.OptionalLong;
import java.util.function.Consumer;
import org.espalier.base.Alarm;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.SignalContext;
import org.espalier.base.Timer;
import org.espalier.timeout.Timeouts;

/**
 * The Timer service over an {@link Alarm}. A session costs two capabilities, its object and the signal that its client names;
 * its donation must cover them. Confined to the entrypoint.
 *
 * <p>A call that comes at the end of a chain as long as the kernel allows cannot be carried on to the alarm: it fails with the
 * reason, has no effect, and concerns nobody but this client.
 */
final class TimerService implements Root<Timer> {
    /** What a session costs. */
    static final CapQuota SESSION_CAPS = new CapQuota(2);

    private static final long NANOS = 1000;
    private static final long UNARMED = Long.MAX_VALUE;

    private final Alarm alarm;
    private final Consumer<Capability<SignalContext>> submit;
    private final Timeouts<Session> timeouts = new Timeouts<>(Long.MAX_VALUE / NANOS);
    /** The time that the alarm is set to. */
    private long armed = UNARMED;

    TimerService(Alarm alarm, Consumer<Capability<SignalContext>> submit) {
        this.alarm = alarm;
        this.submit = submit;
    }

    @Override
    public Creation<Timer> create(SessionRequest request) {
        return request.caps().count() < SESSION_CAPS.count()
                ? new Creation.InsufficientCaps<>()
                : new Creation.Created<>(new Session());
    }

    @Override
    public void closed(Timer timer) {
        Session session = (Session) timer;
        timeouts.cancel(session);
        session.name(Capability.none());
    }

    /** The alarm went off, perhaps for a timeout that is no longer there. */
    void alarmed() {
        long now = now().orThrow("Asking the alarm for the time");
        timeouts.expire(now, Session::signal);
        armed = UNARMED;
        arm().orThrow("Setting the alarm");
    }

    private Result<Long> now() {
        return alarm.now().map(nanos -> nanos / NANOS);
    }

    /**
     * Sets the alarm for the earliest timeout. An alarm that is set earlier than that stays: it finds nothing to do, and is
     * cheaper than setting it anew for each timeout that is cancelled.
     */
    private Result<Done> arm() {
        OptionalLong earliest = timeouts.earliest();
        if (earliest.isEmpty() || earliest.getAsLong() >= armed) {
            return Result.done();
        }
        Result<Done> set = alarm.set(earliest.getAsLong() * NANOS);
        if (set.isOk()) {
            armed = earliest.getAsLong();
        }
        return set;
    }

    /** Sets a timeout as of now, and the alarm if need be. */
    private Result<Done> set(Setting setting) {
        return now().then(now -> setting.at(now) ? arm() : Result.failed(Failure.INVALID_ARGUMENT));
    }

    /** Sets a timeout at some time; false when the time that it is for cannot be. */
    private interface Setting {
        boolean at(long now);
    }

    private final class Session implements Timer {
        private Capability<SignalContext> signal = Capability.none();

        @Override
        public Result<Long> now() {
            return TimerService.this.now();
        }

        @Override
        public Result<Done> signal(Capability<SignalContext> context) {
            name(context);
            return Result.done();
        }

        void name(Capability<SignalContext> context) {
            signal.release();
            signal = context;
        }

        @Override
        public Result<Done> once(long microseconds) {
            return set(now -> timeouts.once(this, now, microseconds));
        }

        @Override
        public Result<Done> periodic(long microseconds) {
            if (microseconds == 0) {
                timeouts.cancel(this);
                return Result.done();
            }
            // A negative period stays what it is and is refused.
            long period = microseconds > 0 ? Math.max(MIN_PERIOD, microseconds) : microseconds;
            return set(now -> timeouts.periodic(this, now, period));
        }

        void signal() {
            submit.accept(signal);
        }
    }
}
