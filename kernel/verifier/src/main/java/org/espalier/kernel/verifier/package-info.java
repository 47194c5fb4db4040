/**
 * The verifier: reads the class files of a component's JAR before any of them is defined, and rejects what reaches beyond base,
 * the component's own classes and a list of JDK members. It decides by class files alone and runs none of their code.
 * Nothing may come in that loads components or knows a kernel; docs/verifier.md says what is checked and why.
 */
@NullMarked
package org.espalier.kernel.verifier;

import org.jspecify.annotations.NullMarked;
