package dev.rowan.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private final FakeLeases leases = new FakeLeases();
    private final LeaseSettings settings = new LeaseSettings(Map.of("LEASE_LIFETIME", "3", "WORKER_NAME", "w1"));
    private final LeaseKeeper keeper = new LeaseKeeper(leases, settings);
    private final Worker worker = new Worker(leases, settings, keeper);

    /** Notes the calls; a renewal is refused once `renewable` is false. */
    private static final class FakeLeases implements LeaseStore {
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private volatile boolean claimable = true;
        private volatile boolean renewable = true;

        @Override
        public boolean claim(long job, String worker, long seconds) {
            calls.add("claim " + job + " " + worker + " " + seconds);
            return claimable;
        }

        @Override
        public boolean renew(long job, String worker, long seconds) {
            return renewable;
        }

        @Override
        public void release(long job, String worker) {
            calls.add("release " + job + " " + worker);
        }
    }

    @AfterEach
    void close() {
        keeper.close();
    }

    @Test
    void releasesTheLeaseAfterAnError() {
        assertThrows(IllegalStateException.class, () -> worker.run(7, lost -> {
            throw new IllegalStateException("broken");
        }));

        assertEquals(List.of("claim 7 w1 3", "release 7 w1"), leases.calls);
    }

    @Test
    void leavesJobsOfOtherWorkersAlone() throws Exception {
        leases.claimable = false;

        assertFalse(worker.run(7, lost -> {
            throw new AssertionError("not claimed");
        }));
        assertEquals(List.of("claim 7 w1 3"), leases.calls);
    }

    @Test
    void tellsTheTaskThatTheLeaseIsLost() throws Exception {
        leases.renewable = false;

        // No limit: the test run as a whole has one.
        assertTrue(worker.run(7, lost -> {
            while (!lost.getAsBoolean()) {
                Thread.sleep(5);
            }
        }));
    }
}
