package org.espalier.tests.puppet;

/**
 * What came of an operation.
 *
 * @param kind {@code Ok}, or the name of the state, the refusal or the failure
 * @param value what it yielded, mostly the number of a capability that the puppet holds from now on; 0 for none
 */
public record Told(String kind, int value) {}
