package app.beacon.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DailyScheduleTest {
    private final Schedule schedule = ScheduleParser.parse("daily 07:30 Europe/Berlin");

    @Test
    void runsOnTheNextDay() {
        Instant planned = Instant.parse("2024-01-10T06:30:00Z");

        assertEquals(Instant.parse("2024-01-11T06:30:00Z"), schedule.next(planned, planned.plusSeconds(90)));
    }

    @Test
    void leavesOutMissedRuns() {
        Instant planned = Instant.parse("2024-01-10T06:30:00Z");

        assertEquals(
                Instant.parse("2024-01-14T06:30:00Z"), schedule.next(planned, Instant.parse("2024-01-13T20:00:00Z")));
    }

    @Test
    void refusesUnknownZones() {
        assertThrows(IllegalArgumentException.class, () -> ScheduleParser.parse("daily 07:30 Mars/Base"));
    }
}
