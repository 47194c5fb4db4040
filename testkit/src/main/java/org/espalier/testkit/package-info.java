/**
 * Property tests: draw many random values from a seed, check a rule on each, and reduce a failing value to a small one
 * before reporting it. This room is for what tests of many modules share. Nothing that ships in a product may come in,
 * and nothing that depends on another module of Espalier, because every module's tests depend on this one.
 */
@NullMarked
package org.espalier.testkit;

import org.jspecify.annotations.NullMarked;
