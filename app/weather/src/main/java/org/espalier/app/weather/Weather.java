package org.espalier.app.weather;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;
import org.espalier.base.SignalContext;

/** The Weather service: what is known of some places, what anybody reports of them, and a signal when there is news. */
@Rpc("Weather")
public interface Weather {
    /** What the sky looks like. */
    enum Sky {
        SUN,
        CLOUDS,
        RAIN,
        SNOW
    }

    /**
     * What somebody saw.
     *
     * @param sky what the sky looked like
     * @param celsius the temperature in degrees Celsius
     */
    record Reading(Sky sky, double celsius) {}

    /**
     * What a year is like.
     *
     * @param mean the mean of the twelve months in degrees Celsius
     * @param deviation the standard deviation of the months around it
     */
    record Climate(double mean, double deviation) {}

    /** What the service says of a place. */
    sealed interface Forecast permits Known, Unknown {}

    /** The last report, and what is usual. */
    record Known(Reading reading, Climate climate) implements Forecast {}

    /**
     * The service does not know the place.
     *
     * @param known how many it knows
     */
    record Unknown(int known) implements Forecast {}

    /** What is known of {@code place}. */
    Result<Forecast> forecast(String place);

    /** Takes a report and tells who watches; false when the place is not known. */
    Result<Boolean> report(String place, Reading reading);

    /** Names who gets a signal when there is a new report of any place; replaces the one named before. */
    Result<Done> watch(Capability<SignalContext> changed);
}
