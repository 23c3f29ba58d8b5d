package io.depot.quota;

import java.time.Clock;
import java.time.Instant;

/** How much an account may still store. */
public final class QuotaService {
    private final Accounts accounts;
    private final Clock clock;

    public QuotaService(Accounts accounts, Clock clock) {
        this.accounts = accounts;
        this.clock = clock;
    }

    /** The bytes that are left, bonuses included. */
    public long remaining(long account) {
        Plan plan = accounts.plan(account);
        if (plan.limitBytes() == null) {
            return Long.MAX_VALUE;
        }
        long allowed = plan.limitBytes() + bonusBytes(account);
        // Used bytes can exceed what is allowed, after a bonus has ended.
        return Math.max(0, allowed - accounts.usedBytes(account));
    }

    /** What an account loses at the next end of a bonus that is in force; 0 if no bonus ends. */
    public long nextLoss(long account) {
        Instant now = clock.instant();
        Instant next = null;
        long loss = 0;
        for (Bonus bonus : accounts.bonuses(account)) {
            if (bonus.until() == null || !bonus.inForce(now)) {
                continue;
            }
            int order = next == null ? -1 : bonus.until().compareTo(next);
            if (order < 0) {
                next = bonus.until();
                loss = bonus.bytes();
            } else if (order == 0) {
                loss += bonus.bytes();
            }
        }
        return loss;
    }

    private long bonusBytes(long account) {
        Instant now = clock.instant();
        return accounts.bonuses(account).stream()
                .filter(bonus -> bonus.inForce(now))
                .mapToLong(Bonus::bytes)
                .sum();
    }
}
