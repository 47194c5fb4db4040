/**
 * Asks for what it cannot have, and shows that a refusal is a value. What it asks for is written in its
 * configuration alone.
 */
@NullMarked
package org.espalier.app.hungry;

import org.jspecify.annotations.NullMarked;
