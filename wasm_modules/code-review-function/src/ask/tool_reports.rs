//! What other tools have reported on files, as text for the model.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::text::visible::{clip, visible};
use crate::wit::{Report, Severity};

/// The most bytes of the text of one report, and of the names in it.
const TEXT: usize = 240;
const NAME: usize = 60;

/// The reports on files of `paths`, each on a line, in their order and in at most `most` bytes. Of
/// too many, the most severe.
pub fn listed(reports: &[Report], paths: &BTreeSet<&str>, most: usize) -> String {
    let about = reports
        .iter()
        .filter(|report| paths.contains(report.path.as_str()));
    let mut lines: Vec<(usize, Severity, String)> = about
        .enumerate()
        .map(|(at, report)| (at, report.severity, line(report)))
        .collect();
    lines.sort_by_key(|(_, severity, _)| *severity);
    let mut left = most;
    lines.retain(|(_, _, line)| {
        let fits = line.len() <= left;
        left = if fits { left - line.len() } else { left };
        fits
    });
    lines.sort_by_key(|(at, ..)| *at);
    lines.into_iter().map(|(_, _, line)| line).collect()
}

fn line(report: &Report) -> String {
    let text = report.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = format!("{} {}", report.tool, report.rule);
    let mut out = format!("{}:{}", visible(&report.path), report.line);
    if report.end != report.line {
        let _ = write!(out, "-{}", report.end);
    }
    let (name, text) = (
        clip(visible(&name).trim(), NAME),
        clip(&visible(&text), TEXT),
    );
    let _ = writeln!(out, " {name} ({}): {text}", severity(report.severity));
    out
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::Major => "major",
        Severity::Minor => "minor",
        Severity::Nit => "nit",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::report;

    #[test]
    fn each_report_is_a_line_with_its_place_and_tool() {
        let mut long = report("a.py", 3, "One\nline\u{202e}");
        long.end = 5;
        long.rule = String::new();
        let reports = [report("a.py", 1, "Bad"), long, report("b.py", 1, "Other")];
        assert_eq!(
            listed(&reports, &BTreeSet::from(["a.py"]), 1000),
            "a.py:1 CodeQL py/rule (minor): Bad\na.py:3-5 CodeQL (minor): One line\\u{202e}\n"
        );
    }

    #[test]
    fn of_too_many_the_most_severe_are_shown() {
        let mut worst = report("a.py", 9, "Worst");
        worst.severity = Severity::Critical;
        let mut reports: Vec<_> = (1..9).map(|at| report("a.py", at, "Bad")).collect();
        reports.push(worst);
        let shown = listed(&reports, &BTreeSet::from(["a.py"]), 80);
        assert_eq!(
            shown,
            "a.py:1 CodeQL py/rule (minor): Bad\na.py:9 CodeQL py/rule (critical): Worst\n"
        );
        assert_eq!(listed(&reports, &BTreeSet::from(["a.py"]), 0), "");
    }
}
