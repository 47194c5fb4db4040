package org.espalier.os.test.parent;

import org.espalier.base.AttachedRom;
import org.espalier.base.CapQuota;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.config.ConfigReader;
import org.espalier.config.ReadResult;
import org.espalier.sandbox.InitConfig;
import org.espalier.sandbox.Listener;
import org.espalier.sandbox.Sandbox;
import org.espalier.sandbox.SandboxEnv;
import org.espalier.sandbox.Trading;

/** An init that asks its child {@code dummy} for 256K of RAM and 10 capabilities whenever its own configuration changes. */
public final class AskingParent implements Component {
    @Override
    public void construct(Env env) {
        AttachedRom config = env.rom("config");
        if (!(ConfigReader.read("config", config.text()) instanceof ReadResult.Parsed parsed)) {
            throw new IllegalStateException("The configuration of a test is well formed.");
        }
        InitConfig init = InitConfig.of(parsed.root());
        Sandbox sandbox = new Sandbox(SandboxEnv.of(env), new Listener() {}, Trading.NOTHING);
        config.onUpdate(env.ep(), count -> sandbox.askBack("dummy", new RamQuota(256 << 10), new CapQuota(10)))
                .orThrow("Watching the configuration");
        sandbox.apply(init.parentProvides(), init.children());
    }
}
