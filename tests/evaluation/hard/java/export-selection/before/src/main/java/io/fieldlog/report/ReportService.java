package io.fieldlog.report;

import java.util.Comparator;
import java.util.List;

/** What the web layer calls. */
public final class ReportService {
    private final ReportStore store;
    private final AccessPolicy policy;

    public ReportService(ReportStore store, AccessPolicy policy) {
        this.store = store;
        this.policy = policy;
    }

    /** The reports that the reader may see, the latest first. */
    public List<Report> list(Reader reader) {
        return store.ofTeams(reader.teams()).stream()
                .filter(report -> policy.visible(reader, report))
                .sorted(Comparator.comparing(Report::changedAt).reversed())
                .toList();
    }
}
