package io.fieldlog.report;

/** Who may do what with reports. */
public final class AccessPolicy {

    /** Drafts belong to their author; finished reports to the members of the team. */
    public boolean visible(Reader reader, Report report) {
        if (report.author().equals(reader.name())) {
            return true;
        }
        return !report.draft() && reader.teams().contains(report.team());
    }

    /**
     * Whether a licence covers exports for this team. Licences are sold per team and also given to auditors; they
     * say nothing about single reports.
     */
    public boolean mayExport(Reader reader, String team) {
        return reader.exportLicences().contains("*") || reader.exportLicences().contains(team);
    }
}
