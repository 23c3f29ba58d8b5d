package dev.rowan.jobs;

import java.util.Map;

/** Lease settings as read from the environment. */
public final class LeaseSettings {
    private final Map<String, String> environment;

    public LeaseSettings(Map<String, String> environment) {
        this.environment = environment;
    }

    /** How long a claimed job belongs to its worker, in seconds (as in the SQL statements). */
    public long lifetime() {
        return Long.parseLong(environment.getOrDefault("LEASE_LIFETIME", "60"));
    }

    public String worker() {
        return environment.getOrDefault("WORKER_NAME", "worker");
    }
}
