package io.depot.quota;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class BonusTest {
    private static final Instant MAY = Instant.parse("2024-05-01T00:00:00Z");
    private static final Instant JUNE = Instant.parse("2024-06-01T00:00:00Z");

    @Test
    void countsFromItsFirstInstantToItsEnd() {
        Bonus bonus = new Bonus(10, MAY, JUNE);

        assertTrue(bonus.inForce(MAY));
        assertTrue(bonus.inForce(JUNE.minusNanos(1)));
        assertFalse(bonus.inForce(JUNE));
    }

    @Test
    void refusesABonusThatEndsBeforeItBegins() {
        assertThrows(IllegalArgumentException.class, () -> new Bonus(10, JUNE, MAY));
    }
}
