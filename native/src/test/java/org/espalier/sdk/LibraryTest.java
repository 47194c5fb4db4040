package org.espalier.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.espalier.app.weather.Weather;
import org.espalier.app.weather.WeatherRpc;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.LayoutMismatch;
import org.espalier.base.Message;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.ServerAnswer;
import org.espalier.base.ServerRequest;
import org.espalier.base.SessionArguments;
import org.espalier.base.SessionState;
import org.espalier.base.SignalContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Native components speak with their parent, their servers and their clients as Java components do. */
@Timeout(300)
class LibraryTest {
    @TempDir
    private static Path folder;

    private static Path hello;
    private static Path client;
    private static Path server;

    @BeforeAll
    static void compile() {
        Programs.assumeCompiler();
        hello = Programs.component(folder, "hello", "components/hello.c");
        client = Programs.component(folder, "weather_client", "components/weather_client.c");
        server = Programs.component(folder, "weather_server", "components/weather_server.c");
    }

    /** A server of Weather in Java, which knows one place. */
    private static final class Station implements Weather {
        private final PlayedParent parent;
        private Reading reading = new Reading(Sky.SUN, 10.04);
        private Capability<SignalContext> watcher = Capability.none();

        Station(PlayedParent parent) {
            this.parent = parent;
        }

        @Override
        public Result<Forecast> forecast(String place) {
            return Result.ok(place.equals("Tromsø & <Ö>") ? new Known(reading, new Climate(10, 6.96)) : new Unknown(1));
        }

        @Override
        public Result<Boolean> report(String place, Reading seen) {
            reading = seen;
            parent.entrypoint().submit(watcher);
            return Result.ok(true);
        }

        @Override
        public Result<Done> watch(Capability<SignalContext> changed) {
            watcher = changed;
            return Result.done();
        }
    }

    @Test
    void helloWritesItsLineAndEnds() throws Exception {
        try (PlayedKernel kernel = new PlayedKernel(hello, folder)) {
            PlayedParent parent = new PlayedParent(kernel, "<config/>");
            kernel.run();
            assertThat(parent.log).hasToString("Hello from a component that has nothing but its environment.\n");
            assertThat(parent.exitValue()).isZero();
            assertThat(kernel.end()).contains(new PlayedKernel.End(true, ""));
            assertThat(kernel.exitValue()).isZero();
        }
    }

    @Test
    void aClientRaisesItsDonationWaitsAndCallsAServerInJava() throws Exception {
        try (PlayedKernel kernel = new PlayedKernel(client, folder)) {
            PlayedParent parent = new PlayedParent(
                    kernel,
                    "<?xml version=\"1.0\"?>\n<!-- a place --><config other=\"Atlantis\" place='Troms&#xF8; &amp; &lt;Ö&gt;'/>");
            parent.serve(WeatherRpc.TYPE, new Station(parent));
            parent.refusals.put(
                    "Weather",
                    new ArrayDeque<>(List.of(
                            new SessionState.InsufficientCaps(),
                            new SessionState.InsufficientRam(),
                            new SessionState.InsufficientRam(),
                            new SessionState.Pending())));
            kernel.run();
            assertThat(kernel.end()).as("waits for its session").isEmpty();
            parent.openPending();
            assertThat(parent.log).hasToString("""
                            Tromsø & <Ö>: SUN, 10.0 °C, in a usual year 10.0 °C ± 7.0
                            Atlantis: none of the 1 places that are known
                            I see rain in Tromsø & <Ö>
                            Tromsø & <Ö>: RAIN, 4.5 °C, in a usual year 10.0 °C ± 7.0
                            """);
            assertThat(parent.opened)
                    .filteredOn(each -> each.service().equals("Weather"))
                    .containsExactly(weather(0, 4), weather(0, 8), weather(4096, 8), weather(8192, 8));
            assertThat(parent.closed).as("the module and the session").containsExactly(1, 5);
            assertThat(parent.exitValue()).isZero();
            assertThat(kernel.held()).as("the environment is what is left").isEqualTo(2);
            assertThat(kernel.exitValue()).isZero();
        }
    }

    private static SessionArguments weather(long ram, long caps) {
        return new SessionArguments("Weather", "", "", new RamQuota(ram), new CapQuota(caps), WeatherRpc.TYPE.layout());
    }

    @Test
    void aClientThatIsDeniedItsSessionSaysWhy() throws Exception {
        try (PlayedKernel kernel = new PlayedKernel(client, folder)) {
            PlayedParent parent = new PlayedParent(kernel, "<config/>");
            kernel.run();
            assertThat(parent.log).hasToString("Error: no Weather session: Nobody offers Weather.\n");
            assertThat(parent.exitValue()).isEqualTo(1);
            assertThat(kernel.exitValue()).isZero();
        }
    }

    @Test
    void aClientWithoutTheCapabilitiesForItsSessionSaysBothNumbers() throws Exception {
        try (PlayedKernel kernel = new PlayedKernel(client, folder)) {
            PlayedParent parent = new PlayedParent(kernel, "<config/>");
            parent.refusals.put(
                    "Weather", new ArrayDeque<>(List.of(new SessionState.OutOfCaps(new CapQuota(5), new CapQuota(3)))));
            kernel.run();
            assertThat(parent.log).hasToString("Error: no Weather session: 5 capabilities needed, 3 available\n");
            assertThat(kernel.exitValue()).isZero();
        }
    }

