/** The component {@code init}: a sandbox driven by a configuration. All that it does is the sandbox library's. */
@NullMarked
package org.espalier.init;

import org.jspecify.annotations.NullMarked;
