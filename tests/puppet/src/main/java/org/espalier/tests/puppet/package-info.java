/**
 * A component that a test program leads by the hand: each call of {@link org.espalier.tests.puppet.Puppet} is one operation,
 * and nothing happens in between. It has no more than any component. What ought to come of an operation is the program's to
 * know; nothing may come in here that judges.
 */
@NullMarked
package org.espalier.tests.puppet;

import org.jspecify.annotations.NullMarked;
