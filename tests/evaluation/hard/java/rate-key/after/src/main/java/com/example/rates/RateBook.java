package com.example.rates;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The latest rates of all feeds. */
public final class RateBook {
    private final Map<RateKey, Rate> rates = new ConcurrentHashMap<>();
    private final Duration limit;

    public RateBook(Duration limit) {
        this.limit = limit;
    }

    /** Keeps the rate unless a later one is known: feeds may deliver out of order. */
    public void put(RateKey pair, Rate rate) {
        rates.merge(pair, rate, (known, added) -> added.at().isBefore(known.at()) ? known : added);
    }

    /** The rate of the pair, or what follows from the opposite pair. */
    public Optional<Rate> get(RateKey pair) {
        Rate rate = rates.get(pair);
        if (rate != null) {
            return Optional.of(rate);
        }
        return Optional.ofNullable(rates.get(pair.inverse())).filter(RateBook::positive).map(RateBook::inverted);
    }

    /** Removes what is older than the limit; returns how many rates that were. */
    public int evict(Instant now) {
        Instant oldest = now.minus(limit);
        int removed = 0;
        for (Map.Entry<RateKey, Rate> entry : rates.entrySet()) {
            // Removes the pair only with this rate: a feed may have replaced it meanwhile.
            if (entry.getValue().at().isBefore(oldest) && rates.remove(entry.getKey(), entry.getValue())) {
                removed++;
            }
        }
        return removed;
    }

    public int size() {
        return rates.size();
    }

    private static boolean positive(Rate rate) {
        return rate.value().signum() > 0;
    }

    private static Rate inverted(Rate rate) {
        return new Rate(BigDecimal.ONE.divide(rate.value(), MathContext.DECIMAL64), rate.at());
    }
}
