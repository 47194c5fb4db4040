package org.espalier.tests.hostile;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** A service to try things on. */
@Rpc("Probe")
public interface Probe {
    /** The sum. */
    Result<Integer> add(int a, int b);

    /** The text. */
    Result<String> echo(String text);

    /** Takes a capability, calls it as a Probe, and gives it up; what the call yielded. */
    Result<Integer> use(Capability<Probe> capability);

    /** Calls {@code other} with itself as the next, without end; how deep that went. */
    Result<Integer> relay(Capability<Probe> other, Capability<Probe> self, int depth);

    /** Takes a capability and keeps it. */
    Result<Done> keep(Capability<Probe> capability);
}
