/**
 * Holds the library for native components to the Java side: components run as programs of the host, and a test plays their kernel and
 * their parent with the stubs, dispatchers and messages that Java components have. Nothing of a real kernel comes in here.
 */
@NullMarked
package org.espalier.sdk;

import org.jspecify.annotations.NullMarked;
