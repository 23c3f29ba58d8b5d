package org.pressroom;

import java.time.Instant;

/** A document to print. The deadline is null if the customer named none. */
public record PrintJob(long id, boolean express, Instant deadline, int pages, String paper) {
}
