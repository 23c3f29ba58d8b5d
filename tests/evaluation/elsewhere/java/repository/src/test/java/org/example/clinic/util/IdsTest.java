package org.example.clinic.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

class IdsTest {
    @Test
    void namesHaveNoLettersThatSoundOrLookLikeOthers() {
        for (long number = 0; number < 4096; number++) {
            assertFalse(Ids.of(number).matches(".*[IO01].*"));
        }
    }

    @Test
    void namesHaveSixLetters() {
        assertEquals(6, Ids.of(1).length());
    }
}