    @Test
    void aConfigurationThatIsNoXmlEndsTheComponentWithAReason() throws Exception {
        try (PlayedKernel kernel = new PlayedKernel(client, folder)) {
            PlayedParent parent = new PlayedParent(kernel, "config place: Dresden\n-\n");
            kernel.run();
            assertThat(kernel.end())
                    .contains(new PlayedKernel.End(false, "There is no configuration in XML to go by."));
            assertThat(parent.log).isEmpty();
        }
    }

    private static ServerRequest create(int id, String service, long layout, long caps) {
        return new ServerRequest.Create(
                id, new SessionArguments(service, "client ‘ö’", "a=1, b=2", RamQuota.ZERO, new CapQuota(caps), layout));
    }

    @Test
    void aServerCreatesServesAndEndsSessionsOfAClientInJava() throws Exception {
        long layout = WeatherRpc.TYPE.layout();
        try (PlayedKernel kernel = new PlayedKernel(server, folder)) {
            PlayedParent parent = new PlayedParent(kernel, "<config/>");
            kernel.run();
            assertThat(parent.announced).containsEntry("Weather", layout);
            assertThat(parent.lives()).isTrue();

            assertThat(parent.request(create(1, "Weather", layout, 1))).isEqualTo(new ServerAnswer.InsufficientCaps());
            assertThat(parent.request(create(2, "Weather", layout + 1, 4)))
                    .isEqualTo(new ServerAnswer.Denied(LayoutMismatch.message("Weather", layout + 1, layout)));
            assertThat(parent.request(create(3, "Climate", layout, 4)))
                    .isEqualTo(new ServerAnswer.Denied("Service ‘Climate’ is not offered here."));

            ServerAnswer.Created created = (ServerAnswer.Created) parent.request(create(4, "Weather", layout, 4));
            Capability<Weather> session = Capability.cast(created.session());
            Weather weather = WeatherRpc.TYPE.stub(session);
            Weather.Known known = (Weather.Known) weather.forecast("Tromsø").orThrow("Asking");
            assertThat(known.reading().sky()).isEqualTo(Weather.Sky.SNOW);
            assertThat(known.climate().mean()).isCloseTo(3.25, within(1e-9));
            assertThat(known.climate().deviation()).isCloseTo(5.765335281585184, within(1e-9));
            assertThat(weather.forecast("Ys")).isEqualTo(Result.ok(new Weather.Unknown(4)));

            List<Integer> news = new ArrayList<>();
            Capability<SignalContext> watcher =
                    parent.entrypoint().handler(news::add).orThrow("Making a handler");
            assertThat(weather.watch(watcher)).isEqualTo(Result.done());
            Weather.Reading hot = new Weather.Reading(Weather.Sky.SUN, 41.5);
            assertThat(weather.report("Quito", hot)).isEqualTo(Result.ok(true));
            assertThat(weather.report("Ys", hot)).isEqualTo(Result.ok(false));
            kernel.run();
            assertThat(news).containsExactly(1);
            assertThat(((Weather.Known) weather.forecast("Quito").orThrow("Asking")).reading())
                    .isEqualTo(hot);

            assertThat(call(session, kernel, 3, 0))
                    .as("no such operation")
                    .isEqualTo(Failure.UNKNOWN_OPERATION.status());
            assertThat(call(session, kernel, 0, 3)).as("half a length").isEqualTo(Failure.MALFORMED.status());

            assertThat(parent.request(new ServerRequest.Upgrade(4, RamQuota.ZERO, new CapQuota(1))))
                    .isEqualTo(new ServerAnswer.Upgraded());
            assertThat(parent.request(new ServerRequest.Close(4))).isEqualTo(new ServerAnswer.Closed());
            assertThat(weather.forecast("Quito")).isEqualTo(Result.failed(Failure.GONE));
            assertThat(parent.log).hasToString("4 places are known\nsession for ‘client ‘ö’’\n");
            assertThat(kernel.held()).as("the environment is what is left").isEqualTo(2);
            assertThat(kernel.exitValue()).isZero();
        }
    }

    /** A request that no stub writes: so many bytes of zeroes. */
    private static int call(Capability<?> session, PlayedKernel kernel, int operation, int bytes) {
        Message message = session.request(operation);
        for (int i = 0; i < bytes; i++) {
            message.putByte((byte) 0);
        }
        return kernel.call(message, session.index(), 0);
    }

    @Test
    void aServerHasAsManySessionsAsItHasRoomForAndThenDenies() throws IOException, InterruptedException {
        long layout = WeatherRpc.TYPE.layout();
        try (PlayedKernel kernel = new PlayedKernel(server, folder)) {
            PlayedParent parent = new PlayedParent(kernel, "<config/>");
            kernel.run();
            for (int id = 1; id <= 64; id++) {
                assertThat(parent.request(create(id, "Weather", layout, 4))).isInstanceOf(ServerAnswer.Created.class);
            }
            assertThat(parent.request(create(65, "Weather", layout, 4)))
                    .isEqualTo(new ServerAnswer.Denied("All sessions of this server are taken."));
            assertThat(parent.request(new ServerRequest.Close(7))).isEqualTo(new ServerAnswer.Closed());
            assertThat(parent.request(create(66, "Weather", layout, 4))).isInstanceOf(ServerAnswer.Created.class);
            assertThat(kernel.exitValue()).isZero();
        }
    }
}
