package org.espalier.base;

/**
 * What a debtor could not pay back at once; zero when it paid all.
 *
 * @param ram RAM owed
 * @param caps capabilities owed
 */
public record Owed(RamQuota ram, CapQuota caps) {}
