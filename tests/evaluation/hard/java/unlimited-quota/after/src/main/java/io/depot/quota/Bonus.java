package io.depot.quota;

import java.time.Instant;

/** Additional storage from `from` (inclusive) until `until` (exclusive); without an end if `until` is null. */
public record Bonus(long bytes, Instant from, Instant until) {

    public Bonus {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a bonus without bytes");
        }
        if (until != null && !from.isBefore(until)) {
            throw new IllegalArgumentException("a bonus that ends before it begins");
        }
    }

    boolean inForce(Instant now) {
        // "not before" instead of "after": a bonus counts from its first instant.
        return !now.isBefore(from) && (until == null || now.isBefore(until));
    }
}
