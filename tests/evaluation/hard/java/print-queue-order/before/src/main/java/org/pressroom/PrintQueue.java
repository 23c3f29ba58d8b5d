package org.pressroom;

import java.util.ArrayList;
import java.util.List;

/** The jobs that wait for a printer. Not for use by several threads. */
public final class PrintQueue {
    private final List<PrintJob> waiting = new ArrayList<>();

    public void add(PrintJob job) {
        waiting.add(job);
    }

    public PrintJob next() {
        return waiting.isEmpty() ? null : waiting.remove(0);
    }
}
