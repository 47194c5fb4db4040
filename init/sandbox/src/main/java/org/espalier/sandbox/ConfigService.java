package org.espalier.sandbox;

import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Entrypoint;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Rom;
import org.espalier.base.RomRpc;
import org.espalier.base.ServerAnswer;
import org.espalier.base.SessionArguments;

/** Serves a child's configuration as its ROM module {@code config}. */
final class ConfigService implements LocalService {
    /** The object, the signal that its client names, and what hands out the memory. */
    private static final int CAPS = 5;

    private final Entrypoint ep;
    private final ConfigRom rom;

    ConfigService(Entrypoint ep, ConfigRom rom) {
        this.ep = ep;
        this.rom = rom;
    }

    @Override
    public String name() {
        return RomRpc.TYPE.name();
    }

    @Override
    public long layout() {
        return RomRpc.TYPE.layout();
    }

    @Override
    public void create(SessionArguments arguments, Request request) {
        if (arguments.caps().count() < CAPS) {
            request.answer(new ServerAnswer.InsufficientCaps());
            return;
        }
        Result<Capability<Rom>> managed = ep.manage(RomRpc.TYPE, rom);
        request.answer(
                switch (managed) {
                    case Result.Ok<Capability<Rom>>(Capability<Rom> capability) -> new ServerAnswer.Created(capability);
                    case Result.Failed<Capability<Rom>>(Failure failure) -> new ServerAnswer.InsufficientCaps();
                });
    }

    @Override
    public void upgrade(Capability<?> session, RamQuota ram, CapQuota caps) {}

    @Override
    public void close(Capability<?> session) {
        ep.dissolve(session);
        rom.close();
    }
}
