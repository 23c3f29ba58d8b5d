package org.example.clinic.booking;

import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;

/** Finds free times of a day. */
public class SlotFinder {
    private static final int MINUTES = 20;
    private final Calendar calendar;

    public SlotFinder(Calendar calendar) {
        this.calendar = calendar;
    }

    /** The times at which nobody comes yet, the earliest first. */
    public List<LocalTime> free(LocalDate day) {
        List<LocalTime> found = new ArrayList<>();
        LocalTime time = calendar.opens(day);
        while (time.plusMinutes(MINUTES).compareTo(calendar.closes(day)) <= 0) {
            if (!calendar.isTaken(day, time)) {
                found.add(time);
            }
            time = time.plusMinutes(MINUTES);
        }
        return found;
    }
}
