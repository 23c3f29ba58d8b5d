//! No style of code traps the function.
//!
//! Realistic code of every language with rules is reformatted (blanks, line breaks, comments,
//! brackets, case), put into hunks of all kinds, and reviewed. Each number is one change.
//!
//! ```text
//! STYLE_MUTATIONS=100000 cargo test --package code-review-function --test style -- --nocapture
//! STYLE_FIRST=4711 STYLE_MUTATIONS=1 cargo test …    # one of them again
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod dice;
mod hunks;
mod record;
mod seeds;
mod style;

#[path = "../fold/script.rs"]
#[allow(dead_code, reason = "the other test uses the rest")]
mod script;

use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use code_review_function::run;
use code_review_function::wit::{Change, Settings, Step};

use dice::Dice;
use seeds::Seed;

/// Changes of every test run in addition to those that cover every file in every style.
const FEW: u64 = 300;
/// One in so many changes is completely reviewed with a model; for the others, the first questions
/// are written.
const WHOLE: u64 = 20;

/// The change of that number: first every file of this folder in every style, then any code in
/// random styles.
fn change(seeds: &[Seed], number: u64) -> Change {
    let mut dice = Dice::new(number);
    let files: Vec<&Seed> = seeds.iter().filter(|seed| seed.is_whole).collect();
    let at = number as usize;
    if at < files.len() * style::WAYS.len() {
        let (seed, (_, way)) = (
            files[at / style::WAYS.len()],
            style::WAYS[at % style::WAYS.len()],
        );
        let text = way(&mut dice, &seed.text);
        let patch = hunks::shown(&mut dice, &seed.text, &text);
        return record::of(vec![record::plain(&seed.path, patch)]);
    }
    let count = dice.pick(&[1, 1, 1, 2, 3]);
    let files = (0..count).map(|_| {
        let seed = if dice.one_in(2) {
            dice.one_of(seeds)
        } else {
            dice.one_of(&files)
        };
        let path = if dice.one_in(12) {
            &dice.one_of(seeds).path
        } else {
            &seed.path
        };
        let text = style::rewritten(&mut dice, &seed.text);
        let patch = hunks::patch(&mut dice, &seed.text, &text);
        record::file(&mut dice, path, patch)
    });
    let files = files.collect();
    record::change(&mut dice, files)
}

/// Reviews the change by rules alone, and by a model.
fn review(change: &Change, number: u64, settings: &[Settings; 2]) {
    let [without, with] = settings;
    match run(change, without, &[], &script::quarter) {
        Ok(Step::Done(review)) => assert_eq!(review.coverage.len(), change.files.len()),
        Ok(_) => panic!("something is asked without a model"),
        Err(refusal) => panic!("{}", refusal.message),
    }
    if number % WHOLE == 0 {
        let told = script::tell(change, with, script::nothing);
        assert_eq!(told.review.coverage.len(), change.files.len());
    } else if let Err(refusal) = run(change, with, &[], &script::quarter) {
        panic!("{}", refusal.message);
    }
}

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn no_style_stops_a_review() {
    let seeds = seeds::all();
    let first = asked("STYLE_FIRST").unwrap_or_default();
    let every = seeds.iter().filter(|seed| seed.is_whole).count() * style::WAYS.len();
    let count = asked("STYLE_MUTATIONS").unwrap_or(every as u64 + FEW);
    let settings = [script::without_model(), script::settings(20_000, 1000)];
    let (mut failed, mut slowest) = (Vec::new(), (Duration::ZERO, 0));
    for number in first..first + count {
        let began = Instant::now();
        let outcome = catch_unwind(|| review(&change(&seeds, number), number, &settings));
        slowest = slowest.max((began.elapsed(), number));
        if outcome.is_err() {
            failed.push(number);
            if failed.len() <= 3 {
                for file in change(&seeds, number).files {
                    eprintln!(
                        "{number}: {}\n{}",
                        file.path,
                        file.patch.unwrap_or_default()
                    );
                }
            }
        }
    }
    println!(
        "{count} changes from {} pieces of code, {} failed; the slowest, {}, took {:?}",
        seeds.len(),
        failed.len(),
        slowest.1,
        slowest.0
    );
    assert!(failed.is_empty(), "failed: {failed:?}");
}

#[test]
fn every_mutation_is_made_and_the_same_number_gives_the_same_change() {
    let seeds = seeds::all();
    assert!(seeds.len() > 500, "the corpora are read: {}", seeds.len());
    for number in 0..50 {
        assert!(change(&seeds, number) == change(&seeds, number));
    }
    let text = &seeds
        .iter()
        .find(|seed| seed.path == "src/net/queue.c")
        .unwrap()
        .text;
    for (at, (name, rewrite)) in style::WAYS.iter().enumerate() {
        let changed =
            (0..50).any(|nth| rewrite(&mut Dice::new(nth * 1000 + at as u64), text) != *text);
        assert!(changed, "{name} changes nothing");
    }
}

#[test]
fn brackets_with_blanks_in_them_are_reviewed() {
    let seeds = [
        ("src/q.c", "    free( job );"),
        ("src/q.cpp", "    delete  job;"),
        ("src/queue.cpp", "    jobs.push_back( std::move( job ) );"),
        ("src/q.go", "\tvar  map[string]int"),
        ("app/x.py", "for  in x:\n    f.append(lambda: x)"),
    ];
    let settings = [script::without_model(), script::settings(20_000, 1000)];
    for (path, line) in seeds {
        let lines: String = line.lines().map(|line| format!("+{line}\n")).collect();
        let count = line.lines().count();
        let patch = format!("@@ -1,2 +1,{} @@\n {{\n{lines} }}\n", count + 2);
        let file = record::plain(path, patch);
        review(&record::of(vec![file]), 0, &settings);
    }
}
