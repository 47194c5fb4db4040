/**
 * Goes through a list of steps with an init: hands it configurations, and expects lines in its log and conditions of its state. For
 * tests of init that are data. Nothing may come in that knows what a configuration or a state means.
 */
@NullMarked
package org.espalier.os.test_init;

import org.jspecify.annotations.NullMarked;
