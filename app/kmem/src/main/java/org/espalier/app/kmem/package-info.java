/**
 * An attack on the memory of the kernel: a component has made for it whatever can be made, others look whether they still get what is
 * theirs, and their host compares quotas. One JAR plays all the parts, and its configuration says which.
 */
@NullMarked
package org.espalier.app.kmem;

import org.jspecify.annotations.NullMarked;
