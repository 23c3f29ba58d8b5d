//! Drops findings that say what another tool has reported already.
//!
//! A finding on the same lines may be another one, so a doubt keeps it: both must name the same
//! well-known flaw or share most of their words, and must not quote different names.

use std::collections::BTreeSet;

use crate::findings::statement::Statement;
use crate::wit::{Finding, Report, Severity, Side};

/// The most lines between a finding and a report that say the same.
const NEAR: u32 = 2;

/// Removes from `findings` those that say the same as one of `reports`; returns their number.
pub fn drop_reported(findings: &mut Vec<Finding>, reports: &[Report]) -> usize {
    let repeated = repeated(&findings.iter().collect::<Vec<_>>(), reports);
    let mut at = 0;
    findings.retain(|_| {
        at += 1;
        !repeated.contains(&(at - 1))
    });
    repeated.len()
}

/// The positions of the findings that say the same as one of `reports`. Of several that repeat a
/// report, only those nearest to it count: the others may be about another place.
pub fn repeated(findings: &[&Finding], reports: &[Report]) -> BTreeSet<usize> {
    if reports.is_empty() {
        return BTreeSet::new();
    }
    let said: Vec<Statement> = findings
        .iter()
        .map(|one| Statement::of_finding(one))
        .collect();
    let mut repeated: BTreeSet<usize> = BTreeSet::new();
    for report in reports {
        let known = Statement::of_report(report);
        let pairs = findings.iter().zip(&said).enumerate();
        let alike = pairs.filter(|(_, (finding, said))| repeats(finding, said, report, &known));
        let alike: Vec<(usize, u32)> = alike
            .map(|(at, (finding, _))| (at, distance(finding, report)))
            .collect();
        let nearest = alike.iter().map(|(_, lines)| *lines).min();
        let near = alike.iter().filter(|(_, lines)| Some(*lines) == nearest);
        repeated.extend(near.map(|(at, _)| *at));
    }
    repeated
}

/// The note for the reader on dropped findings.
pub fn note(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some(
            "One finding was dropped because another tool has reported it already.".to_string(),
        ),
        many => Some(format!(
            "{many} findings were dropped because other tools have reported them already."
        )),
    }
}

/// Whether `finding` says what `report` says. A critical finding needs a report that is severe as
/// well, and one with other places stays because of those.
fn repeats(finding: &Finding, said: &Statement, report: &Report, known: &Statement) -> bool {
    let is_worse = finding.severity == Severity::Critical && report.severity > Severity::Major;
    let lines = distance(finding, report);
    finding.path == report.path
        && finding.side == Side::Right
        && finding.also.is_empty()
        && lines <= NEAR
        && !is_worse
        && known.may_concern(said)
        && (said.names_flaw_of(known, lines) || said.is_like(known, lines))
}

