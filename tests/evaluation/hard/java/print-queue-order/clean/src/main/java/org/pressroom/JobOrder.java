package org.pressroom;

import java.util.Comparator;

/** Which of two jobs prints first. */
public final class JobOrder implements Comparator<PrintJob> {
    public static final JobOrder INSTANCE = new JobOrder();

    private JobOrder() {
    }

    @Override
    public int compare(PrintJob first, PrintJob second) {
        // The arguments are swapped: express jobs (true) come first.
        int byClass = Boolean.compare(second.express(), first.express());
        if (byClass != 0) {
            return byClass;
        }
        int byUrgency = urgency(first, second);
        // Ids count upwards, so equal jobs keep the order of their arrival.
        return byUrgency != 0 ? byUrgency : Long.compare(first.id(), second.id());
    }

    private static int urgency(PrintJob first, PrintJob second) {
        if (first.deadline() == null && second.deadline() == null) {
            return Integer.compare(first.pages(), second.pages());
        }
        if (first.deadline() == null || second.deadline() == null) {
            return first.deadline() == null ? 1 : -1;
        }
        return first.deadline().compareTo(second.deadline());
    }
}
