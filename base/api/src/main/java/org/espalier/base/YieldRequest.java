package org.espalier.base;

/**
 * What a parent asks back of its child.
 *
 * @param ram RAM to free
 * @param caps capabilities to free
 */
public record YieldRequest(RamQuota ram, CapQuota caps) {}
