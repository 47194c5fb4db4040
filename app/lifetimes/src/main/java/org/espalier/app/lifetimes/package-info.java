/** Components that exercise how resources are traded and how components end; which part one plays, its configuration says. */
@NullMarked
package org.espalier.app.lifetimes;

import org.jspecify.annotations.NullMarked;
