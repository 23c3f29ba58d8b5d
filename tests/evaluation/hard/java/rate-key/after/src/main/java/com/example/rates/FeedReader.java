package com.example.rates;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads the lines of a feed: a pair, a rate and the seconds since the epoch, e.g. "eur/usd 1.0845 1714550400". */
public final class FeedReader {

    /** A line that is no rate. */
    public record Fault(int line, String reason) {
    }

    private final RateBook book;

    public FeedReader(RateBook book) {
        this.book = book;
    }

    /** Puts the rates into the book. A faulty line is reported and does not stop those behind it. */
    public List<Fault> read(BufferedReader feed) throws IOException {
        List<Fault> faults = new ArrayList<>();
        int number = 0;
        for (String line = feed.readLine(); line != null; line = feed.readLine()) {
            number++;
            // Feeds send an empty line every ten seconds, to keep the connection open.
            if (line.isBlank()) {
                continue;
            }
            try {
                put(line.strip().split("\\s+"));
            } catch (IllegalArgumentException | DateTimeException error) {
                faults.add(new Fault(number, error.getMessage()));
            }
        }
        return faults;
    }

    private void put(String[] words) {
        if (words.length != 3) {
            throw new IllegalArgumentException("three words expected, not " + words.length);
        }
        BigDecimal value = new BigDecimal(words[1]);
        // signum and not compareTo: 0.00 is not positive either.
        if (value.signum() <= 0) {
            throw new IllegalArgumentException("not a rate: " + words[1]);
        }
        book.put(RateKey.parse(words[0]), new Rate(value, Instant.ofEpochSecond(Long.parseLong(words[2]))));
    }
}
