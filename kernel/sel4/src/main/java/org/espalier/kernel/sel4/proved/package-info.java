/**
 * The part of the kernel whose contracts a prover closes: allocation from untyped memory, the derivation tree, lookup in capability
 * spaces, and queues of threads. The classes are plain Java that KeY reads as it stands: no generics, annotations, records, lambdas,
 * {@code var} or exceptions of their own, and nothing is allocated. Contracts stand in
 * block comments: line comments become plain text when the formatter puts a blank before their {@code @}. Nothing may come in that reaches memory other than through
 * {@link org.espalier.kernel.sel4.proved.ObjectMemory}, the one class whose contract is assumed.
 */
@NullMarked
package org.espalier.kernel.sel4.proved;

import org.jspecify.annotations.NullMarked;
