package org.espalier.kernel.sel4.proved;

public interface CapRelation {
    //@ public instance ghost \seq covered;
    //@ public instance ghost \seq same;

    /*@ public normal_behavior
      @ ensures \result == (boolean) ((\seq) covered[parent])[child];
      @ assignable \strictly_nothing;
      @*/
    public /*@ helper @*/ boolean covers(int parent, int child);

    /*@ public normal_behavior
      @ ensures \result == (boolean) ((\seq) same[a])[b];
      @ assignable \strictly_nothing;
      @*/
    public /*@ helper @*/ boolean sameObject(int a, int b);
}
