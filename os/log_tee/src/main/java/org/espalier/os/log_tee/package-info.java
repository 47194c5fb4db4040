/**
 * Passes the lines of its LOG clients on to its own log and reports the last of them. It keeps text and nothing else. Nothing
 * may come in that loses a line of the log because the report cannot be delivered.
 */
@NullMarked
package org.espalier.os.log_tee;

import org.jspecify.annotations.NullMarked;
