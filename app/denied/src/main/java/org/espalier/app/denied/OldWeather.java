package org.espalier.app.denied;

import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** The Weather service as it might have been in an earlier version: of the same name, and with another wire layout. */
@Rpc("Weather")
public interface OldWeather {
    /** The temperature of {@code place} in degrees Celsius. */
    Result<Double> celsius(String place);
}
