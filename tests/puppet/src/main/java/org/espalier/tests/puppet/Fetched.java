package org.espalier.tests.puppet;

/**
 * A request that a puppet fetched as a server.
 *
 * @param kind {@code None}, {@code Create}, {@code Upgrade} or {@code Close}, or the name of a failure
 * @param id its number between server and parent
 * @param ram what was donated with it, in bytes
 * @param caps the same in capabilities
 */
public record Fetched(String kind, int id, long ram, long caps) {}
