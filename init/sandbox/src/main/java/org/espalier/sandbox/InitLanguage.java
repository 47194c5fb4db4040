package org.espalier.sandbox;

import org.espalier.config.SessionPolicy;

/** The names of init's configuration language, as Genode spells them (repos/os/src/init/init.hsd). */
final class InitLanguage {
    private static final Vocabulary NOTHING = Vocabulary.attributes();
    private static final Vocabulary NAMED = Vocabulary.attributes("name");
    private static final Vocabulary SERVICES = NOTHING.many("service", NAMED);

    private static final Vocabulary TARGET = NOTHING.and(Rewriting.ATTRIBUTES).idleAttributes("diag");

    private static final Vocabulary ANY_SERVICE = Vocabulary.attributes(
                    "label", "label_prefix", "label_suffix", "label_last", "unscoped_label")
            .many("parent", TARGET)
            .many("child", TARGET.and("name"))
            .many("any-child", TARGET);

    private static final Vocabulary ROUTE =
            NOTHING.many("service", ANY_SERVICE.and("name")).many("any-service", ANY_SERVICE);

    // What ‘version’ and ‘ld’ say shows at a change of the configuration and at the start of native programs.
    private static final Vocabulary START = Vocabulary.attributes("name", "ram", "caps", "version", "trusted", "ld")
            .and("priority")
            .idleAttributes("managing_system")
            .one("binary", NAMED)
            .many("resource", Vocabulary.attributes("name", "quantum").idleAttributes("preserve"))
            .one("provides", SERVICES)
            .one("route", ROUTE)
            .free("config")
            .one("exit", Vocabulary.attributes("propagate"))
            .one("affinity", Vocabulary.attributes("xpos", "ypos", "width", "height"))
            .one("limits", NOTHING.and(StartReader.LIMITS))
            .one("heartbeat", Vocabulary.attributes("report_after_skipped", "restart_after_skipped"))
            .one("configfile", NAMED);

    private static final Vocabulary FALLBACK_POLICY = NOTHING.one("child", TARGET.and("name"));

    private static final Vocabulary FORWARDED =
            NAMED.many("policy", FALLBACK_POLICY.and(SessionPolicy.CONDITIONS)).one("default-policy", FALLBACK_POLICY);

    private static final Vocabulary REPORT = Vocabulary.attributes("ids", "requested", "provided", "session_args")
            .and("child_ram", "child_caps", "init_ram", "init_caps", "delay_ms", "buffer");

    static final Vocabulary CONFIG = Vocabulary.attributes("prio_levels", "version")
            .idleAttributes("verbose", "ld_verbose")
            .one("heartbeat", Vocabulary.attributes("rate_ms"))
            .one("affinity-space", Vocabulary.attributes("width", "height"))
            .one("parent-provides", SERVICES)
            .one("default-route", ROUTE)
            .one("default", Vocabulary.attributes("ram", "caps"))
            .many("start", START)
            .one("report", REPORT)
            .many("resource", Vocabulary.attributes("name", "preserve"))
            .many("service", FORWARDED)
            .many("alias", Vocabulary.attributes("name", "child"))
            .idleNodes("log");

    private InitLanguage() {}
}
