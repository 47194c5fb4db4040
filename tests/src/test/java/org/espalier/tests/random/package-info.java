/**
 * Whole trees of components under random operations, compared with a model after each of them. The model is written from the
 * documents on costs and sessions and uses nothing of what it judges. Tests of single rules do not belong here.
 */
@NullMarked
package org.espalier.tests.random;

import org.jspecify.annotations.NullMarked;
