package org.espalier.os.test.hostile;

import java.util.ArrayList;
import java.util.List;
import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Dataspace;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.Report;
import org.espalier.base.ReportRpc;
import org.espalier.base.Reporter;
import org.espalier.base.Rom;
import org.espalier.base.RomRpc;
import org.espalier.base.SessionOptions;

/** Reports and reads as much as there is quota for, more than once, and leaves most of it open. */
public final class ReportFlood implements Component {
    @Override
    public void construct(Env env) {
        env.log().info("begins");
        for (String size : List.of("0", "-1", "x", "99999999999999999999", "1073741825")) {
            env.connect(ReportRpc.TYPE, SessionOptions.DEFAULT.label("bad").parameter(Reporter.BUFFER_SIZE, size));
        }
        // Reports of no interest to anybody, which must not stay when they are closed.
        for (int i = 0; i < 30; i++) {
            open(env, "junk" + i, 64 * RamQuota.PAGE).ifPresent(Reporter::close);
        }
        List<Connection<Rom>> readers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            if (env.connect(RomRpc.TYPE, SessionOptions.DEFAULT.label("state"))
                    instanceof Connect.Connected<Rom>(Connection<Rom> rom)) {
                readers.add(rom);
            }
        }
        open(env, "state", 16 * RamQuota.PAGE).ifPresent(reporter -> {
            for (int pages = 0; pages < 16; pages += 3) {
                reporter.report(new byte[(int) (pages * RamQuota.PAGE)]);
                readers.forEach(reader -> read(env, reader));
            }
        });
        if (env.connect(ReportRpc.TYPE, SessionOptions.DEFAULT.label("raw"))
                instanceof Connect.Connected<Report>(Connection<Report> raw)) {
            raw.session().submit(-1);
            raw.session().submit(Long.MAX_VALUE);
            raw.session().submit(RamQuota.PAGE + 1);
            Garbage.send(env, raw.capability());
        }
        readers.stream().findFirst().ifPresent(reader -> Garbage.send(env, reader.capability()));
        env.log().info("all was tried");
    }

    private static java.util.Optional<Reporter> open(Env env, String name, long size) {
        RamQuota bytes = new RamQuota(size);
        return Reporter.connect(env, name, bytes) instanceof Connect.Connected<Report>(Connection<Report> connection)
                ? java.util.Optional.of(Reporter.attach(env, connection, bytes).orThrow("Attaching a report"))
                : java.util.Optional.empty();
    }

    private static void read(Env env, Connection<Rom> reader) {
        for (int i = 0; i < 5; i++) {
            Capability<Dataspace> dataspace = reader.session().dataspace().orElse(Capability.none());
            dataspace.release();
            env.ep().handler(count -> {}).then(context -> reader.session().signal(context));
        }
    }
}
