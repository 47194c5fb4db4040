package org.espalier.kernel.sel4.proved;

final class Bits {
    //@ public static ghost \seq field; // Of a value, of top, of count: the bits below top.

    /*@ public normal_behavior
      @ requires 0 <= count && count <= top && top <= 64;
      @ ensures \result == (\bigint) ((\seq) ((\seq) field[value])[top])[count];
      @ ensures count <= 62 ==> 0 <= \result && \result < \dl_pow(2, count);
      @ assignable \strictly_nothing;
      @*/
    static long below(long value, int top, int count);
}
