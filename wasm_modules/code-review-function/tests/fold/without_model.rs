//! Without a model, the review consists of the signals and a summary by rules.

use code_review_function::wit::{Status, Step};

use crate::made::{absent, added, change, patched, shop};
use crate::script::{said, step, tell, without_model};

#[test]
fn nothing_is_asked_and_the_review_says_what_is_known() {
    let told = tell(&shop(), &without_model(), |_| said("never asked"));
    assert_eq!(told.rounds, 0);
    let review = &told.review;
    assert_eq!(
        review.purpose,
        "“Add discounts to the cart” touches 6 files in 2 commits, with 4 lines added and 2 deleted: \
         source (3 files), dependencies (1 file), tests (1 file), assets (1 file)."
    );
    assert_eq!(review.commits[0].text, "touches shop/cart.py");
    assert_eq!(
        review.order,
        [
            "shop/cart.py",
            "tests/test_cart.py",
            "shop/huge.py",
            "shop/money.py"
        ]
    );
    assert_eq!(review.effort, 1);
    assert_eq!(review.notes[0].text, "source, modified");
}

#[test]
fn every_file_is_covered_or_named_with_its_reason() {
    let told = tell(&shop(), &without_model(), |_| said("never asked"));
    let paths: Vec<&str> = told
        .review
        .coverage
        .iter()
        .map(|entry| entry.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "shop/cart.py",
            "tests/test_cart.py",
            "package-lock.json",
            "logo.png",
            "shop/money.py",
            "shop/huge.py"
        ]
    );
    assert_eq!(told.missed("shop/cart.py"), None);
    assert_eq!(told.missed("shop/money.py"), None);
    assert_eq!(told.missed("package-lock.json"), Some("lock file"));
    assert_eq!(told.missed("logo.png"), Some("asset"));
    assert_eq!(
        told.missed("shop/huge.py"),
        Some("too large for GitHub to show")
    );
}

#[test]
fn removed_and_unreadable_files_are_told_apart() {
    let files = vec![
        absent("a.py", Status::Removed, None),
        patched("b.py", "@@ nonsense\n"),
        absent("c.py", Status::Modified, None),
        absent("run.sh", Status::Modified, Some("only its mode changed")),
    ];
    let told = tell(&change(files), &without_model(), |_| said("never asked"));
    assert_eq!(told.missed("a.py"), None);
    assert!(
        told.missed("b.py")
            .unwrap()
            .starts_with("the diff could not be parsed: ")
    );
    assert_eq!(told.missed("c.py"), Some("no diff is available"));
    assert_eq!(told.missed("run.sh"), None);
}

#[test]
fn a_change_without_files_is_reviewed() {
    assert!(
        matches!(step(&change(vec![]), &without_model(), &[]), Step::Done(review) if review.effort == 1)
    );
}

#[test]
fn a_file_too_long_for_the_rules_is_named_among_the_problems() {
    let lines = vec!["x = eval(a)".to_string(); 5001];
    let told = tell(
        &change(vec![added("big.py", &lines)]),
        &without_model(),
        |_| said(""),
    );
    assert_eq!(told.review.problems.len(), 1);
    assert!(told.review.problems[0].contains("later lines were not checked in big.py"));
}
