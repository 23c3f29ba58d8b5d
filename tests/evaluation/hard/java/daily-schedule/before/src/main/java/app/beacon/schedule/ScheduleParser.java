package app.beacon.schedule;

import java.time.Duration;

/** Reads schedules as they stand in the configuration. */
public final class ScheduleParser {
    private ScheduleParser() {
    }

    /** Reads "every 15m" or "every 2h". */
    public static Schedule parse(String text) {
        String[] words = text.strip().split("\\s+");
        if (words.length == 2 && words[0].equals("every")) {
            return new IntervalSchedule(Duration.parse("PT" + words[1].toUpperCase()));
        }
        throw new IllegalArgumentException("not a schedule: " + text);
    }
}
