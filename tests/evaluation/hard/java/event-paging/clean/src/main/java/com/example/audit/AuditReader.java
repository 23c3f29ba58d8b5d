package com.example.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the audit log in pages. */
public final class AuditReader {

    /** Some events, and where the next page begins. `last` is true if there were no more events. */
    public record Page(List<Event> events, Position next, boolean last) {
    }

    private static final String PAGE = """
            SELECT id, at, actor, action FROM audit WHERE at > ? OR (at = ? AND id > ?)
            ORDER BY at, id FETCH FIRST ? ROWS ONLY""";

    private final Connection connection;
    private final int pageSize;

    public AuditReader(Connection connection, int pageSize) {
        this.connection = connection;
        this.pageSize = pageSize;
    }

    /** The page behind a position. */
    public Page page(Position after) throws SQLException {
        List<Event> events = new ArrayList<>(pageSize);
        try (PreparedStatement query = connection.prepareStatement(PAGE)) {
            bind(query, after);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    events.add(new Event(rows.getLong(1), rows.getLong(2), rows.getString(3), rows.getString(4)));
                }
            }
        }
        // One more than a page was asked for, to know whether there is another page.
        boolean last = events.size() <= pageSize;
        List<Event> shown = last ? events : events.subList(0, pageSize);
        Position next = shown.isEmpty() ? after : Position.behind(shown.get(shown.size() - 1));
        return new Page(List.copyOf(shown), next, last);
    }

    private void bind(PreparedStatement query, Position after) throws SQLException {
        query.setLong(1, after.at());
        query.setLong(2, after.at());
        query.setLong(3, after.id());
        query.setInt(4, pageSize + 1);
    }
}
