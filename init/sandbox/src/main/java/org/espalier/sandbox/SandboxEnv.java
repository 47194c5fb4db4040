package org.espalier.sandbox;

import java.util.Optional;
import org.espalier.base.Capability;
import org.espalier.base.Entrypoint;
import org.espalier.base.Env;
import org.espalier.base.Log;
import org.espalier.base.Pd;
import org.espalier.base.RegionMap;

/**
 * What a sandbox needs of the component that hosts it.
 *
 * @param ep where everything of the sandbox runs
 * @param pd the host's protection domain, whose account the children's trade with
 * @param pdCapability the capability of {@code pd}
 * @param rm the host's address space
 * @param log for what a person should know
 * @param component the host as a component with a parent above it; empty when there is none
 */
public record SandboxEnv(
        Entrypoint ep, Pd pd, Capability<Pd> pdCapability, RegionMap rm, Log log, Optional<Env> component) {
    /** The environment of a component that hosts children. */
    public static SandboxEnv of(Env env) {
        return new SandboxEnv(env.ep(), env.pd(), env.pdCapability(), env.rm(), env.log(), Optional.of(env));
    }
}
