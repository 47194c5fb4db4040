package org.espalier.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;
import org.espalier.config.Node;
import org.junit.jupiter.api.Test;

/** A component costs what a component costs, however many others there are. */
final class CheckScaleTest {
    private static final int SMALL = 100;
    private static final int LARGE = 10_000;

    private static Systems systems() {
        Systems systems = new Systems();
        systems.with(
                "worker",
                "<requires> <service name=\"ROM\" label=\"config\"/> <service name=\"NIC\"/>"
                        + " <service name=\"Echo\" optional=\"yes\"/> </requires>",
                "<provides> <service name=\"NIC\"/> <service name=\"Echo\"/> </provides>");
        return systems;
    }

    /** Children that log to core and of which each has a session with the one before it and may have one with anybody. */
    private static String flat(int children) {
        StringBuilder text = new StringBuilder("<config>").append(Systems.PARENT);
        for (int i = 0; i < children; i++) {
            text.append("<start name=\"c")
                    .append(i)
                    .append("\" ram=\"1K\" caps=\"1\"> <binary name=\"worker\"/> <provides>")
                    .append(
                            " <service name=\"NIC\"/> <service name=\"Echo\"/> </provides> <route> <service name=\"NIC\">");
            text.append(i == 0 ? " <parent/>" : " <child name=\"c" + (i - 1) + "\"/>")
                    .append(" </service> <service name=\"Echo\"> <any-child/> </service>")
                    .append(" <any-service> <parent/> </any-service> </route> </start>\n");
        }
        return text.append("</config>").toString();
    }

    private static String nested(int children, int perInit) {
        StringBuilder text = new StringBuilder("<config>").append(Systems.PARENT);
        for (int i = 0; i < children / perInit; i++) {
            text.append("<start name=\"i")
                    .append(i)
                    .append("\" ram=\"1G\" caps=\"1000\"> <binary name=\"init\"/>")
                    .append(" <route> <any-service> <parent/> </any-service> </route> ")
                    .append(flat(perInit - 1))
                    .append("</start>\n");
        }
        return text.append("</config>").toString();
    }

    private static Check check(Node config) {
        return Check.of(new SystemPlan(config, new RamQuota(1L << 40), new CapQuota(1L << 40), withNic()), systems());
    }

    private static Set<String> withNic() {
        Set<String> services = new HashSet<>(Systems.CORE);
        services.add("NIC");
        return services;
    }

    private static double microsPerComponent(Node config, int repetitions) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < repetitions; i++) {
            long begin = System.nanoTime();
            Check check = check(config);
            best = Math.min(
                    best,
                    (System.nanoTime() - begin) / 1000.0 / check.components().size());
        }
        return best;
    }

    @Test
    void tenThousandComponentsCostNoMoreEachThanAHundred() {
        for (String shape : List.of("flat", "nested")) {
            boolean flat = shape.equals("flat");
            Node small = Systems.parse("small", flat ? flat(SMALL) : nested(SMALL, 10));
            Node large = Systems.parse("large", flat ? flat(LARGE) : nested(LARGE, 10));
            // The compiler is to have done its work before time counts.
            double few = microsPerComponent(small, 200);
            double many = microsPerComponent(large, 4);
            System.out.println(String.format(
                    Locale.ROOT, "%s: %.1f µs for each of %d, %.1f µs for each of %d", shape, few, SMALL, many, LARGE));
            // Cache misses and the collector are worth something; a search through all siblings would be a hundred
            // times.
            assertThat(many).as(shape).isLessThan(few * 8);
            assertThat(many * LARGE / 1e6).as(shape + ", seconds").isLessThan(10);
        }
    }
}
