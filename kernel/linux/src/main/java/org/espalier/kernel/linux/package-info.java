/**
 * Components as processes of a Linux host that can do nothing there: {@link org.espalier.kernel.linux.Confinement} starts them in
 * namespaces of their own under a {@link org.espalier.kernel.linux.Seccomp} program, {@link org.espalier.kernel.linux.Channel} is
 * their only descriptor, and {@link org.espalier.kernel.linux.MemoryFile} is what both sides can map. {@link
 * org.espalier.kernel.linux.Preflight} says what a host lacks for that. See docs/linux.md.
 */
@NullMarked
package org.espalier.kernel.linux;

import org.jspecify.annotations.NullMarked;
