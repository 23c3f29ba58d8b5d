package org.example.clinic.util;

/** Short names of appointments, which patients say on the phone. */
public final class Ids {
    private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private Ids() {}

    public static String of(long number) {
        StringBuilder text = new StringBuilder();
        for (int place = 0; place < 6; place++) {
            text.insert(0, LETTERS.charAt((int) (number % LETTERS.length())));
            number /= LETTERS.length();
        }
        return text.toString();
    }
}
