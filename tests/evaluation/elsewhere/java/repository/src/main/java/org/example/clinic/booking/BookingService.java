package org.example.clinic.booking;

import java.time.Clock;
import java.time.LocalDateTime;
import java.util.List;
import java.util.ServiceLoader;
import org.example.clinic.booking.rules.BookingRule;
import org.example.clinic.util.Ids;

/** Books appointments that all rules allow. */
public class BookingService {
    private final List<BookingRule> rules;
    private final Appointments appointments;
    private final Clock clock;

    public BookingService(Appointments appointments, Clock clock) {
        this.appointments = appointments;
        this.clock = clock;
        this.rules = ServiceLoader.load(BookingRule.class).stream().map(ServiceLoader.Provider::get).toList();
    }

    public Appointment book(long patient, LocalDateTime start) {
        for (BookingRule rule : rules) {
            rule.check(patient, start, LocalDateTime.now(clock));
        }
        return appointments.insert(Ids.of(appointments.nextNumber()), patient, start);
    }
}
