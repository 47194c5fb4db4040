/**
 * Turns reports into ROM modules: what one component reports, those read whom a policy names. It moves bytes and never looks
 * into them. Nothing may come in that calls a client or waits for one.
 */
@NullMarked
package org.espalier.os.report_rom;

import org.jspecify.annotations.NullMarked;
