package org.example.clinic.booking.rules;

import java.time.Duration;
import java.time.LocalDateTime;

/** Appointments need some time to be prepared. */
public class SameDayRule implements BookingRule {
    private static final Duration AHEAD = Duration.ofMinutes(90);

    @Override
    public void check(long patient, LocalDateTime start, LocalDateTime now) {
        if (start.isBefore(now.plus(AHEAD))) {
            throw new RefusedException("Please call us.");
        }
    }
}
