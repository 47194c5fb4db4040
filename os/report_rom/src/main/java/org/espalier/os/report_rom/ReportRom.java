package org.espalier.os.report_rom;

import org.espalier.base.AttachedRom;
import org.espalier.base.CapQuota;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.ReportRpc;
import org.espalier.base.RomRpc;
import org.espalier.rom.RomService;

/** The component: offers the services Report and ROM, and follows its configuration. */
public final class ReportRom implements Component {
    /** For what is not a session: the signal of the requests, and what a message brings before it is served. */
    private static final CapQuota RESERVED = new CapQuota(16);

    @Override
    public void construct(Env env) {
        AttachedRom config = env.rom("config");
        Budget budget = Budget.of(env.pd().quotas().orThrow("Asking for the own quota"), RESERVED);
        Reports reports = new Reports(env, budget);
        config.onUpdate(env.ep(), count -> {
                    config.update();
                    apply(env, config, reports);
                })
                .orThrow("Watching the configuration");
        apply(env, config, reports);
        env.announce(ReportRpc.TYPE, new ReportRoot(reports)).orThrow("Announcing the Report service");
        env.announce(RomRpc.TYPE, new RomService(env, reports)).orThrow("Announcing the ROM service");
    }

    private static void apply(Env env, AttachedRom config, Reports reports) {
        Policies.read(config.text(), notice -> env.log().warning(notice)).ifPresent(reports::apply);
    }
}
