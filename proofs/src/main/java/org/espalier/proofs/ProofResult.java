package org.espalier.proofs;

/**
 * What became of one contract.
 *
 * @param contract class and method
 * @param nodes steps of the proof
 * @param millis time that it took
 * @param openGoals what is left to prove: 0 when the contract holds
 */
record ProofResult(String contract, int nodes, long millis, int openGoals) {
    boolean closed() {
        return openGoals == 0;
    }
}
