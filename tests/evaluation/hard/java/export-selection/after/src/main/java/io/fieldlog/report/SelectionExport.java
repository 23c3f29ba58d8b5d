package io.fieldlog.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Writes chosen reports as CSV (RFC 4180). */
final class SelectionExport {
    static final int MAX_REPORTS = 500;
    private static final String LINE_END = "\r\n";
    private static final DateTimeFormatter DAY = DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);

    private final ReportStore store;
    private final AccessPolicy policy;

    SelectionExport(ReportStore store, AccessPolicy policy) {
        this.store = store;
        this.policy = policy;
    }

    /** The document for the ids, in their order. Ids that occur twice are written once. */
    String write(Reader reader, List<Long> ids) {
        Set<Long> wanted = new LinkedHashSet<>(ids);
        if (wanted.size() > MAX_REPORTS) {
            throw new IllegalArgumentException("at most " + MAX_REPORTS + " reports in an export");
        }
        List<Report> chosen = allowed(reader, store.byIds(wanted));
        StringBuilder out = new StringBuilder("id,title,author,team,changed").append(LINE_END);
        try {
            for (Report report : chosen) {
                row(out, report);
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        int left = wanted.size() - chosen.size();
        if (left > 0) {
            out.append("# ").append(left).append(" not included").append(LINE_END);
        }
        return out.toString();
    }

    private List<Report> allowed(Reader reader, List<Report> reports) {
        List<Report> allowed = new ArrayList<>();
        for (Report report : reports) {
            if (policy.mayExport(reader, report.team())) {
                allowed.add(report);
            }
        }
        return allowed;
    }

    private static void row(Appendable out, Report report) throws IOException {
        out.append(Long.toString(report.id())).append(',');
        out.append(cell(report.title())).append(',');
        out.append(cell(report.author())).append(',');
        out.append(cell(report.team())).append(',');
        out.append(DAY.format(report.changedAt())).append(LINE_END);
    }

    /** A quoted cell. The apostrophe keeps spreadsheets from reading the text as a formula. */
    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return '"' + safe.replace("\"", "\"\"") + '"';
    }
}
