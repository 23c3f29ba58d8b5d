//! Hunks are shown with their context if the host has the texts of the files.

use std::collections::BTreeMap;

use code_review_function::diff::patch::{Kind, parse};
use code_review_function::wit::{
    Answer, Change, Excerpt, File, Place, Revision, Settings, Status, Step, Trouble,
};
use proptest::prelude::*;

use crate::budget::keeps_within_reading;
use crate::chunking::{expected, shown};
use crate::made::{added, change, changes, patched};
use crate::script::{Told, bytewise, failed, nothing, quarter, settings, step, tell_reading};

fn with_texts(context: u32) -> Settings {
    let mut settings = settings(context, 500);
    settings.features.texts = true;
    settings
}

fn text(text: &str) -> Answer {
    Answer::Excerpt(Excerpt {
        text: text.to_string(),
    })
}

fn told(change: &Change, known: &BTreeMap<&str, String>) -> Told {
    let give = |place: &Place| match known.get(place.path.as_str()) {
        Some(known) => text(known),
        None => failed(Trouble::Refused),
    };
    tell_reading(change, &with_texts(16_000), &quarter, give, nothing)
}

/// The only question about `file`, whose text is known.
fn shown_with(file: File, known: &str) -> String {
    let path = file.path.clone();
    let told = told(
        &change(vec![file]),
        &BTreeMap::from([(path.as_str(), known.to_string())]),
    );
    told.chunks()["chunk/1"]
        .split("The diff:")
        .nth(1)
        .unwrap()
        .to_string()
}

const CART: &str = "import os\n\n\nclass Cart:\n    \"\"\"Holds things.\"\"\"\n\n    def total(self, rate):\n        \
    if not self.all:\n            return 0\n        rest = rate\n        for one in self.all:\n            rest += one\n        \
    again = rest\n        again += 1\n        return again\n\n    def other(self):\n        pass\n";

fn edit() -> File {
    patched(
        "shop/cart.py",
        "@@ -11,3 +11,3 @@ class Cart:\n         for one in self.all:\n-            rest -= one\n+            rest += one\n         again = rest\n",
    )
}

#[test]
fn a_small_function_is_shown_as_a_whole() {
    let expected = "@@ -11,3 +11,3 @@ class Cart:\n4 |class Cart:\n…\n7 |    def total(self, rate):\n8 |        if not self.all:\n\
        9 |            return 0\n10 |        rest = rate\n11 |        for one in self.all:\n12-|            rest -= one\n\
        12+|            rest += one\n13 |        again = rest\n14 |        again += 1\n15 |        return again\n</data";
    let diff = shown_with(edit(), CART);
    assert!(diff.contains(expected), "{diff}");
}

#[test]
fn of_a_large_function_the_signature_is_shown_and_what_is_near() {
    let filler: String = (0..100)
        .map(|nth| format!("        step_{nth}()\n"))
        .collect();
    let text = format!("def long(\n    self,\n):\n{filler}        change()\n{filler}\nx = 1\n");
    let file = patched(
        "a.py",
        "@@ -103,2 +103,3 @@\n         step_99()\n+        change()\n         step_0()\n",
    );
    let diff = shown_with(file, &text);
    let expected =
        "@@ -103,2 +103,3 @@\n1 |def long(\n2 |    self,\n3 |):\n…\n95 |        step_91()\n";
    assert!(diff.contains(expected), "{diff}");
    assert!(diff.contains("102 |        step_98()\n103 |        step_99()\n104+|        change()\n105 |        step_0()\n106 |"));
    assert!(diff.contains("109 |        step_4()\n</data"), "{diff}");
}

#[test]
fn of_prose_the_headings_are_shown() {
    let text = "# Cart\n\n## Use\n\none\n\ntwo\n\nthree\n\nfour\n\nfive\n";
    let file = patched("docs/cart.md", "@@ -9,3 +9,3 @@\n three\n \n-for\n+four\n");
    let diff = shown_with(file, text);
    let expected =
        "@@ -9,3 +9,3 @@\n1 |# Cart\n…\n3 |## Use\n…\n9 |three\n10 |\n11-|for\n11+|four\n</data";
    assert!(diff.contains(expected), "{diff}");
}

