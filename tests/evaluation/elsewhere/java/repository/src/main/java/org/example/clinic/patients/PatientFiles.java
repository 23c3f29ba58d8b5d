package org.example.clinic.patients;

import java.util.List;
import java.util.Optional;
import org.example.clinic.audit.AuditLog;
import org.example.clinic.util.Database;

/** The files of patients. */
public class PatientFiles {
    private final Database database;
    private final AuditLog audit;

    public PatientFiles(Database database, AuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    public Optional<Patient> open(String user, long id) {
        audit.opened(user, id);
        return database.first(Patient.class, "SELECT * FROM patients WHERE id = ?", id);
    }

    public void rename(String user, long id, String name) {
        audit.changed(user, id);
        database.update("UPDATE patients SET name = ? WHERE id = ?", name, id);
    }

    public void insure(long id, String number) {
        if (!InsuranceNumbers.isValid(number)) {
            throw new IllegalArgumentException("not an insurance number");
        }
        database.update("UPDATE patients SET insurance_number = ? WHERE id = ?", number, id);
    }

    public int count() {
        return database.first(Integer.class, "SELECT count(*) FROM patients").orElse(0);
    }

    public List<String> streets() {
        return database.all(String.class, "SELECT DISTINCT street FROM patients ORDER BY street");
    }
}
