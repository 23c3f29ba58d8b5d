package dev.rowan.jobs;

/** Runs jobs under a lease. */
public final class Worker {

    /** A job's code. */
    public interface Task {
        void run() throws Exception;
    }

    private final LeaseStore leases;
    private final LeaseSettings settings;

    public Worker(LeaseStore leases, LeaseSettings settings) {
        this.leases = leases;
        this.settings = settings;
    }

    /** Runs the task if the job could be claimed. */
    public boolean run(long job, Task task) throws Exception {
        if (!leases.claim(job, settings.worker(), settings.lifetime())) {
            return false;
        }
        try {
            task.run();
        } finally {
            leases.release(job, settings.worker());
        }
        return true;
    }
}
