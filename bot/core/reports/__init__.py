"""Reports of other tools on a change: read from SARIF files, and limited to the lines that the diff shows."""

from bot.core.reports.relevant import MAX_REPORTS, on_shown_lines, report_text, tool_name, with_reports
from bot.core.reports.sarif import MAX_SARIF, read_sarif
from bot.core.reports.sarif_document import SarifError

__all__ = [
    "MAX_REPORTS",
    "MAX_SARIF",
    "SarifError",
    "on_shown_lines",
    "read_sarif",
    "report_text",
    "tool_name",
    "with_reports",
]
