/** A component that uses RTC, Entropy, RM, threads and a further entrypoint, and says what it found. */
@NullMarked
package org.espalier.app.services;

import org.jspecify.annotations.NullMarked;
