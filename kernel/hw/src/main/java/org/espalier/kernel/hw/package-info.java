/**
 * The kernel {@code hw}: protection domains, capability spaces, migrating calls, signals and memory in one JVM. A JAR component
 * lives in a class loader of its own that admits base, its own classes and a short list of the JDK's. Nothing may come in that
 * belongs to one operating system, and no policy: who may have what is core's business.
 */
@NullMarked
package org.espalier.kernel.hw;

import org.jspecify.annotations.NullMarked;
