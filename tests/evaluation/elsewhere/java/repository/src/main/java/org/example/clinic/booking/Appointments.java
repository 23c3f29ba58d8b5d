package org.example.clinic.booking;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;

/** The table of appointments. */
public interface Appointments {
    long nextNumber();

    Appointment insert(String id, long patient, LocalDateTime start);

    List<Appointment> of(LocalDate day);
}
