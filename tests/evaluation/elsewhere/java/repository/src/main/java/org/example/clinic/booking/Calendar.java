package org.example.clinic.booking;

import java.time.LocalDate;
import java.time.LocalTime;

/** When the practice is open, and who comes when. */
public interface Calendar {
    LocalTime opens(LocalDate day);

    LocalTime closes(LocalDate day);

    boolean isTaken(LocalDate day, LocalTime time);
}
