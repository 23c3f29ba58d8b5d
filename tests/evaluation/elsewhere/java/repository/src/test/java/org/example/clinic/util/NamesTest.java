package org.example.clinic.util;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void doubleNamesHaveALetterForEachPart() {
        assertEquals("ALB", Names.initials("Anna-Lena Berg"));
    }
}
