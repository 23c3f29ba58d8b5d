package com.example.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PositionTest {

    @Test
    void readsWhatItWrote() {
        Position position = new Position(-5, 1_700_000_000_123L);

        assertEquals(position, Position.parse(position.toString()));
        assertEquals(Position.START, Position.parse(Position.START.toString()));
    }

    @Test
    void refusesOtherTexts() {
        assertThrows(IllegalArgumentException.class, () -> Position.parse(""));
        assertThrows(IllegalArgumentException.class, () -> Position.parse(":7"));
        assertThrows(IllegalArgumentException.class, () -> Position.parse("7:"));
        assertThrows(IllegalArgumentException.class, () -> Position.parse("7:x"));
    }
}
