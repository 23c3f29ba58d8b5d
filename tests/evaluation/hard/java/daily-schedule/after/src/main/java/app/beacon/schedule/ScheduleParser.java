package app.beacon.schedule;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Locale;

/** Reads schedules as they stand in the configuration. */
public final class ScheduleParser {
    private ScheduleParser() {
    }

    /** Reads "every 15m", "every 2h", "daily 07:30" (UTC) or "daily 07:30 Europe/Berlin". */
    public static Schedule parse(String text) {
        String[] words = text.strip().split("\\s+");
        try {
            if (words.length == 2 && words[0].equals("every")) {
                return new IntervalSchedule(Duration.parse("PT" + words[1].toUpperCase(Locale.ROOT)));
            }
            // 2 or 3 words: the zone may be left out
            if ((words.length | 1) == 3 && words[0].equals("daily")) {
                return new DailySchedule(LocalTime.parse(words[1]), zone(words));
            }
        } catch (DateTimeException error) {
            throw new IllegalArgumentException("not a schedule: " + text, error);
        }
        throw new IllegalArgumentException("not a schedule: " + text);
    }

    private static ZoneId zone(String[] words) {
        return ZoneId.of(words.length == 3 ? words[2] : "UTC");
    }
}
