package io.depot.quota;

/** How much an account may still store. */
public final class QuotaService {
    public static final long UNLIMITED = -1;

    private final Accounts accounts;

    public QuotaService(Accounts accounts) {
        this.accounts = accounts;
    }

    /** The bytes that are left, or UNLIMITED. */
    public long remaining(long account) {
        Plan plan = accounts.plan(account);
        if (plan.limitBytes() == null) {
            return UNLIMITED;
        }
        return Math.max(0, plan.limitBytes() - accounts.usedBytes(account));
    }
}
