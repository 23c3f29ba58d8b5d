package io.depot.quota;

import java.util.List;

/** Figures of the accounts. */
public interface Accounts {
    Plan plan(long account);

    long usedBytes(long account);

    /** All bonuses of the account, also those of the past and of the future. */
    List<Bonus> bonuses(long account);
}
