package org.espalier.base;

/** The RTC service: the time of day. */
@Rpc("RTC")
public interface Rtc {
    /** The time of day in UTC. */
    Result<Timestamp> now();

    /**
     * A moment in UTC, proleptic Gregorian.
     *
     * @param year the year
     * @param month 1 to 12
     * @param day 1 to 31
     * @param hour 0 to 23
     * @param minute 0 to 59
     * @param second 0 to 59
     * @param microsecond 0 to 999,999
     */
    record Timestamp(int year, int month, int day, int hour, int minute, int second, int microsecond) {}
}
