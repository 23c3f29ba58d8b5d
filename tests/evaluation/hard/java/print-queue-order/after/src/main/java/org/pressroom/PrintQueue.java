package org.pressroom;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The jobs that wait for a printer. Not for use by several threads. */
public final class PrintQueue {
    private final List<PrintJob> waiting = new ArrayList<>();

    public void add(PrintJob job) {
        waiting.add(job);
    }

    /** Removes and returns the most urgent job that the loaded paper allows; null if there is none. */
    public PrintJob next(Map<String, Integer> trays) {
        waiting.sort(JobOrder.INSTANCE);
        for (Iterator<PrintJob> jobs = waiting.iterator(); jobs.hasNext(); ) {
            PrintJob job = jobs.next();
            if (sheets(job) <= trays.getOrDefault(job.paper(), 0)) {
                jobs.remove();
                return job;
            }
        }
        return null;
    }

    /**
     * What the printer prints with the paper in its trays, in this order. A job for which the paper does not
     * suffice is left out, and smaller jobs behind it may still print.
     */
    public List<PrintJob> plan(Map<String, Integer> trays) {
        Map<String, Integer> left = new TreeMap<>(trays);
        List<PrintJob> ordered = new ArrayList<>(waiting);
        ordered.sort(JobOrder.INSTANCE);
        List<PrintJob> plan = new ArrayList<>();
        for (PrintJob job : ordered) {
            int rest = left.getOrDefault(job.paper(), 0) - sheets(job);
            if (rest >= 0) {
                left.put(job.paper(), rest);
                plan.add(job);
            }
        }
        return plan;
    }

    /** Both sides are printed: an odd page takes a sheet of its own. */
    private static int sheets(PrintJob job) {
        return (job.pages() + 1) / 2;
    }
}
