/**
 * What makes a component a parent: children with their quotas and environments, routes for their session requests, sessions
 * from request to close, and the configuration language that says all this. core runs init with it, init runs everybody else.
 * Nothing may come in that names a kernel or a particular service.
 */
@NullMarked
package org.espalier.sandbox;

import org.jspecify.annotations.NullMarked;
