package org.example.clinic.util;

import java.text.MessageFormat;
import java.util.ResourceBundle;

/** Texts in the language of the practice. */
public final class Messages {
    private final ResourceBundle bundle = ResourceBundle.getBundle("messages");

    public String text(String key, Object... values) {
        return MessageFormat.format(bundle.getString(key), values);
    }
}
