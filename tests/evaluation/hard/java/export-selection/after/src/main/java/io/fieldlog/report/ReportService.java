package io.fieldlog.report;

import java.util.Comparator;
import java.util.List;

/** What the web layer calls. */
public final class ReportService {
    private final ReportStore store;
    private final AccessPolicy policy;
    private final SelectionExport export;

    public ReportService(ReportStore store, AccessPolicy policy) {
        this.store = store;
        this.policy = policy;
        this.export = new SelectionExport(store, policy);
    }

    /** The reports that the reader may see, the latest first. */
    public List<Report> list(Reader reader) {
        return store.ofTeams(reader.teams()).stream()
                .filter(report -> policy.visible(reader, report))
                .sorted(Comparator.comparing(Report::changedAt).reversed())
                .toList();
    }

    /** A CSV document of the selection; ids that the reader must not export count as left out. */
    public String export(Reader reader, List<Long> ids) {
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("an empty selection");
        }
        return export.write(reader, ids);
    }
}
