//! The code to reformat: the files of this folder, and the cases of the rules' corpora.

use std::fs;
use std::path::Path;

pub struct Seed {
    pub path: String,
    pub text: String,
    /// Whether it is a complete file, not a case of a few lines.
    pub is_whole: bool,
}

/// All pieces of code, in a fixed order.
pub fn all() -> Vec<Seed> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut seeds = Vec::new();
    for folder in ["signals", "style"] {
        let entries = fs::read_dir(tests.join(folder)).unwrap();
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|name| name == "txt"));
        files.sort();
        for file in files {
            seeds.extend(blocks(
                &fs::read_to_string(file).unwrap(),
                folder == "style",
            ));
        }
    }
    seeds
}

/// A block begins with `>>> PATH`, or with `>>> NAMES PATH` in the corpora of the rules. For a
/// patch, its lines are used.
fn blocks(text: &str, is_whole: bool) -> Vec<Seed> {
    let seed = |block: &str| {
        let (head, text) = block.split_once('\n').unwrap_or((block, ""));
        let is_patch = text.starts_with("@@");
        let lines = text
            .lines()
            .filter(|line| !(is_patch && line.starts_with("@@")));
        let lines = lines.map(|line| {
            if is_patch {
                line.get(1..).unwrap_or_default()
            } else {
                line
            }
        });
        Seed {
            path: head.rsplit(' ').next().unwrap_or_default().to_string(),
            text: lines
                .map(|line| format!("{line}\n"))
                .collect::<String>()
                .replace('¦', ""),
            is_whole,
        }
    };
    text.split("\n>>> ").skip(1).map(seed).collect()
}
