package com.example.rates;

import java.math.BigDecimal;
import java.time.Instant;

/** What one unit of the base currency costs in the quote currency. */
public record Rate(BigDecimal value, Instant at) {
}
