package org.espalier.app.weather.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Statistic;
import org.espalier.app.weather.Weather;

/**
 * What the server knows, by place. The table is a resource of its JAR, and the statistics are those of a library from elsewhere,
 * merged into the JAR.
 */
final class Places {
    private static final String TABLE = "climate.csv";

    private final Map<String, Weather.Known> known = new HashMap<>();

    private Places() {}

    static Places read() {
        Places places = new Places();
        try (InputStream table = Places.class.getResourceAsStream(TABLE)) {
            if (table == null) {
                throw new IllegalStateException("The resource " + TABLE + " is missing from the component's JAR.");
            }
            new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(places::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return places;
    }

    private void add(String line) {
        String[] fields = line.split(",", -1);
        double[] months = new double[fields.length - 2];
        for (int i = 0; i < months.length; i++) {
            months[i] = Double.parseDouble(fields[i + 2]);
        }
        DoubleStatistics year = DoubleStatistics.of(EnumSet.of(Statistic.MEAN, Statistic.STANDARD_DEVIATION), months);
        Weather.Climate climate =
                new Weather.Climate(year.getAsDouble(Statistic.MEAN), year.getAsDouble(Statistic.STANDARD_DEVIATION));
        known.put(
                fields[0],
                new Weather.Known(new Weather.Reading(Weather.Sky.valueOf(fields[1]), climate.mean()), climate));
    }

    int count() {
        return known.size();
    }

    Weather.Forecast forecast(String place) {
        Weather.Known entry = known.get(place);
        return entry == null ? new Weather.Unknown(known.size()) : entry;
    }

    /** Keeps a report; false for a place that is not known, of which nothing is kept: memory is the server's own. */
    boolean report(String place, Weather.Reading reading) {
        return known.computeIfPresent(place, (name, before) -> new Weather.Known(reading, before.climate())) != null;
    }
}
