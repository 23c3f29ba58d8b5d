package io.fieldlog.report;

import java.time.Instant;

public record Report(long id, String title, String author, String team, boolean draft, Instant changedAt) {
}
