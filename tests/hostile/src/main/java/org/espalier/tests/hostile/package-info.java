/**
 * A component for tests: what it does to others, or for them, its configuration says in the attribute {@code act}. It has no
 * more than any component, and nothing may come in that only a friend could do.
 */
@NullMarked
package org.espalier.tests.hostile;

import org.jspecify.annotations.NullMarked;
