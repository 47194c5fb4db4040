package org.espalier.tests.puppet;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** Where puppets make themselves known to the program. */
@Rpc("Hub")
public interface Hub {
    /** The same capability. */
    Result<Capability<?>> echo(Capability<?> capability);

    /** The puppet that opened this session is there. */
    Result<Done> enlist(Capability<Puppet> puppet);
}
