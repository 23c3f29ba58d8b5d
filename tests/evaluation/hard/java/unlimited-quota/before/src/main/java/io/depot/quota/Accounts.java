package io.depot.quota;

/** Figures of the accounts. */
public interface Accounts {
    Plan plan(long account);

    long usedBytes(long account);
}
