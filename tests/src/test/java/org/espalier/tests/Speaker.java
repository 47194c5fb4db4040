package org.espalier.tests;

import org.espalier.base.Component;
import org.espalier.base.Env;

/** Says something that no verified component can know. */
public final class Speaker implements Component {
    @Override
    public void construct(Env env) {
        env.log().info("the line ends with " + System.lineSeparator().length());
    }
}
