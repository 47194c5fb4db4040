package org.espalier.kernel.sel4.proved;

public interface CapRelation {
    //@ public instance ghost boolean[][] covered;
    //@ public instance ghost boolean[][] same;

    /*@ public normal_behavior
      @ ensures \result == covered[parent][child];
      @ assignable \strictly_nothing;
      @*/
    public /*@ helper @*/ boolean covers(int parent, int child);

    /*@ public normal_behavior
      @ ensures \result == same[a][b];
      @ assignable \strictly_nothing;
      @*/
    public /*@ helper @*/ boolean sameObject(int a, int b);
}
