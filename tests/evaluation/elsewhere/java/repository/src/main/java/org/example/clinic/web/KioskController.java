package org.example.clinic.web;

import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import org.example.clinic.booking.SlotFinder;

/** What the kiosk asks. */
public class KioskController {
    private final SlotFinder finder;

    public KioskController(SlotFinder finder) {
        this.finder = finder;
    }

    /** The next three times of today. */
    public List<LocalTime> next(LocalTime now) {
        List<LocalTime> slots = finder.free(LocalDate.now());
        slots.removeIf(slot -> slot.isBefore(now));
        return slots.subList(0, Math.min(3, slots.size()));
    }

    public record Arrival(String appointment, long arrived) {}
}
