package com.example.rates;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedReaderTest {
    private final RateBook book = new RateBook(Duration.ofMinutes(5));
    private final FeedReader reader = new FeedReader(book);

    @Test
    void keepsTheLatestRate() throws IOException {
        read("EUR/USD 1.0845 200\n\nEUR/USD 1.0840 100\nGBPUSD 1.25 200\n");

        assertEquals(new BigDecimal("1.0845"), book.get(RateKey.of("EUR", "USD")).orElseThrow().value());
        assertEquals(new BigDecimal("0.8"), book.get(RateKey.of("USD", "GBP")).orElseThrow().value());
    }

    @Test
    void reportsFaultyLines() throws IOException {
        List<FeedReader.Fault> faults = read("EUR/USD 0.00 100\nEUR/US 1 100\nEUR/CHF 0.95 100\n");

        assertEquals(List.of(1, 2), faults.stream().map(FeedReader.Fault::line).toList());
        assertEquals(1, book.size());
    }

    @Test
    void evictsOldRates() throws IOException {
        read("EUR/USD 1.0845 100\nGBP/USD 1.25 500\n");

        assertEquals(1, book.evict(Instant.ofEpochSecond(700)));
        assertEquals(1, book.size());
    }

    private List<FeedReader.Fault> read(String feed) throws IOException {
        return reader.read(new BufferedReader(new StringReader(feed)));
    }
}
