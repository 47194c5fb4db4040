package org.espalier.rom;

import org.espalier.base.CapQuota;
import org.espalier.base.Env;
import org.espalier.base.Label;
import org.espalier.base.RamQuota;
import org.espalier.base.Rom;
import org.espalier.base.Root;

/**
 * The ROM service over {@link RomModule}s. A session costs seven capabilities and the memory of one copy of the content, and the
 * client's donation must cover both. Confined to the entrypoint that announces it.
 */
public final class RomService implements Root<Rom> {
    private final Env env;
    private final Library library;

    /** Says which module a session reads. */
    public interface Library {
        /** The module for a session of that label. */
        Lookup find(Label label);
    }

    /** What a {@link Library} has for a label. */
    public sealed interface Lookup {
        /**
         * This one.
         *
         * @param use is told when the session begins and ends
         */
        record Found(RomModule module, Use use) implements Lookup {}

        /** None, for a reason that reaches the client. */
        record Denied(String reason) implements Lookup {}
    }

    /** The time that a session takes. */
    public interface Use {
        /** The session is open; its client knows nothing of it yet. */
        default void begun() {}

        /** The session is closed, or does not come about. */
        void ended();
    }

    /** A service that serves what {@code library} has. */
    public RomService(Env env, Library library) {
        this.env = env;
        this.library = library;
    }

    @Override
    public Creation<Rom> create(SessionRequest request) {
        return switch (library.find(request.label())) {
            case Lookup.Denied(String reason) -> new Creation.Denied<>(reason);
            case Lookup.Found found -> {
                Creation<Rom> creation = create(request, found);
                if (creation instanceof Creation.Created<Rom>) {
                    found.use().begun();
                } else {
                    found.use().ended();
                }
                yield creation;
            }
        };
    }

    private Creation<Rom> create(SessionRequest request, Lookup.Found found) {
        if (request.ram().bytes() < found.module().copySize().bytes()) {
            return new Creation.InsufficientRam<>();
        }
        if (request.caps().count() < RomSession.CAPS.count()) {
            return new Creation.InsufficientCaps<>();
        }
        return new Creation.Created<>(new RomSession(env, found.module(), found.use(), request.ram()));
    }

    @Override
    public void upgraded(Rom session, RamQuota ram, CapQuota caps) {
        ((RomSession) session).donatedMore(ram);
    }

    @Override
    public void closed(Rom session) {
        ((RomSession) session).close();
    }
}
