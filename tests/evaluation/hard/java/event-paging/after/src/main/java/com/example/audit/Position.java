package com.example.audit;

/** The place behind an event in the audit log. */
public record Position(long at, long id) {
    public static final Position START = new Position(Long.MIN_VALUE, Long.MIN_VALUE);

    static Position behind(Event event) {
        return new Position(event.at(), event.id());
    }

    /** Reads what `toString` wrote. */
    static Position parse(String text) {
        // The last colon: the time may be negative, but holds no colon.
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("not a position: " + text);
        }
        return new Position(Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return at + ":" + id;
    }
}
