package org.espalier.examples.plugin;

import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** A function of a plug-in, for its host to call. */
@Rpc("Callback")
public interface Callback {
    /** What the function makes of {@code text}. */
    Result<String> call(String text);
}
