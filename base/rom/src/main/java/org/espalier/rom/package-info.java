/**
 * What a component needs to serve ROM modules whose content changes: modules, the sessions that read them, and memory that a
 * client's donation pays for. It moves bytes and never looks into them. Nothing may come in that decides who reads what, or that
 * calls a client or waits for one.
 */
@NullMarked
package org.espalier.rom;

import org.jspecify.annotations.NullMarked;
