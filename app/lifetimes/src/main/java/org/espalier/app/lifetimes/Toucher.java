package org.espalier.app.lifetimes;

import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.View;

/** Touches pages that are another component's to fill, and again after that has dropped them. */
final class Toucher {
    private Toucher() {}

    static void start(Env env) {
        Pages pages = env.connect(PagesRpc.TYPE).orThrow().session();
        View view = env.rm()
                .attach(pages.dataspace().orThrow("Asking for the pages"))
                .orThrow("Attaching the pages");
        view.putLong(8, 41);
        env.log().info("page 0 says " + view.getLong(0) + " and " + view.getLong(8));
        env.log().info("page 17 says " + view.getLong(17 * RamQuota.PAGE));
        pages.drop().orThrow("Dropping the pages");
        env.log().info("after they were dropped, page 0 says " + view.getLong(0) + " and " + view.getLong(8));
        env.exit(0);
    }
}
