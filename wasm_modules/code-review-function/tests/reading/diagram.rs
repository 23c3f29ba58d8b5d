//! Diagrams of flows.

use super::*;
use proptest::prelude::*;

fn steps(told: &[(&str, &str, &str)]) -> Vec<Step> {
    let step = |(from, to, label): &(&str, &str, &str)| Step {
        from: from.to_string(),
        to: to.to_string(),
        label: label.to_string(),
    };
    told.iter().map(step).collect()
}

fn drawn_from(told: &[(&str, &str, &str)], texts: &[&str]) -> Option<String> {
    diagram(&steps(told), texts.iter().copied())
}

const CHECKOUT: [(&str, &str, &str); 3] = [
    ("Browser", "CartView", "add item"),
    ("CartView", "Ledger", "book(item; price: 3)"),
    ("ledger", "browser", "receipt\n%% hidden #1"),
];

#[test]
fn a_flow_is_drawn_with_cleaned_words() {
    let expected = "sequenceDiagram\n    participant P1 as Browser\n    participant P2 as CartView\n    \
        participant P3 as Ledger\n    P1->>P2: add item\n    P2->>P3: book(item price 3)\n    \
        P3->>P1: receipt hidden 1\n";
    assert_eq!(
        drawn_from(&CHECKOUT, &["shop/cart/view.py"]).as_deref(),
        Some(expected)
    );
}

#[test]
fn parts_that_nothing_speaks_of_make_no_diagram() {
    let made_up = [
        ("Blockchain", "Oracle", "ask"),
        ("Oracle", "Ledger", "answer"),
    ];
    assert_eq!(drawn_from(&made_up, &["shop/cart.py", "Adds a rate"]), None);
    assert_eq!(
        drawn_from(&made_up, &["shop/oracle.py"]),
        None,
        "one of three"
    );
    assert!(drawn_from(&made_up, &["shop/oracle.py", "the ledger"]).is_some());
}

#[test]
fn what_is_no_flow_is_not_drawn() {
    let user = ("user", "server", "asks");
    for told in [
        &[][..],
        &[user],
        &[("user", "User", "thinks"), ("user", "user", "thinks")],
        &[user, ("server", " ;# ", "answers")],
        &[user, ("server", "user", "::")],
    ] {
        assert_eq!(drawn_from(told, &[]), None, "{told:?}");
    }
    let names: Vec<String> = (0..9).map(|nth| format!("worker {nth}")).collect();
    let many: Vec<_> = names
        .iter()
        .map(|name| ("user", name.as_str(), "asks"))
        .collect();
    assert_eq!(drawn_from(&many, &[]), None, "ten parts");
    assert!(drawn_from(&many[..7], &[]).is_some());
}

#[test]
fn the_word_that_ends_a_block_is_put_into_brackets() {
    let told = [("user", "end", "END of day"), ("end", "user", "front-end")];
    let drawn = drawn_from(&told, &[]).unwrap();
    assert!(
        drawn
            .contains("participant P2 as (end)\n    P1->>P2: (end) of day\n    P2->>P1: front-end")
    );
}

/// A number after `mark`, and the rest.
fn numbered<'t>(text: &'t str, mark: &str) -> Option<(usize, &'t str)> {
    let rest = text.strip_prefix(mark)?;
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    Some((rest[..digits].parse().ok()?, &rest[digits..]))
}

fn is_text(text: &str, most: usize) -> bool {
    let plain = |c: char| c.is_alphanumeric() || " -.,_/'?!()".contains(c);
    let bare = text
        .split(' ')
        .all(|word| !word.eq_ignore_ascii_case("end"));
    (1..=most).contains(&text.chars().count())
        && text.trim() == text
        && text.chars().all(plain)
        && text.contains(char::is_alphanumeric)
        && !text.starts_with('-')
        && bare
}

fn is_step(line: &str, parts: usize) -> bool {
    let read = || {
        let (from, rest) = numbered(line, "    P")?;
        let (to, rest) = numbered(rest, "->>P")?;
        Some((from, to, rest.strip_prefix(": ")?))
    };
    read().is_some_and(|(from, to, label)| {
        (1..=parts).contains(&from) && (1..=parts).contains(&to) && is_text(label, 60)
    })
}

/// Reads a diagram line by line: its head, its participants in order, its steps.
fn check(drawn: &str) {
    let mut lines = drawn.lines().peekable();
    assert_eq!(lines.next(), Some("sequenceDiagram"));
    let mut parts = 0;
    while let Some((nth, name)) = lines
        .peek()
        .and_then(|line| numbered(line, "    participant P"))
    {
        parts += 1;
        assert_eq!(nth, parts);
        assert!(
            name.strip_prefix(" as ")
                .is_some_and(|name| is_text(name, 40)),
            "{name:?}"
        );
        lines.next();
    }
    assert!((2..=8).contains(&parts));
    let steps: Vec<&str> = lines.collect();
    assert!((2..=10).contains(&steps.len()));
    for step in steps {
        assert!(is_step(step, parts), "{step:?}");
    }
    assert!(drawn.ends_with('\n') && !drawn.contains("\n\n"));
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "(user|server|queue|cache|end|END|P1)[ -;:#%\n]{0,2}(end|db)?",
        1 => "\\PC{0,80}",
        1 => "[ -~\n\r\t]{0,90}",
        1 => Just("x->>y: end\n%%{init: {}}%%\u{3164}\u{202e}<br/>`$$`".to_string()),
    ]
}

proptest! {
    #[test]
    fn whatever_the_steps_the_diagram_is_well_formed(told in prop::collection::vec((word(), word(), word()), 0..14)) {
        let told: Vec<_> = told.iter().map(|(from, to, label)| (from.as_str(), to.as_str(), label.as_str())).collect();
        if let Some(drawn) = drawn_from(&told, &["shop/cart.py"]) {
            check(&drawn);
        }
    }

    #[test]
    fn a_flow_between_common_parts_is_always_drawn(labels in prop::collection::vec("[a-z]{1,80}", 2..14)) {
        let told: Vec<_> = labels.iter().map(|label| ("user", "server", label.as_str())).collect();
        check(&drawn_from(&told, &[]).unwrap());
    }
}
