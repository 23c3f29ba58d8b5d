package com.example.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the audit log. */
public final class AuditReader {
    private final Connection connection;

    public AuditReader(Connection connection) {
        this.connection = connection;
    }

    public List<Event> all() throws SQLException {
        List<Event> events = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT id, at, actor, action FROM audit ORDER BY at, id");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                events.add(new Event(rows.getLong(1), rows.getLong(2), rows.getString(3), rows.getString(4)));
            }
        }
        return events;
    }
}
