package org.pressroom;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrintQueueTest {
    private static final Instant NOON = Instant.parse("2024-03-01T12:00:00Z");
    private final PrintQueue queue = new PrintQueue();

    @Test
    void printsExpressJobsFirst() {
        queue.add(new PrintJob(1, false, NOON, 10, "A4"));
        queue.add(new PrintJob(2, true, NOON.plusSeconds(60), 10, "A4"));

        assertEquals(2, queue.next(Map.of("A4", 100)).id());
    }

    @Test
    void leavesOutWhatThePaperDoesNotAllow() {
        queue.add(new PrintJob(1, false, NOON, 21, "A4"));
        queue.add(new PrintJob(2, false, NOON.plusSeconds(60), 20, "A4"));

        assertEquals(List.of(2L), queue.plan(Map.of("A4", 10)).stream().map(PrintJob::id).toList());
    }
}
