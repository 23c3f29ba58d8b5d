//! Ranks the files by how likely a question is about them.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::kinds::FileKind;
use crate::diff::overview;
use crate::text::slices::start;
use crate::wit::{Change, File, Question};

/// The most words of the question that count.
const WORDS: usize = 16;
/// The most bytes of all patches that are searched, and of one.
const BYTES: usize = 2_000_000;
const EACH: usize = 64_000;
/// The weight of a word in the path, compared with one in the diff.
const PATH: usize = 3;

/// Words without meaning for the search.
const EMPTY: [&str; 40] = [
    "about", "and", "any", "are", "but", "can", "change", "code", "could", "did", "does", "else",
    "file", "for", "from", "has", "have", "how", "into", "its", "just", "line", "not", "please",
    "should", "that", "the", "then", "there", "they", "this", "was", "what", "when", "where",
    "which", "why", "will", "with", "you",
];

/// The positions of the files worth showing, the best first: the one that was asked about, then by
/// the words that they share with the question, then in reading order.
pub fn ranked(change: &Change, question: &Question) -> Vec<usize> {
    let words = words(question);
    let kinds = overview::kinds(change);
    let order = overview::order(change, &kinds);
    let order: BTreeMap<&str, usize> = order.iter().map(String::as_str).zip(0..).collect();
    let most = (BYTES / change.files.len().max(1)).min(EACH);
    let place = question.spot.as_ref().map(|spot| spot.path.as_str());
    let rank = |(at, (file, kind)): (usize, (&File, &FileKind))| {
        let is_it = place == Some(file.path.as_str());
        let score = if is_it {
            usize::MAX
        } else {
            score(file, &words, most)
        };
        let next = order.get(file.path.as_str()).copied();
        let rank = (std::cmp::Reverse(score), next.unwrap_or(usize::MAX), at);
        (score > 0 || kind.reviewable()).then_some(rank)
    };
    let files = change.files.iter().zip(&kinds).enumerate();
    let mut ranks: Vec<_> = files.filter_map(rank).collect();
    ranks.sort_unstable();
    ranks.into_iter().map(|(.., at)| at).collect()
}

/// The words of the question and of the remark before it.
fn words(question: &Question) -> Vec<String> {
    let before = question.thread.last().map(|remark| remark.text.as_str());
    let texts = [question.text.as_str(), before.unwrap_or_default()];
    let mut known = BTreeSet::new();
    let words = texts
        .into_iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .map(str::to_lowercase)
        .filter(|word| word.len() > 2 && !EMPTY.contains(&word.as_str()));
    words
        .filter(|word| known.insert(word.clone()))
        .take(WORDS)
        .collect()
}

fn score(file: &File, words: &[String], most: usize) -> usize {
    let path = file.path.to_lowercase();
    let patch = file.patch.as_deref().unwrap_or_default();
    let patch = start(patch, most).to_lowercase();
    let worth = |word: &String| {
        PATH * usize::from(path.contains(word.as_str()))
            + usize::from(patch.contains(word.as_str()))
    };
    words.iter().map(worth).sum()
}
