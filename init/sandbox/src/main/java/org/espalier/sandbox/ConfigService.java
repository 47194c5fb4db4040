package org.espalier.sandbox;

import java.util.HashMap;
import java.util.Map;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Rom;
import org.espalier.base.RomRpc;
import org.espalier.base.ServerAnswer;
import org.espalier.base.SessionArguments;

/** Serves a child's configuration as its ROM module {@code config}. */
final class ConfigService implements LocalService {
    /** The object, the signal that the client names, the memory and its read-only name with their slots, one attachment. */
    private static final int CAPS = 8;

    private final Sandbox sandbox;
    private final Child child;
    private final Map<Integer, ConfigRom> sessions = new HashMap<>();

    ConfigService(Sandbox sandbox, Child child) {
        this.sandbox = sandbox;
        this.child = child;
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
        request.answer(answer(arguments));
    }

    private ServerAnswer answer(SessionArguments arguments) {
        if (arguments.ram().bytes() < ConfigRom.size(child.config).bytes()) {
            return new ServerAnswer.InsufficientRam();
        }
        if (arguments.caps().count() < CAPS) {
            return new ServerAnswer.InsufficientCaps();
        }
        ConfigRom rom = new ConfigRom(sandbox, child);
        return switch (sandbox.env().ep().manage(RomRpc.TYPE, rom)) {
            case Result.Ok<Capability<Rom>>(Capability<Rom> capability) -> {
                sessions.put(capability.index(), rom);
                child.configRoms.add(rom);
                yield new ServerAnswer.Created(capability);
            }
            case Result.Failed<Capability<Rom>>(Failure failure) -> new ServerAnswer.InsufficientCaps();
        };
    }

    @Override
    public void upgrade(Capability<?> session, RamQuota ram, CapQuota caps) {}

    @Override
    public void close(Capability<?> session, Runnable closed) {
        ConfigRom rom = sessions.remove(session.index());
        sandbox.env().ep().dissolve(session);
        if (rom != null) {
            child.configRoms.remove(rom);
            rom.close();
        }
        closed.run();
    }
}
