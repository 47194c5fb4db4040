package org.espalier.examples.plugin;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** What the program offers to its plug-ins. */
@Rpc("Host")
public interface Host {
    /** Shows a line to whoever uses the program. */
    Result<Done> line(String text);

    /** Adds to the sum that the program keeps over all plug-ins, and returns it. */
    Result<Long> add(long amount);

    /** Offers a function under a name that is not taken; false if it is. It is gone with the plug-in that offered it. */
    Result<Boolean> offer(String name, Capability<Callback> function);

    /** Has the program call the function {@code name}, whoever offered it. */
    Result<Answer> ask(String name, String text);

    /** What became of a question. */
    sealed interface Answer permits Said, Nobody, Failed {}

    /** The function said {@code text}. */
    record Said(String text) implements Answer {}

    /** Nobody offers a function of that name. */
    record Nobody() implements Answer {}

    /** The function is there and did not answer. */
    record Failed(Failure reason) implements Answer {}
}
