package org.example.clinic.booking.rules;

/** A rule does not allow the appointment; the message is for the patient. */
public class RefusedException extends RuntimeException {
    public RefusedException(String message) {
        super(message);
    }
}
