package io.depot.quota;

/** Refuses uploads that do not fit. */
public final class UploadCheck {
    private final QuotaService quotas;

    public UploadCheck(QuotaService quotas) {
        this.quotas = quotas;
    }

    public boolean fits(long account, long bytes) {
        long remaining = quotas.remaining(account);
        return remaining == QuotaService.UNLIMITED || bytes <= remaining;
    }

    /** Whether the bytes still fit once the next bonus has ended. */
    public boolean fitsLater(long account, long bytes) {
        long remaining = quotas.remaining(account);
        return remaining == QuotaService.UNLIMITED || bytes <= remaining - quotas.nextLoss(account);
    }
}
