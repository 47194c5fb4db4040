package org.espalier.config;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Finds the policy that a server applies to a session, by the label of whoever asks. Stateless.
 *
 * <p>Among the {@code <policy>} nodes of a configuration those count whose conditions all hold: {@code label} is the whole
 * label, {@code label_prefix} its beginning, {@code label_suffix} its end. A policy without any condition never holds, nor
 * does an empty prefix or suffix, so that a misspelt attribute does not widen access. Of those that hold, the one with the
 * strongest condition wins: a whole label beats every prefix, a longer prefix beats a shorter one, any prefix beats every
 * suffix, a longer suffix beats a shorter one; equals go by the next condition that they have, and then by the order in which
 * they are written. Where none holds, {@code <default-policy>} does, and without one there is none.
 *
 * <p>The rules are those of Genode 16.08 (repos/os/include/os/session_policy.h).
 */
public final class SessionPolicy {
    static final String POLICY = "policy";
    static final String DEFAULT_POLICY = "default-policy";

    /** The attributes that say for whom a policy is, which a {@link Schema} knows of itself. */
    public static final List<String> CONDITIONS = List.of("label", "label_prefix", "label_suffix");

    private SessionPolicy() {}

    /** How strong the conditions of a policy are: whether there is a whole label, and lengths, 0 for no condition. */
    private record Rank(boolean whole, int prefix, int suffix) implements Comparable<Rank> {
        /** The stronger is the greater. */
        @Override
        public int compareTo(Rank other) {
            int order = Boolean.compare(whole, other.whole);
            order = order != 0 ? order : Integer.compare(prefix, other.prefix);
            return order != 0 ? order : Integer.compare(suffix, other.suffix);
        }
    }

    /** The policy in {@code config} for a session of that label: a {@code <policy>} or the {@code <default-policy>} node. */
    public static Optional<Node> select(Node config, String label) {
        Optional<Node> best = Optional.empty();
        Optional<Rank> bestRank = Optional.empty();
        for (Node policy : config.children(POLICY)) {
            Optional<Rank> rank = rank(policy, label);
            if (rank.isPresent() && (bestRank.isEmpty() || rank.get().compareTo(bestRank.get()) > 0)) {
                best = Optional.of(policy);
                bestRank = rank;
            }
        }
        return best.or(() -> config.child(DEFAULT_POLICY));
    }

    /** The rank of a policy whose conditions hold. */
    private static Optional<Rank> rank(Node policy, String label) {
        if (CONDITIONS.stream().noneMatch(policy::has)) {
            return Optional.empty();
        }
        String prefix = policy.string("label_prefix", "");
        String suffix = policy.string("label_suffix", "");
        boolean holds = policy.string("label", label).equals(label)
                && label.startsWith(prefix)
                && label.endsWith(suffix)
                && policy.has("label_prefix") != prefix.isEmpty()
                && policy.has("label_suffix") != suffix.isEmpty();
        return holds ? Optional.of(new Rank(policy.has("label"), prefix.length(), suffix.length())) : Optional.empty();
    }

    /** Tells of each policy in {@code config} that can never hold, where and in one line. */
    public static void check(Node config, BiConsumer<Position, String> notices) {
        config.children(POLICY).forEach(policy -> checkPolicy(policy, notices));
    }

    /** As {@link #check}, of one policy. */
    static void checkPolicy(Node policy, BiConsumer<Position, String> notices) {
        if (CONDITIONS.stream().noneMatch(policy::has)) {
            notices.accept(
                    policy.position(),
                    "<policy> has none of ‘label’, ‘label_prefix’ and ‘label_suffix’, and so is for nobody");
        }
        for (String affix : List.of("label_prefix", "label_suffix")) {
            policy.attribute(affix)
                    .filter(attribute -> attribute.value().isEmpty())
                    .ifPresent(attribute -> notices.accept(
                            attribute.position(),
                            "‘" + affix + "’ of <policy> is empty, and so the policy is for nobody"));
        }
    }
}
