package com.example.rates;

import java.util.Locale;

/** A pair of currencies. Codes compare without regard to case and are kept as the feed sent them. */
public final class RateKey {
    private final String base;
    private final String quote;

    private RateKey(String base, String quote) {
        this.base = base;
        this.quote = quote;
    }

    public static RateKey of(String base, String quote) {
        return new RateKey(checked(base), checked(quote));
    }

    /** Reads "EUR/USD" or "EURUSD". */
    public static RateKey parse(String pair) {
        String codes = pair.strip().replace("/", "");
        if (codes.length() != 6) {
            throw new IllegalArgumentException("not a currency pair: " + pair);
        }
        return of(codes.substring(0, 3), codes.substring(3));
    }

    private static String checked(String code) {
        if (code.length() != 3 || !code.chars().allMatch(RateKey::letter)) {
            throw new IllegalArgumentException("not a currency code: " + code);
        }
        return code;
    }

    /** ASCII only: Character.isLetter would accept other alphabets. */
    private static boolean letter(int c) {
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    }

    /** The pair in the other direction. */
    public RateKey inverse() {
        return new RateKey(quote, base);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RateKey key
                && base.equalsIgnoreCase(key.base)
                && quote.equalsIgnoreCase(key.quote);
    }

    /** Not symmetric on purpose: a pair and its inverse are different keys. */
    @Override
    public int hashCode() {
        return 31 * base.hashCode() + quote.hashCode();
    }

    @Override
    public String toString() {
        return (base + '/' + quote).toUpperCase(Locale.ROOT);
    }
}