#[test]
fn hunks_of_one_function_are_shown_as_one() {
    let file = patched(
        "shop/cart.py",
        "@@ -8,2 +8,2 @@ class Cart:\n-        if self.all:\n+        if not self.all:\n             return 0\n\
         @@ -14,2 +14,2 @@ class Cart:\n-        again += 2\n+        again += 1\n         return again\n",
    );
    let diff = shown_with(file, CART);
    assert_eq!(diff.matches("@@ -").count(), 1, "{diff}");
    assert!(
        diff.contains("9 |            return 0\n10 |        rest = rate\n11 |"),
        "{diff}"
    );
    assert!(
        diff.contains("13 |        again = rest\n14-|        again += 2\n14+|"),
        "{diff}"
    );
}

#[test]
fn many_small_hunks_are_not_drowned_in_what_is_around_them() {
    let body = |name: usize| {
        format!(
            "def f{name}():\n{}\n",
            format!("    {}\n", "x".repeat(40)).repeat(30)
        )
    };
    let text: String = (0..20).map(body).collect();
    let hunk = |nth: usize| {
        let start = nth * 32 + 15;
        format!("@@ -{start} +{start} @@\n-old\n+    {}\n", "x".repeat(40))
    };
    let patch: String = (0..20).map(hunk).collect();
    let diff = shown_with(patched("a.py", &patch), &text);
    assert!(diff.contains("1 |def f0():\n2 |    xxx"));
    assert!(
        diff.len() < 3 * patch.len() + 2000,
        "{} for {}",
        diff.len(),
        patch.len()
    );
}

#[test]
fn a_text_that_is_not_what_the_diff_is_of_is_not_shown() {
    let other = CART.replace("again = rest", "again = none");
    let dos = CART.replace('\n', "\r\n");
    for wrong in [other.as_str(), dos.as_str(), "", "\n\n"] {
        assert!(!shown_with(edit(), wrong).contains("def total"));
    }
}

#[test]
fn a_generated_file_is_known_by_the_top_that_the_diff_does_not_show() {
    let known = format!(
        "# Generated by a tool. DO NOT EDIT.\n{}",
        &CART["import os\n".len()..]
    );
    let told = told(
        &change(vec![edit()]),
        &BTreeMap::from([("shop/cart.py", known)]),
    );
    assert_eq!(
        told.missed("shop/cart.py"),
        Some("generated file, according to its header")
    );
    let hiding = patched(
        "a.py",
        "@@ -1,1 +1,2 @@\n+# Generated by a tool. DO NOT EDIT.\n x = 1\n",
    );
    let diff = shown_with(hiding, "# Generated by a tool. DO NOT EDIT.\nx = 1\n");
    assert!(diff.contains("DO NOT EDIT"));
}

#[test]
fn texts_are_asked_for_once_and_only_where_they_help() {
    let mut kept = edit();
    kept.skip = Some("left out".into());
    kept.path = "shop/left.py".into();
    let mut moved = edit();
    moved.path = "shop/moved.py".into();
    moved.status = Status::Renamed;
    let files = vec![
        added("new.py", &["x = 1".to_string()]),
        edit(),
        kept,
        patched("a.sql", "@@ -1 +1 @@\n-x\n+y\n"),
        moved,
    ];
    let change = change(files);
    let Step::Fetch(places) = step(&change, &with_texts(16_000), &[]) else {
        panic!("it fetches")
    };
    let named: Vec<_> = places
        .iter()
        .map(|place| (place.id.as_str(), place.path.as_str()))
        .collect();
    assert_eq!(
        named,
        [("text/1", "shop/cart.py"), ("text/4", "shop/moved.py")]
    );
    assert!(places.iter().all(|place| place.revision == Revision::Head));
    let told = told(&change, &BTreeMap::new());
    assert_eq!(told.missed("shop/cart.py"), None);
    let mut without = with_texts(16_000);
    without.features.texts = false;
    assert!(matches!(step(&change, &without, &[]), Step::Ask(_)));
    without.features.texts = true;
    without.model = None;
    assert!(matches!(step(&change, &without, &[]), Step::Done(_)));
}

