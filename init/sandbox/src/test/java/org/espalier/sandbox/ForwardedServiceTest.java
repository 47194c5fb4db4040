package org.espalier.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which child serves whom, of those who ask from outside. */
final class ForwardedServiceTest {
    /** Children by the services that they provide. */
    private record Known(Map<String, Set<String>> provided) implements Router.Children {
        @Override
        public Optional<Set<String>> provides(String child) {
            return Optional.ofNullable(provided.get(child));
        }

        @Override
        public Collection<String> providers(String service) {
            return List.of();
        }
    }

    private static final Router ROUTER = new Router(
            service -> false, new Known(Map.of("a", Set.of("LOG"), "b", Set.of("LOG"), "other", Set.of("ROM"))));

    private static Router.Forward forward(String label, String... policies) {
        List<ForwardedService> services = Configs.read(
                        "<config> <service name=\"LOG\">", String.join("\n", policies), "</service> </config>")
                .services();
        return ROUTER.forward(Optional.of(services.getFirst()), label);
    }

    @Test
    void theStrongestPolicyChoosesTheChild() {
        String[] policies = {
            "<policy label_suffix=\"x\"> <child name=\"other\"/> </policy>",
            "<policy label_prefix=\"shell\"> <child name=\"b\"/> </policy>",
            "<policy label=\"shell -> x\"> <child name=\"a\" label=\"mine\"/> </policy>"
        };
        assertThat(forward("shell -> x", policies)).isEqualTo(new Router.Forward.ToChild("a", "mine"));
        assertThat(forward("shell -> y", policies)).isEqualTo(new Router.Forward.ToChild("b", "shell -> y"));
        assertThat(forward("app -> x", policies)).isInstanceOf(Router.Forward.Awaits.class);
    }

    @Test
    void whomNoPolicySpeaksOfIsDenied() {
        assertThat(forward("shell", "<policy label=\"other\"> <child name=\"a\"/> </policy>"))
                .isEqualTo(new Router.Forward.Denied("init.config:1:10: service LOG has no policy for label ‘shell’."));
        assertThat(ROUTER.forward(Optional.empty(), "shell")).isInstanceOf(Router.Forward.Denied.class);
    }

    @Test
    void aChildThatIsNotThereOrDoesNotProvideTheServiceIsAwaited() {
        assertThat(forward("x", "<default-policy> <child name=\"later\"/> </default-policy>"))
                .isInstanceOf(Router.Forward.Awaits.class);
        assertThat(forward("x", "<default-policy> <child name=\"other\"/> </default-policy>"))
                .isInstanceOf(Router.Forward.Awaits.class);
    }

    @Test
    void policiesForNobodyAndToNobodyAreTold() {
        assertThat(Configs.notices(
                        "<config> <service name=\"LOG\">",
                        "<policy> <child name=\"a\"/> </policy>",
                        "<policy label=\"x\"/>",
                        "<default-policy> <chld name=\"a\"/> </default-policy>",
                        "</service> <service name=\"LOG\"/> <service/> </config>"))
                .containsExactly(
                        "init.config:2:1: <policy> has none of ‘label’, ‘label_prefix’ and ‘label_suffix’, and so is for nobody",
                        "init.config:3:1: <policy> names no <child>, and so denies",
                        "init.config:4:1: <default-policy> names no <child>, and so denies",
                        "init.config:4:18: unknown node <chld>; did you mean <child>?",
                        "init.config:5:12: service ‘LOG’ is passed on by init.config:1:10 already; this one is left out",
                        "init.config:5:34: <service> has no name; it is left out");
    }
}
