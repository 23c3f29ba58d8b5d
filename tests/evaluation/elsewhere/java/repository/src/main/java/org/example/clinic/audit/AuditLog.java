package org.example.clinic.audit;

/** Who saw and changed which file. The law wants it to be complete. */
public interface AuditLog {
    void opened(String user, long patient);

    void changed(String user, long patient);
}
