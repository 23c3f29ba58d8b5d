package com.example.audit;

/** An event of the audit log; `at` is in milliseconds since the epoch. */
public record Event(long id, long at, String actor, String action) {
}
