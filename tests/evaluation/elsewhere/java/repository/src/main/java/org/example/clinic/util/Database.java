package org.example.clinic.util;

import java.util.List;
import java.util.Optional;

/** A thin layer above JDBC. */
public interface Database {
    <T> Optional<T> first(Class<T> type, String query, Object... values);

    <T> List<T> all(Class<T> type, String query, Object... values);

    int update(String statement, Object... values);
}