#[test]
fn no_more_texts_are_asked_for_than_is_sensible() {
    let files = (0..400).map(|nth| patched(&format!("a{nth}.py"), "@@ -1 +1 @@\n-x\n+y\n"));
    let Step::Fetch(places) = step(&change(files.collect()), &with_texts(16_000), &[]) else {
        panic!("it fetches")
    };
    assert_eq!(places.len(), 300);
}

/// A text with the lines that the file's patch shows of the head, and other ones in between.
fn text_of(file: &File, seed: usize) -> String {
    let hunks = parse(file.patch.as_deref().unwrap_or_default()).unwrap();
    let lines = hunks.iter().flat_map(|hunk| &hunk.lines);
    let known: BTreeMap<u32, &str> = lines
        .filter_map(|line| Some((line.new?, line.text.as_str())))
        .collect();
    let last = known.keys().last().copied().unwrap_or(0) + 30;
    let made = |number: u32| match (number as usize * 7 + seed) % 11 {
        0 => "def outer():".to_string(),
        1 => "    fn inner(&self) {".to_string(),
        2 => "## Heading".to_string(),
        3 => "}".to_string(),
        4 => String::new(),
        5 => "z".repeat(seed % 700),
        n => format!("{}line {number}", " ".repeat(n)),
    };
    let line = |number| {
        known
            .get(&number)
            .map_or_else(|| made(number), |text| text.to_string())
    };
    (1..=last).map(|number| line(number) + "\n").collect()
}

fn library(change: &Change, seed: usize) -> BTreeMap<String, String> {
    let files = change
        .files
        .iter()
        .map(|file| (file.path.clone(), text_of(file, seed)));
    files.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_line_of_the_diff_is_still_shown_exactly_once(
        change in changes(), seed in 0usize..1000, portion in 300u32..3000, is_dense: bool,
    ) {
        let library = library(&change, seed);
        let give = |place: &Place| text(&library[&place.path]);
        let mut settings = with_texts(16_000);
        settings.portion = if is_dense { 4 * portion } else { portion };
        let count = if is_dense { bytewise } else { quarter };
        let told = tell_reading(&change, &settings, &count, give, nothing);
        let mut shown = shown(&told);
        for line in expected(&change).keys() {
            prop_assert_eq!(shown.remove(line), Some(1), "{:?}", line);
        }
        prop_assert!(shown.keys().all(|(_, mark, _)| *mark == ' '));
    }

    #[test]
    fn with_texts_every_request_keeps_within_the_context(change in changes(), seed in 0usize..1000, context in 3000u32..9000) {
        let library = library(&change, seed);
        let give = |place: &Place| text(&library[&place.path]);
        keeps_within_reading(&change, &with_texts(context), &quarter, give);
        keeps_within_reading(&change, &with_texts(12_000), &bytewise, give);
    }
}

#[test]
fn a_finding_on_a_line_around_a_hunk_names_it_on_the_changed_line() {
    let known = BTreeMap::from([("shop/cart.py", CART.to_string())]);
    let give = |place: &Place| text(&known[place.path.as_str()]);
    let said = serde_json::json!({"notes": [], "risks": [], "findings": [
        {"path": "shop/cart.py", "line": 4, "title": "Far from the hunk"},
        {"path": "shop/cart.py", "line": 12, "title": "In the hunk"}]});
    let told = tell_reading(
        &change(vec![edit()]),
        &with_texts(16_000),
        &quarter,
        give,
        |request| {
            if request.id == "chunk/1" {
                crate::script::said(&said)
            } else {
                nothing(request)
            }
        },
    );
    let of = |title: &str| {
        let mut findings = told.review.findings.iter();
        findings.find(|one| one.title == title).unwrap()
    };
    assert_eq!(of("In the hunk").line, 12);
    let far = of("Far from the hunk");
    assert!(far.body.starts_with("`shop/cart.py:4`: "), "{}", far.body);
    assert_eq!(far.replacement, None);
    let hunks = parse(edit().patch.as_deref().unwrap()).unwrap();
    let is_changed = |number: u32| {
        let mut lines = hunks[0].lines.iter();
        lines.any(|line| line.kind != Kind::Context && (line.new.or(line.old) == Some(number)))
    };
    assert!(is_changed(12) && is_changed(far.line));
}
