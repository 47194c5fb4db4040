/** Servers in a running system, with clients that mean no good. Nothing is tested here that a unit test can hold. */
@NullMarked
package org.espalier.os.test;

import org.jspecify.annotations.NullMarked;
