//! The code around a change is looked up before the model is asked.

use std::cell::RefCell;

use code_review_function::wit::{
    Answer, Change, Excerpt, File, Lookup, Passage, Passages, Query, Request, Settings, Trouble,
};
use serde_json::json;

use crate::made::{change, shop};
use crate::script::{Told, failed, quarter, said, settings, tell_looking};

const PATCH: &str = "@@ -1,4 +1,4 @@ class Cart:\n     def total(self):\n-        return self.sum\n\
    +        return scaled(self.sum, Share.of(self))\n \n     # the end\n";

fn cart() -> Change {
    let mut made = change(vec![File {
        path: "shop/cart.py".to_string(),
        patch: Some(PATCH.to_string()),
        additions: 1,
        deletions: 1,
        ..shop().files[0].clone()
    }]);
    made.title = "Scale the total".to_string();
    made
}

fn looking() -> Settings {
    let mut settings = settings(16_000, 1000);
    settings.features.lookups = true;
    settings
}

fn passage(path: &str, name: &str, lines: (u32, u32), text: &str) -> Passage {
    Passage {
        path: path.to_string(),
        line: lines.0,
        end: lines.1,
        name: name.to_string(),
        kind: "function".to_string(),
        text: text.to_string(),
    }
}

fn repository(lookup: &Lookup) -> Answer {
    let passages = match (lookup.query, lookup.text.as_str()) {
        (Query::Outline, _) => vec![passage("shop/cart.py", "total", (1, 3), "def total(self):")],
        (Query::Definition, "scaled") => {
            vec![passage(
                "shop/money.py",
                "scaled",
                (6, 7),
                "def scaled(sum, share):\n    return sum / share",
            )]
        }
        (Query::Definition, "Share") => (0..9)
            .map(|nth| passage(&format!("lib/{nth}.py"), "Share", (1, 1), "class Share:"))
            .collect(),
        (Query::Uses, "total") => vec![
            passage(
                "shop/cart.py",
                "total",
                (1, 3),
                "        return scaled(self.sum, Share.of(self))",
            ),
            passage(
                "shop/orders.py",
                "place",
                (4, 9),
                "    assert cart.total() == cart.paid",
            ),
        ],
        (Query::Tests, _) => vec![passage(
            "tests/test_cart.py",
            "test_total",
            (3, 5),
            "def test_total():",
        )],
        _ => Vec::new(),
    };
    Answer::Passages(Passages {
        passages,
        more: false,
    })
}

fn answer(request: &Request) -> Answer {
    said(match request.id.split('/').next() {
        Some("chunk") => json!({"notes": [], "risks": [], "findings": []}),
        _ => {
            json!({"purpose": "Scales the total.", "majors": [], "risks": [], "tests": "", "groups": [], "flow": []})
        }
    })
}

fn told(settings: &Settings, look: impl Fn(&Lookup) -> Answer) -> Told {
    let text = |_: &_| {
        Answer::Excerpt(Excerpt {
            text: String::new(),
        })
    };
    tell_looking(&cart(), settings, &quarter, (text, look), answer)
}

fn prompt(told: &Told) -> &str {
    let chunk = told
        .requests
        .iter()
        .find(|request| request.id.starts_with("chunk/"));
    &chunk.unwrap().messages[1].text
}

#[test]
fn definitions_uses_and_tests_are_shown_once_and_not_what_the_diff_shows() {
    let told = told(&looking(), repository);
    let prompt = prompt(&told);

    for shown in [
        "shop/money.py (definition of scaled)\ndef scaled(sum, share):\n    return sum / share\n",
        "shop/orders.py (use of total, in place)\n    assert cart.total() == cart.paid\n",
        "tests/test_cart.py (test, in test_total)\ndef test_total():\n",
    ] {
        assert!(prompt.contains(shown), "{shown} in\n{prompt}");
    }
    assert!(
        !prompt.contains("class Share:"),
        "a name with many definitions says nothing"
    );
    assert_eq!(prompt.matches("scaled(self.sum").count(), 1);
    assert!(
        told.review.problems.is_empty(),
        "{:?}",
        told.review.problems
    );
}

#[test]
fn nothing_is_looked_up_without_the_hosts_leave() {
    let asked = RefCell::new(0);
    let count = |lookup: &Lookup| {
        *asked.borrow_mut() += 1;
        repository(lookup)
    };
    let mut settings = looking();
    settings.features.lookups = false;
    assert!(!prompt(&told(&settings, count)).contains("scaled(sum, share)"));
    assert_eq!(*asked.borrow(), 0);
}

#[test]
fn a_repository_that_cannot_be_read_is_told_once_and_the_review_goes_on() {
    let told = told(&looking(), |_| failed(Trouble::Refused));
    assert!(prompt(&told).contains("scaled(self.sum"));
    let problems = told.review.problems.join(" ");
    assert_eq!(
        problems
            .matches("The review sees only the diff, because the script says so.")
            .count(),
        1
    );
}

#[test]
fn the_code_around_leaves_room_for_the_diff() {
    let wide = |lookup: &Lookup| {
        let text = "    wide = wide + 1\n".repeat(400);
        let one = |nth: u32| passage(&format!("lib/{nth}.py"), "wide", (1, 400), &text);
        let passages = if lookup.query == Query::Outline {
            Vec::new()
        } else {
            (0..3).map(one).collect()
        };
        Answer::Passages(Passages {
            passages,
            more: true,
        })
    };
    let mut small = looking();
    if let Some(model) = &mut small.model {
        model.context = 6000;
    }
    let told = told(&small, wide);
    assert!(prompt(&told).contains("scaled(self.sum"));
    assert!(
        told.review.coverage.iter().all(|entry| entry.reviewed),
        "{:?}",
        told.review.coverage
    );
    for request in &told.requests {
        let tokens: u32 = request
            .messages
            .iter()
            .map(|message| quarter(&message.text))
            .sum();
        assert!(tokens + 1000 <= 6000, "{} takes {tokens}", request.id);
    }
}
