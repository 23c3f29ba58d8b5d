package app.beacon.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/** Runs once a day at a local time. */
record DailySchedule(LocalTime time, ZoneId zone) implements Schedule {
    /** Two runs on one day would be a surprise: a changed time counts from the next day if it is this close. */
    private static final Duration CLOSE = Duration.ofHours(1);

    @Override
    public Instant next(Instant planned, Instant after) {
        ZonedDateTime next = first(planned);
        while (!next.toInstant().isAfter(after)) {
            next = next.plus(Duration.ofHours(24));
        }
        return next.toInstant();
    }

    /** The run that follows `planned`. A planned time of another schedule is allowed. */
    private ZonedDateTime first(Instant planned) {
        ZonedDateTime before = planned.atZone(zone);
        // with() moves a local time that the clock skips forward by the length of the gap
        ZonedDateTime sameDay = before.with(time);
        if (sameDay.isAfter(before) && Duration.between(before, sameDay).compareTo(CLOSE) > 0) {
            return sameDay;
        }
        return sameDay.isAfter(before) ? sameDay.plusDays(1).with(time) : sameDay;
    }
}
