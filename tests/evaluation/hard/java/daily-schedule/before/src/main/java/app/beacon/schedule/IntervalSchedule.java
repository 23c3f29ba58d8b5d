package app.beacon.schedule;

import java.time.Duration;
import java.time.Instant;

/** Runs every so often. */
record IntervalSchedule(Duration interval) implements Schedule {

    @Override
    public Instant next(Instant planned, Instant after) {
        long missed = Math.max(0, Duration.between(planned, after).dividedBy(interval));
        return planned.plus(interval.multipliedBy(missed + 1));
    }
}
