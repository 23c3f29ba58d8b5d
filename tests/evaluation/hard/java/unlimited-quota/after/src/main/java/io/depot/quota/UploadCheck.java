package io.depot.quota;

/** Refuses uploads that do not fit. */
public final class UploadCheck {
    private final QuotaService quotas;

    public UploadCheck(QuotaService quotas) {
        this.quotas = quotas;
    }

    public boolean fits(long account, long bytes) {
        return bytes <= quotas.remaining(account);
    }

    /** Whether the bytes still fit once the next bonus has ended. */
    public boolean fitsLater(long account, long bytes) {
        long loss = quotas.nextLoss(account);
        // On this side of the comparison, as the remaining bytes can be as many as a long holds.
        return bytes <= quotas.remaining(account) - loss;
    }
}
