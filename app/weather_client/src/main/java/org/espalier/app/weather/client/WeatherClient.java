package org.espalier.app.weather.client;

import java.util.Locale;
import org.espalier.app.weather.Weather;
import org.espalier.app.weather.WeatherRpc;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.SignalContext;
import org.espalier.config.Node;
import org.espalier.config.Schema;

/**
 * Asks for the weather of two places, the attributes {@code place} and {@code other} of its configuration, reports rain in the
 * first, waits for the news of it, and ends.
 */
public final class WeatherClient implements Component {
    @Override
    public void construct(Env env) {
        Node config = Schema.of(WeatherClient.class.getResourceAsStream(Schema.RESOURCE))
                .read(env.rom("config").text(), env.log()::warning)
                .orElseThrow(() -> new IllegalStateException("There is no configuration to go by."));
        switch (env.connect(WeatherRpc.TYPE)) {
            case Connect.Connected<Weather>(Connection<Weather> connection) ->
                new Client(env, connection, config.string("place", "Dresden"), config.string("other", "Atlantis"))
                        .start();
            case Connect.Denied<Weather>(String reason) -> leave(env, reason);
            case Connect.OutOfRam<Weather>(RamQuota needed, RamQuota available) ->
                leave(env, needed + " of RAM needed, " + available + " available");
            case Connect.OutOfCaps<Weather>(CapQuota needed, CapQuota available) ->
                leave(env, needed + " capabilities needed, " + available + " available");
        }
    }

    private static void leave(Env env, String reason) {
        env.log().error("no Weather session: " + reason);
        env.exit(1);
    }

    private record Client(Env env, Connection<Weather> connection, String place, String other) {
        void start() {
            ask(place);
            ask(other);
            Capability<SignalContext> news =
                    env.ep().handler(count -> news()).orThrow("Creating the signal handler for news");
            check(connection.session().watch(news));
            Weather.Reading rain = new Weather.Reading(Weather.Sky.RAIN, 4.5);
            env.log().info("I see rain in " + place);
            check(connection.session().report(place, rain));
        }

        private void news() {
            ask(place);
            connection.close();
            env.exit(0);
        }

        private void ask(String name) {
            switch (check(connection.session().forecast(name))) {
                case Weather.Known(Weather.Reading(Weather.Sky sky, double celsius), Weather.Climate climate) ->
                    env.log()
                            .info(String.format(
                                    Locale.ROOT,
                                    "%s: %s, %.1f °C, in a usual year %.1f °C ± %.1f",
                                    name,
                                    sky,
                                    celsius,
                                    climate.mean(),
                                    climate.deviation()));
                case Weather.Unknown(int known) ->
                    env.log().info(name + ": none of the " + known + " places that are known");
            }
        }

        /** The value of a call; a call that fails means that the service is gone, and there is nothing left to do. */
        private <T> T check(Result<T> result) {
            return switch (result) {
                case Result.Ok<T>(T value) -> value;
                case Result.Failed<T>(Failure failure) -> {
                    leave(env, "the service failed with " + failure);
                    throw new IllegalStateException("A component that has exited does not go on.");
                }
            };
        }
    }
}
