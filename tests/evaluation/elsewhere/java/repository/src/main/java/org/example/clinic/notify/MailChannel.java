package org.example.clinic.notify;

import java.util.Map;
import org.example.clinic.patients.Patient;

/** Mails. */
public class MailChannel extends Channel {
    private static final Map<String, String> HEADERS = Map.of(
            "From", "practice@clinic.example.org",
            "Precedence", "bulk",
            "Content-Language", "de");

    private final MailServer server;

    public MailChannel(MailServer server) {
        this.server = server;
    }

    @Override
    protected boolean reaches(Patient patient) {
        return patient.mail() != null;
    }

    @Override
    protected void send(Patient patient, String text) {
        server.submit(patient.mail(), HEADERS, text);
    }

    /** What sends mails. */
    public interface MailServer {
        void submit(String to, Map<String, String> headers, String text);
    }
}
