package org.espalier.check;

import java.util.Optional;
import org.espalier.base.Label;
import org.espalier.config.Node;
import org.espalier.sandbox.ChildSpec;
import org.jspecify.annotations.Nullable;

/** One child in the tree. Belongs to one check. */
final class Part {
    final int number;
    final Host host;
    final ChildSpec spec;
    final String path;
    /** The program, as far as it is known which one it is. */
    Program program = new Program.Unknown("is not known before the system runs");

    Optional<Node> config = Optional.empty();
    Declared declared = Declared.NOTHING;
    /** What it is the parent of, as far as that is known. */
    @Nullable Host inner;

    /** Why it cannot be started. */
    @Nullable Mistake obstacle;

    Part(int number, Host host, ChildSpec spec) {
        this.number = number;
        this.host = host;
        this.spec = spec;
        this.path = host.self == null
                ? spec.name()
                : new Label(spec.name()).under(host.path).text();
    }

    String name() {
        return spec.name();
    }

    boolean isKnown() {
        return program instanceof Program.Known;
    }

    /** Whether it can be started, as far as it goes itself. */
    boolean canStart() {
        return obstacle == null;
    }

    @Override
    public String toString() {
        return path;
    }
}
