package org.espalier.tests.puppet;

import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.Message;
import org.espalier.base.Parent;
import org.espalier.base.ParentRpc;

/** Makes the puppet known to the program, and goes to sleep. */
public final class Start implements Component {
    /** The index of the parent's object in every capability space, which components are not told. */
    private static final int PARENT = 1;

    private static final int ECHO = 0;

    @Override
    public void construct(Env env) {
        Connection<Hub> hub = env.connect(HubRpc.TYPE).orThrow();
        Parent parent = ParentRpc.TYPE.stub(Capability.cast(parent(hub.capability())));
        Actor actor = new Actor(env, parent);
        hub.session()
                .enlist(env.ep().manage(PuppetRpc.TYPE, actor).orThrow("Making the puppet"))
                .orThrow("Enlisting");
        hub.close();
    }

    /** A puppet acts on its parent step by step, which the environment does not offer; so it makes up the index. */
    private static Capability<?> parent(Capability<Hub> hub) {
        Message message = hub.request(ECHO);
        message.putCapability(hub);
        message.setCaps(new int[] {PARENT}, 1);
        if (!hub.call(message, 1)) {
            throw new IllegalStateException("The program did not return the parent's object: " + message.word());
        }
        return message.getCapability();
    }
}
