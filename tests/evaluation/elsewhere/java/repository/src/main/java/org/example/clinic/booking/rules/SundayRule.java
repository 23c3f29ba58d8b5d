package org.example.clinic.booking.rules;

import java.time.DayOfWeek;
import java.time.LocalDateTime;

/** Nobody is there on Sundays. */
public class SundayRule implements BookingRule {
    @Override
    public void check(long patient, LocalDateTime start, LocalDateTime now) {
        if (start.getDayOfWeek() == DayOfWeek.SUNDAY) {
            throw new RefusedException("We are closed on Sundays.");
        }
    }
}
