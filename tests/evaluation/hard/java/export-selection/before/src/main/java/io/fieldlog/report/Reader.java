package io.fieldlog.report;

import java.util.Set;

/** A signed-in person, with the teams of which the person is a member. */
public record Reader(String name, Set<String> teams, Set<String> exportLicences) {
}
