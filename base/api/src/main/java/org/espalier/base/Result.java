package org.espalier.base;

import java.util.function.Function;

/**
 * The outcome of an operation that can fail for an expected reason: a remote call whose server may be gone, or a kernel
 * operation that a quota may not cover. Results are immutable values; handle them with an exhaustive {@code switch}.
 *
 * @param <T> the type of the value on success
 */
public sealed interface Result<T> {
    /** The operation took place. */
    record Ok<T>(T value) implements Result<T> {}

    /** The operation did not take place, and left nothing behind. */
    record Failed<T>(Failure failure) implements Result<T> {}

    /** A success. */
    static <T> Result<T> ok(T value) {
        return new Ok<>(value);
    }

    /** A success without a value. */
    static Result<Done> done() {
        return Done.RESULT;
    }

    /** A failure. */
    static <T> Result<T> failed(Failure failure) {
        return new Failed<>(failure);
    }

    /** Whether the operation took place. */
    default boolean isOk() {
        return this instanceof Ok;
    }

    /** The value, or {@code fallback} when the operation failed. */
    default T orElse(T fallback) {
        return this instanceof Ok<T>(T value) ? value : fallback;
    }

    /**
     * The value, where a failure would mean that the program itself is wrong.
     *
     * @throws IllegalStateException if the operation failed, saying {@code what} failed and why
     */
    default T orThrow(String what) {
        return switch (this) {
            case Ok<T>(T value) -> value;
            case Failed<T>(Failure failure) -> throw new IllegalStateException(what + " failed: " + failure);
        };
    }

    /** The result with its value replaced by {@code f} of it; a failure stays what it is. */
    default <U> Result<U> map(Function<? super T, ? extends U> f) {
        return switch (this) {
            case Ok<T>(T value) -> new Ok<>(f.apply(value));
            case Failed<T>(Failure failure) -> new Failed<>(failure);
        };
    }

    /** The result of the next step, taken only when this one succeeded. */
    default <U> Result<U> then(Function<? super T, Result<U>> next) {
        return switch (this) {
            case Ok<T>(T value) -> next.apply(value);
            case Failed<T>(Failure failure) -> new Failed<>(failure);
        };
    }
}
