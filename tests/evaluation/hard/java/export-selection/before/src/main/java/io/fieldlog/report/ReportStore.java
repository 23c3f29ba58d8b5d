package io.fieldlog.report;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** All reports of all teams; what a person may see is a matter of the callers. */
public final class ReportStore {
    private final Map<Long, Report> reports = new ConcurrentHashMap<>();

    public void save(Report report) {
        reports.put(report.id(), report);
    }

    public List<Report> ofTeams(Collection<String> teams) {
        return reports.values().stream().filter(report -> teams.contains(report.team())).toList();
    }

    public List<Report> byIds(Collection<Long> ids) {
        return ids.stream().distinct().map(reports::get).filter(Objects::nonNull).toList();
    }
}
