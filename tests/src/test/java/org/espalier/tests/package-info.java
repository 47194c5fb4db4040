/** Tests of whole systems, from outside: what a user, a component and an attacker can see. */
@NullMarked
package org.espalier.tests;

import org.jspecify.annotations.NullMarked;
