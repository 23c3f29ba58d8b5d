//! Whatever a model answers, the review ends, and its findings are on lines of the diff.

use std::collections::BTreeSet;

use code_review_function::diff::patch::{Hunk, parse, shows};
use code_review_function::wit::{Answer, Change, Finding, Finish, Side, Source, Trouble};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::made::changes;
use crate::script::{failed, finished, settings, tell};

const NAMES: [&str; 22] = [
    "notes",
    "findings",
    "risks",
    "verdicts",
    "path",
    "line",
    "end_line",
    "side",
    "title",
    "body",
    "category",
    "severity",
    "confidence",
    "replacement",
    "number",
    "verdict",
    "reason",
    "fix_ok",
    "purpose",
    "majors",
    "digest",
    "text",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "(app|lib/(one|two)|tests)/[a-c]{1,3}(_test)?\\.(py|rs|md)",
        "(old|new|left|critical|major|minor|nit|keep|drop|security|99%|L12-14)",
        "\\PC{0,30}",
        "(the|same|flaw|is here|again|nothing|to do)( (the|same|flaw|is here|again)){0,4}",
    ]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-2i64..120).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let field = (prop::sample::select(NAMES.to_vec()), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            prop::collection::vec(field, 0..8).prop_map(object),
        ]
    })
}

fn object(fields: Vec<(&str, Value)>) -> Value {
    let fields = fields.into_iter();
    Value::Object(
        fields
            .map(|(name, value)| (name.to_string(), value))
            .collect::<Map<_, _>>(),
    )
}

/// A finding that is likely to be on a line of the diff.
fn finding() -> impl Strategy<Value = Value> {
    let fields = (word(), 0u32..90, 0u32..90, word(), word(), json());
    fields.prop_map(|(path, line, end, severity, title, other)| {
        object(vec![
            ("path", path.into()),
            ("line", line.into()),
            ("end_line", end.into()),
            ("severity", severity.into()),
            ("title", title.into()),
            ("side", if line % 3 == 0 { "old" } else { "new" }.into()),
            ("replacement", "x = 1".into()),
            ("confidence", other),
        ])
    })
}

fn verdict() -> impl Strategy<Value = Value> {
    (0u32..9, word(), word(), json()).prop_map(|(number, verdict, severity, other)| {
        object(vec![
            ("number", number.into()),
            ("verdict", verdict.into()),
            ("severity", severity.into()),
            ("confidence", other.clone()),
            ("fix_ok", other),
        ])
    })
}

fn answer() -> impl Strategy<Value = Answer> {
    let likely = (
        prop::collection::vec(finding(), 0..15),
        prop::collection::vec(verdict(), 0..9),
    );
    let likely = likely.prop_map(|(findings, verdicts)| {
        object(vec![
            ("findings", findings.into()),
            ("verdicts", verdicts.into()),
            ("purpose", "It changes.".into()),
        ])
    });
    let troubles = vec![
        Trouble::Context,
        Trouble::Unsupported,
        Trouble::Refused,
        Trouble::Budget,
        Trouble::Unavailable,
        Trouble::Invalid,
    ];
    let ends = prop::sample::select(vec![
        Finish::Stop,
        Finish::Stop,
        Finish::Length,
        Finish::Filter,
    ]);
    prop_oneof![
        8 => likely.prop_map(|value| finished(value, Finish::Stop)),
        2 => (json(), ends.clone()).prop_map(|(value, end)| finished(value, end)),
        1 => ("\\PC{0,200}", ends).prop_map(|(text, end)| finished(text, end)),
        1 => prop::sample::select(troubles).prop_map(failed),
    ]
}

fn hunks(change: &Change, path: &str) -> Vec<Hunk> {
    let file = change.files.iter().find(|file| file.path == path).unwrap();
    parse(file.patch.as_deref().unwrap()).unwrap()
}

/// The place of the finding, and its other places.
fn spots(finding: &Finding) -> Vec<(String, u32, u32, Side)> {
    let own = (
        finding.path.clone(),
        finding.line,
        finding.end,
        finding.side,
    );
    let also = finding
        .also
        .iter()
        .map(|spot| (spot.path.clone(), spot.line, spot.end, spot.side));
    std::iter::once(own).chain(also).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_review_ends_and_its_findings_stand_on_the_diff(
        change in changes(), answers in prop::collection::vec(answer(), 1..12), context in 3000u32..9000,
        verification in prop::bool::weighted(0.8), portion in 300u32..4000,
    ) {
        let mut settings = settings(context, 500);
        settings.features.verification = verification;
        settings.portion = portion;
        let mut turn = 0;
        let told = tell(&change, &settings, |_| {
            turn += 1;
            answers[turn % answers.len()].clone()
        });
        let mut seen = BTreeSet::new();
        for finding in told.review.findings.iter().filter(|finding| finding.source == Source::Model) {
            for (path, line, end, side) in spots(finding) {
                prop_assert!(shows(&hunks(&change, &path), side, line, end), "{path} {line}-{end}");
            }
            let place = (finding.path.clone(), finding.line, finding.end, finding.title.clone());
            prop_assert!(seen.insert(place), "{} is found twice", finding.title);
            prop_assert!((0.0..=1.0).contains(&finding.confidence));
        }
        let covered: Vec<&str> = told.review.coverage.iter().map(|entry| entry.path.as_str()).collect();
        let paths: Vec<&str> = change.files.iter().map(|file| file.path.as_str()).collect();
        prop_assert_eq!(covered, paths);
        for entry in &told.review.coverage {
            prop_assert_eq!(entry.reviewed, entry.reason.is_none());
            prop_assert!(!(entry.reviewed && entry.later));
        }
    }
}
