package dev.rowan.jobs;

/** Leases in the database. Times are those of the database server. */
public interface LeaseStore {

    /** Claims a job for a worker until `seconds` from now; false if another worker holds it. */
    boolean claim(long job, String worker, long seconds);

    /** Moves the expiry; false if the lease expired and another worker claimed the job. */
    boolean renew(long job, String worker, long seconds);

    void release(long job, String worker);
}
