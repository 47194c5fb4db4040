/** A component for tests that hosts others and changes their configuration at random, against a model. */
@NullMarked
package org.espalier.tests.reconfigurer;

import org.jspecify.annotations.NullMarked;
