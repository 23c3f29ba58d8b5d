package org.example.clinic.notify;

import java.time.format.DateTimeFormatter;
import java.util.List;
import org.example.clinic.booking.Appointment;
import org.example.clinic.patients.Patient;
import org.example.clinic.util.Messages;

/** Reminds patients of their appointments. */
public class Reminders {
    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("d.M. H:mm");
    private final List<Channel> channels;
    private final Messages messages = new Messages();

    public Reminders(List<Channel> channels) {
        this.channels = channels;
    }

    public void remind(Patient patient, Appointment appointment) {
        String text = messages.text("reminder.short");
        channels.forEach(channel -> channel.tell(patient, text));
    }
}
