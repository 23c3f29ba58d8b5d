package org.example.clinic.booking.rules;

import java.time.LocalDateTime;

/** Throws {@link RefusedException} if an appointment is not allowed. */
public interface BookingRule {
    void check(long patient, LocalDateTime start, LocalDateTime now);
}
