package org.example.clinic.patients;

import java.util.regex.Pattern;

/** Numbers on the insurance card: a letter and nine digits. */
final class InsuranceNumbers {
    private static final Pattern FORM = Pattern.compile("[A-Z][0-9]{9}");

    private InsuranceNumbers() {}

    static boolean isValid(String number) {
        return FORM.matcher(number).matches();
    }
}
