package org.espalier.testkit;

/** A rule that must hold for every value; it says no by throwing, usually through an assertion. */
@FunctionalInterface
public interface Property<T> {

    /** Returns if the rule holds for {@code value}. Called again and again with smaller values once it has failed. */
    void check(T value) throws Throwable;
}
