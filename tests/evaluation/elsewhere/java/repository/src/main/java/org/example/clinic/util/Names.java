package org.example.clinic.util;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Names of people as they are shown. */
public final class Names {
    private Names() {}

    /** For the screen in the waiting room, which must not show whole names. */
    public static String initials(String name) {
        return Arrays.stream(name.split("[ -]+"))
                .map(part -> part.substring(0, 1))
                .collect(Collectors.joining());
    }
}
