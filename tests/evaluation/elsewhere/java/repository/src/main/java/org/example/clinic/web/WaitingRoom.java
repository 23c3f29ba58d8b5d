package org.example.clinic.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who sits in the waiting room. */
public class WaitingRoom {
    private final Map<String, Instant> present = new ConcurrentHashMap<>();

    public void enter(KioskController.Arrival arrival) {
        present.put(arrival.appointment(), Instant.now());
    }

    public Duration waits(String appointment, Instant now) {
        return Duration.between(present.getOrDefault(appointment, now), now);
    }
}
