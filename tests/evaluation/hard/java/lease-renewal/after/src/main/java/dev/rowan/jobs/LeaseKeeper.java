package dev.rowan.jobs;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Renews leases while their jobs run. */
public final class LeaseKeeper implements AutoCloseable {
    private static final int RENEWALS = 3;
    private static final System.Logger LOG = System.getLogger(LeaseKeeper.class.getName());

    private final LeaseStore leases;
    private final LeaseSettings settings;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(LeaseKeeper::daemon);

    public LeaseKeeper(LeaseStore leases, LeaseSettings settings) {
        this.leases = leases;
        this.settings = settings;
    }

    /** A lease that is renewed until it is closed. */
    public final class Held implements AutoCloseable {
        private final long job;
        private volatile boolean lost;
        private volatile ScheduledFuture<?> renewal;
        private int failures; // only for the timer's thread

        private Held(long job) {
            this.job = job;
        }

        private void renew() {
            boolean kept;
            try {
                kept = leases.renew(job, settings.worker(), settings.lifetime());
            } catch (RuntimeException error) {
                // An exception would end the schedule. One or two failures are no loss: the lease is still valid.
                LOG.log(System.Logger.Level.WARNING, "job " + job + ": renewal failed", error);
                lost |= ++failures >= RENEWALS;
                return;
            }
            failures = 0;
            if (!kept && !lost) {
                LOG.log(System.Logger.Level.WARNING, "job " + job + ": lease lost");
                lost = true;
            }
        }

        /** Whether another worker may run the job by now: the task must stop and write nothing more. */
        public boolean lost() {
            return lost;
        }

        /** Ends the renewal. Returns at once; a renewal that runs now does no harm before the release. */
        @Override
        public void close() {
            renewal.cancel(false);
        }
    }

    /** Starts to renew the lease of a job that the calling thread runs. */
    public Held hold(long job) {
        Held held = new Held(job);
        long period = settings.lifetime() / RENEWALS;
        held.renewal = timer.scheduleWithFixedDelay(held::renew, period, period, TimeUnit.MILLISECONDS);
        return held;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "lease-keeper");
        thread.setDaemon(true);
        return thread;
    }
}
