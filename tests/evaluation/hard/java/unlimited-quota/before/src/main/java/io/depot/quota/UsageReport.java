package io.depot.quota;

/** The line on storage in the monthly report. */
public final class UsageReport {
    private static final long MEBIBYTE = 1L << 20;

    private final Accounts accounts;
    private final QuotaService quotas;

    public UsageReport(Accounts accounts, QuotaService quotas) {
        this.accounts = accounts;
        this.quotas = quotas;
    }

    public String line(long account) {
        long used = accounts.usedBytes(account);
        long remaining = quotas.remaining(account);
        if (remaining < 0) {
            return used / MEBIBYTE + " MiB used, no limit";
        }
        return used / MEBIBYTE + " of " + (used + remaining) / MEBIBYTE + " MiB used";
    }
}
