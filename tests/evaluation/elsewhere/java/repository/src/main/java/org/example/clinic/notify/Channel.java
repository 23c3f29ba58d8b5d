package org.example.clinic.notify;

import org.example.clinic.patients.Patient;

/** A way to reach a patient. */
public abstract class Channel {
    public final void tell(Patient patient, String text) {
        if (reaches(patient)) {
            send(patient, text.strip());
        }
    }

    protected abstract boolean reaches(Patient patient);

    protected abstract void send(Patient patient, String text);
}
