package org.espalier.kernel.sel4.proved;

/**
 * What the derivation tree has to know about two capabilities, each named by its slot. Implemented by the kernel; both methods read
 * and change nothing, and are called under the kernel's lock.
 */
public interface CapRelation {
    /**
     * Whether the region of the capability in {@code parent} holds that of the one in {@code child}; of endpoints and notifications
     * also whether the parent has no badge, or the child has the same one and was not the first to get it.
     */
    boolean covers(int parent, int child);

    /** Whether two capabilities name the same object. */
    boolean sameObject(int a, int b);
}
