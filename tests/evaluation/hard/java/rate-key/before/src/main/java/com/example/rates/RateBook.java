package com.example.rates;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The latest rates of all feeds. */
public final class RateBook {
    private final Map<String, Rate> rates = new ConcurrentHashMap<>();

    public void put(String pair, Rate rate) {
        rates.put(pair, rate);
    }

    public Optional<Rate> get(String pair) {
        return Optional.ofNullable(rates.get(pair));
    }

    public int size() {
        return rates.size();
    }
}
