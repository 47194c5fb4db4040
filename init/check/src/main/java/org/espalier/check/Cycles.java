package org.espalier.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Circles in a directed graph. Without recursion, because a chain may be as long as there are components. */
final class Cycles {
    private final int[][] next;
    private final int[] index;
    private final int[] low;
    private final int[] component;
    private final List<List<Integer>> found = new ArrayList<>();
    private int count;
    private int components;

    private Cycles(int[][] next) {
        this.next = next;
        this.index = new int[next.length];
        this.low = new int[next.length];
        this.component = new int[next.length];
        Arrays.fill(component, -1);
    }

    /**
     * For each set of nodes that all lead to one another one of the shortest circles through its first node.
     *
     * @param next for each node those to which it leads
     */
    static List<List<Integer>> of(List<? extends Iterable<Integer>> next) {
        int[][] edges = new int[next.size()][];
        for (int node = 0; node < edges.length; node++) {
            List<Integer> targets = new ArrayList<>();
            next.get(node).forEach(targets::add);
            edges[node] = targets.stream().mapToInt(Integer::intValue).toArray();
        }
        Cycles cycles = new Cycles(edges);
        for (int node = 0; node < edges.length; node++) {
            if (cycles.index[node] == 0) {
                cycles.explore(node);
            }
        }
        return cycles.found;
    }

    /** Tarjan's algorithm with a stack of its own. */
    private void explore(int root) {
        Deque<int[]> calls = new ArrayDeque<>();
        Deque<Integer> open = new ArrayDeque<>();
        enter(root, calls, open);
        while (!calls.isEmpty()) {
            int[] call = calls.peek();
            int node = call[0];
            if (call[1] < next[node].length) {
                int to = next[node][call[1]++];
                if (index[to] == 0) {
                    enter(to, calls, open);
                } else if (component[to] < 0) {
                    low[node] = Math.min(low[node], index[to]);
                }
            } else {
                calls.pop();
                if (!calls.isEmpty()) {
                    int above = calls.element()[0];
                    low[above] = Math.min(low[above], low[node]);
                }
                if (low[node] == index[node]) {
                    close(node, open);
                }
            }
        }
    }

    private void enter(int node, Deque<int[]> calls, Deque<Integer> open) {
        index[node] = low[node] = ++count;
        calls.push(new int[] {node, 0});
        open.push(node);
    }

    private void close(int root, Deque<Integer> open) {
        int first = root;
        int size = 0;
        int node;
        do {
            node = open.pop();
            component[node] = components;
            first = Math.min(first, node);
            size++;
        } while (node != root);
        components++;
        boolean leadsToItself = Arrays.stream(next[root]).anyMatch(to -> to == root);
        if (size > 1 || leadsToItself) {
            found.add(shortest(first));
        }
    }

    private List<Integer> shortest(int start) {
        Map<Integer, Integer> from = new HashMap<>();
        Deque<Integer> queue = new ArrayDeque<>(List.of(start));
        while (!queue.isEmpty()) {
            int node = queue.remove();
            for (int to : next[node]) {
                if (to == start) {
                    List<Integer> circle = new ArrayList<>();
                    for (int back = node; back != start; back = origin(from, back)) {
                        circle.addFirst(back);
                    }
                    circle.addFirst(start);
                    return circle;
                }
                if (component[to] == component[start] && from.putIfAbsent(to, node) == null) {
                    queue.add(to);
                }
            }
        }
        throw new IllegalStateException("Node " + start + " is on a circle, and no way leads back to it.");
    }

    private static int origin(Map<Integer, Integer> from, int node) {
        Integer origin = from.get(node);
        if (origin == null) {
            throw new IllegalStateException("Node " + node + " was reached from nowhere.");
        }
        return origin;
    }
}
