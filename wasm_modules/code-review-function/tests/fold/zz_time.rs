use crate::made::{added, change};
use crate::script::{nothing, quarter, settings};
use code_review_function::wit::*;
use std::time::Instant;
#[test]
fn time() {
    for (files, lines, context) in [(60usize, 75usize, 8000u32), (3000, 300, 8000), (3000, 300, 128000), (1, 900_000, 8000)] {
        let file = |nth: usize| added(&format!("area{}/part{nth:02}.py", nth % 60), &(0..lines).map(|line| format!("    value_{line} = call({nth}, {line})  # with a comment")).collect::<Vec<_>>());
        let change = change((0..files).map(file).collect());
        let bytes: usize = change.files.iter().map(|f| f.patch.as_ref().unwrap().len()).sum();
        let s = settings(context, 1000);
        let counted = std::cell::Cell::new(0usize);
        let calls = std::cell::Cell::new(0usize);
        let count = |t: &str| { counted.set(counted.get() + t.len()); calls.set(calls.get() + 1); quarter(t) };
        let mut answers = vec![];
        for round in 0..12 {
            counted.set(0); calls.set(0);
            let t = Instant::now();
            let step = code_review_function::run(&change, &s, &answers, &count);
            let e = t.elapsed();
            match step.map_err(|e| e.message).unwrap() {
                Step::Done(_) => { eprintln!("{files}x{lines} {bytes}B c={context} round {round} done {e:?} counted {} in {}", counted.get(), calls.get()); break }
                Step::Ask(a) => { eprintln!("{files}x{lines} {bytes}B c={context} round {round} asks {} {e:?} counted {} in {}", a.len(), counted.get(), calls.get());
                    for r in &a { answers.push(Exchange { id: r.id.clone(), answer: nothing(r) }); } }
            }
        }
    }
}
