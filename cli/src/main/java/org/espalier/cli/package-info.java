/**
 * The command line: scenarios, kernels, and new components. The first user of {@link org.espalier.core.EspalierSystem}, and like any
 * other user limited to its public face. Nothing may come in that a program which embeds a system would need as well.
 */
@NullMarked
package org.espalier.cli;

import org.jspecify.annotations.NullMarked;
