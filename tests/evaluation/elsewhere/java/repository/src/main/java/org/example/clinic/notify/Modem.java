package org.example.clinic.notify;

/** The device that sends text messages. */
public interface Modem {
    void dial(String number, String text);
}
