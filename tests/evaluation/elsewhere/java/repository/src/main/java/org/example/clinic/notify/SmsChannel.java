package org.example.clinic.notify;

import org.example.clinic.patients.Patient;

/** Text messages. */
public class SmsChannel extends Channel {
    private final Modem modem;

    public SmsChannel(Modem modem) {
        this.modem = modem;
    }

    @Override
    protected boolean reaches(Patient patient) {
        return patient.phone() != null;
    }

    @Override
    protected void send(Patient patient, String text) {
        if (text.length() > 160) {
            throw new IllegalArgumentException("too long for one message");
        }
        modem.dial(patient.phone(), text);
    }
}
