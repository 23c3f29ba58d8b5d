package dev.rowan.jobs;

import java.util.function.BooleanSupplier;

/** Runs jobs under a lease. */
public final class Worker {

    /** A job's code. */
    public interface Task {
        /** Long tasks ask `leaseLost` between their steps and stop if it is true. */
        void run(BooleanSupplier leaseLost) throws Exception;
    }

    private final LeaseStore leases;
    private final LeaseSettings settings;
    private final LeaseKeeper keeper;

    public Worker(LeaseStore leases, LeaseSettings settings, LeaseKeeper keeper) {
        this.leases = leases;
        this.settings = settings;
        this.keeper = keeper;
    }

    /** Runs the task if the job could be claimed. */
    public boolean run(long job, Task task) throws Exception {
        if (!leases.claim(job, settings.worker(), settings.lifetime())) {
            return false;
        }
        try (LeaseKeeper.Held lease = keeper.hold(job)) {
            task.run(lease::lost);
        } finally {
            leases.release(job, settings.worker());
        }
        return true;
    }
}
