package org.espalier.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes a value of type {@code T} from random choices.
 *
 * <p>A generator is a pure function of its {@link Choices}: it keeps no state and reads no clock, or a failure can be
 * neither repeated nor shrunk. Write one as a lambda, or put it together from those here.
 */
@FunctionalInterface
public interface Gen<T> {

    /** Draws one value. */
    T from(Choices choices);

    /** Values of this generator after {@code change}; they shrink as the originals do. */
    default <R> Gen<R> map(Function<? super T, ? extends R> change) {
        return choices -> change.apply(from(choices));
    }

    /** Integers from {@code low} to {@code high}, both included; they shrink towards zero. */
    static Gen<Integer> integers(int low, int high) {
        return choices -> choices.between(low, high);
    }

    /** Longs from {@code low} to {@code high}, both included; they shrink towards zero. */
    static Gen<Long> longs(long low, long high) {
        return choices -> choices.between(low, high);
    }

    /** One of {@code values}; shrinks towards the first. */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is copied before anybody can see it
    static <T> Gen<T> of(T... values) {
        List<T> all = List.of(values);
        return choices -> choices.pick(all);
    }

    /** Values of one of {@code generators}; shrinks towards the first. */
    static <T> Gen<T> anyOf(List<Gen<T>> generators) {
        List<Gen<T>> all = List.copyOf(generators);
        return choices -> choices.pick(all).from(choices);
    }

    /** Unmodifiable lists of up to {@code longest} elements; they shrink by losing elements, then by smaller ones. */
    static <T> Gen<List<T>> lists(Gen<T> element, int longest) {
        return choices -> {
            List<T> list = new ArrayList<>();
            // One choice before each element, instead of one length in front: cutting out the choices of an element
            // then leaves a list without it.
            while (list.size() < longest && choices.below(longest + 1) > 0) {
                list.add(element.from(choices));
            }
            return List.copyOf(list);
        };
    }

    /** Strings of up to {@code longest} code points out of {@code alphabet}; they shrink towards its first one. */
    static Gen<String> strings(String alphabet, int longest) {
        int[] codePoints = alphabet.codePoints().toArray();
        return choices -> {
            StringBuilder text = new StringBuilder();
            for (int length = 0; length < longest && choices.below(longest + 1) > 0; length++) {
                text.appendCodePoint(codePoints[choices.below(codePoints.length)]);
            }
            return text.toString();
        };
    }
}
