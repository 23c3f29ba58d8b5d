package app.beacon.schedule;

import java.time.Instant;

/** When a report runs. */
public interface Schedule {

    /** The first run after `after`. `planned` is the planned time of the last run. */
    Instant next(Instant planned, Instant after);
}