/// The lines from one to the other; 0 if they overlap.
fn distance(finding: &Finding, report: &Report) -> u32 {
    let before = finding.line.saturating_sub(report.end);
    before.max(report.line.saturating_sub(finding.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::report;
    use crate::wit::Source;

    fn finding(line: u32, title: &str) -> Finding {
        Finding {
            path: "a.py".into(),
            line,
            end: line,
            side: Side::Right,
            severity: Severity::Major,
            category: "security".into(),
            confidence: 0.9,
            title: title.into(),
            body: String::new(),
            replacement: None,
            source: Source::Model,
            also: Vec::new(),
        }
    }

    fn is_dropped(finding: Finding, report: &Report) -> bool {
        drop_reported(&mut vec![finding], std::slice::from_ref(report)) == 1
    }

    fn of(rule: &str, text: &str) -> Report {
        let mut known = report("a.py", 10, text);
        known.rule = rule.into();
        known
    }

    #[test]
    fn the_same_in_other_words_is_dropped() {
        let known = [
            (
                of(
                    "py/sql-injection",
                    "This SQL query depends on a user-provided value.",
                ),
                "SQL injection through `name`",
            ),
            (
                of(
                    "S608",
                    "Possible SQL injection vector through string-based query construction",
                ),
                "SQL injection in the lookup",
            ),
            (of("F401", "`os` imported but unused"), "Unused import `os`"),
            (
                of(
                    "no-unused-vars",
                    "'total' is assigned a value but never used.",
                ),
                "The variable total is never used",
            ),
            (
                of("G101", "Potential hardcoded credentials"),
                "API key is hard-coded",
            ),
            (
                of(
                    "",
                    "Possible null pointer dereference of order in Orders.total()",
                ),
                "Null dereference when the order is missing",
            ),
            (
                of("weak-hash", "MD5 is a weak hash for passwords"),
                "Passwords hashed with weak MD5",
            ),
        ];
        for (report, title) in known {
            assert!(is_dropped(finding(10, title), &report), "{title}");
        }
    }

    #[test]
    fn another_flaw_on_the_same_line_stays() {
        let known = [
            (
                of(
                    "py/sql-injection",
                    "This SQL query depends on a user-provided value.",
                ),
                "SQL connection is never closed",
            ),
            (
                of(
                    "py/sql-injection",
                    "This SQL query depends on a user-provided value.",
                ),
                "SQL query ignores the tenant",
            ),
            (of("F401", "`os` imported but unused"), "Unused import `re`"),
            (
                of("F401", "`os` imported but unused"),
                "Unused import of json",
            ),
            (
                of("F821", "Undefined name `total`"),
                "Undefined name `price`",
            ),
            (
                of("", "Line too long (120 > 88)"),
                "Line 120 overflows the buffer",
            ),
            (
                of("", "Missing docstring in public function"),
                "Null dereference in public function",
            ),
            (
                of("E722", "Do not use bare `except`"),
                "The error is swallowed and the payment lost",
            ),
        ];
        for (report, title) in known {
            assert!(!is_dropped(finding(10, title), &report), "{title}");
        }
    }

    #[test]
    fn only_the_same_lines_of_the_same_file_count() {
        let known = of(
            "py/sql-injection",
            "This SQL query depends on a user-provided value.",
        );
        let title = "SQL injection";
        for (line, dropped) in [(7, false), (8, true), (10, true), (12, true), (13, false)] {
            assert_eq!(is_dropped(finding(line, title), &known), dropped, "{line}");
        }
        let mut elsewhere = finding(10, title);
        elsewhere.path = "b.py".into();
        let mut deleted = finding(10, title);
        deleted.side = Side::Left;
        assert!(!is_dropped(elsewhere, &known));
        assert!(!is_dropped(deleted, &known));
        let secret = of("G101", "Potential hardcoded credentials");
        assert!(!is_dropped(finding(11, "The token is hard-coded"), &secret));
    }

    #[test]
    fn what_is_worse_or_elsewhere_too_stays() {
        let mut known = of("py/sql-injection", "SQL query built from user input");
        let critical = || Finding {
            severity: Severity::Critical,
            ..finding(10, "SQL injection")
        };
        assert!(!is_dropped(critical(), &known));
        known.severity = Severity::Major;
        assert!(is_dropped(critical(), &known));
        let spot = crate::wit::Spot {
            path: "b.py".into(),
            line: 1,
            end: 1,
            side: Side::Right,
        };
        let recurring = Finding {
            also: vec![spot],
            ..finding(10, "SQL injection")
        };
        assert!(!is_dropped(recurring, &known));
    }

    #[test]
    fn a_report_silences_the_nearest_of_several() {
        let known = [of("py/sql-injection", "SQL injection")];
        let mut found = vec![
            finding(9, "SQL injection in the first query"),
            finding(10, "SQL injection in the second query"),
            finding(12, "SQL injection in the third query"),
        ];
        assert_eq!(drop_reported(&mut found, &known), 1);
        let lines: Vec<u32> = found.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [9, 12]);
    }
}
