package org.espalier.app.weather.server;

import java.util.HashSet;
import java.util.Set;
import org.espalier.app.weather.Weather;
import org.espalier.app.weather.WeatherRpc;
import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.SignalContext;

/** Serves Weather from a table in its own JAR; reports are kept while it runs. All of it runs in the initial entrypoint. */
public final class WeatherServer implements Component {
    @Override
    public void construct(Env env) {
        Places places = Places.read();
        env.log().info(places.count() + " places are known");
        env.announce(WeatherRpc.TYPE, new Sessions(env, places)).orThrow("Announcing the Weather service");
    }

    private static final class Sessions implements Root<Weather> {
        /** The session's own object, and the signal context that its client may name. */
        private static final int CAPS = 2;

        private final Env env;
        private final Places places;
        private final Set<Session> open = new HashSet<>();

        Sessions(Env env, Places places) {
            this.env = env;
            this.places = places;
        }

        @Override
        public Creation<Weather> create(SessionRequest request) {
            if (request.caps().count() < CAPS) {
                // The client pays for what its session takes; base raises its donation and asks again.
                return new Creation.InsufficientCaps<>();
            }
            env.log().info("session for ‘" + request.label() + "’");
            Session session = new Session(this);
            open.add(session);
            return new Creation.Created<>(session);
        }

        @Override
        public void closed(Weather session) {
            Session ended = (Session) session;
            open.remove(ended);
            ended.watcher.release();
        }

        void news() {
            open.forEach(session -> env.submit(session.watcher));
        }
    }

    private static final class Session implements Weather {
        private final Sessions service;
        private Capability<SignalContext> watcher = Capability.none();

        Session(Sessions service) {
            this.service = service;
        }

        @Override
        public Result<Forecast> forecast(String place) {
            return Result.ok(service.places.forecast(place));
        }

        @Override
        public Result<Boolean> report(String place, Reading reading) {
            boolean known = service.places.report(place, reading);
            if (known) {
                service.news();
            }
            return Result.ok(known);
        }

        @Override
        public Result<Done> watch(Capability<SignalContext> changed) {
            watcher.release();
            watcher = changed;
            return Result.done();
        }
    }
}
