package org.espalier.rom;

import java.util.Optional;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Rom;
import org.espalier.base.SignalContext;

/**
 * A ROM session. Its donation pays for a copy of the content, made when the client asks; so what a client has seen stays as it
 * is until it asks again, whatever becomes of the module. A content that the donation does not cover fails with {@link
 * Failure#OUT_OF_RAM} until the client donates more.
 */
final class RomSession implements Rom {
    /** What it costs: its object, the signal that the client names, the copy. */
    static final CapQuota CAPS = new CapQuota(2 + Copy.CAPS.count());

    private final Env env;
    private final RomModule module;
    private final RomService.Use use;
    private RamQuota donated;
    private Optional<Copy> copy = Optional.empty();
    private Capability<SignalContext> signal = Capability.none();
    /** The version in {@link #copy}. */
    private long seen = RomModule.NO_VERSION;

    RomSession(Env env, RomModule module, RomService.Use use, RamQuota donated) {
        this.env = env;
        this.module = module;
        this.use = use;
        this.donated = donated;
        module.add(this);
    }

    @Override
    public Result<Capability<Dataspace>> dataspace() {
        if (seen == module.version()) {
            return Result.ok(copy.map(Copy::readOnly).orElse(Capability.none()));
        }
        if (module.content().isEmpty()) {
            return Result.ok(Capability.none());
        }
        RomContent content = module.content().get();
        RamQuota needed = module.copySize();
        if (needed.bytes() > donated.bytes()) {
            return Result.failed(Failure.OUT_OF_RAM);
        }
        return room(needed).map(place -> {
            content.copyTo(place.memory().view());
            seen = module.version();
            return place.readOnly();
        });
    }

    /** A place for a copy of that size. */
    private Result<Copy> room(RamQuota needed) {
        if (copy.isPresent()) {
            Copy old = copy.get();
            if (old.memory().view().size() >= needed.bytes()) {
                return Result.ok(old);
            }
            Result<Done> freed = old.free();
            if (freed instanceof Result.Failed<Done>(Failure failure)) {
                return Result.failed(failure);
            }
            copy = Optional.empty();
            seen = RomModule.NO_VERSION;
        }
        Result<Copy> fresh = Copy.allocate(env, needed.bytes());
        copy = fresh.map(Optional::of).orElse(Optional.empty());
        return fresh;
    }

    @Override
    public Result<Done> signal(Capability<SignalContext> context) {
        signal.release();
        signal = context;
        if (seen != module.version()) {
            tellOfNews();
        }
        return Result.done();
    }

    /** Signals that there is something new to ask for. */
    void tellOfNews() {
        env.submit(signal);
    }

    void donatedMore(RamQuota ram) {
        donated = new RamQuota(donated.bytes() + ram.bytes());
    }

    void close() {
        module.remove(this);
        copy.ifPresent(Copy::free);
        signal.release();
        use.ended();
    }
}
