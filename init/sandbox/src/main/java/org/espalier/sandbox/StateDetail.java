package org.espalier.sandbox;

/**
 * What a {@link Sandbox#state} tells beside the names of the children; the names are those of Genode's {@code <report>}.
 *
 * @param ids the numbers of the children, which count their starts
 * @param requested the sessions that children have asked for
 * @param provided the sessions that children serve
 * @param sessionArgs the parameters of those sessions
 * @param childRam the RAM of each child
 * @param childCaps the capabilities of each child
 * @param hostRam the RAM of the host
 * @param hostCaps the capabilities of the host
 */
public record StateDetail(
        boolean ids,
        boolean requested,
        boolean provided,
        boolean sessionArgs,
        boolean childRam,
        boolean childCaps,
        boolean hostRam,
        boolean hostCaps) {
    /** Whether somebody who reads the state may decide on the quotas of children. */
    public boolean tellsQuotas() {
        return childRam || childCaps;
    }
}
