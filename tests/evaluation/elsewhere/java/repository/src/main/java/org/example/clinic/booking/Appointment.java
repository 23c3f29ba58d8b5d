package org.example.clinic.booking;

import java.time.Duration;
import java.time.LocalDateTime;

/** A visit of a patient. */
public final class Appointment {
    private final String id;
    private final long patient;
    private final LocalDateTime startsAt;
    private final Duration length;

    public Appointment(String id, long patient, LocalDateTime startsAt, Duration length) {
        this.id = id;
        this.patient = patient;
        this.startsAt = startsAt;
        this.length = length;
    }

    public String getId() {
        return id;
    }

    public long getPatient() {
        return patient;
    }

    public LocalDateTime getStartsAt() {
        return startsAt;
    }

    public LocalDateTime getEndsAt() {
        return startsAt.plus(length);
    }
}
