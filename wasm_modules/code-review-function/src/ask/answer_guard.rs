//! Recognises answers that say nothing: copies of the question, repetitions, sentences that name
//! nothing of the change. Weak models write them with great confidence.

use std::collections::BTreeSet;

use crate::text::visible::hash;

/// Words in a row that make a copy recognisable.
const RUN: usize = 3;
/// The share of copied runs from which a text is a copy.
const COPIED: f32 = 0.6;
/// Bytes by which words of the same stem are recognised: "returns" and "returned".
pub const STEM: usize = 5;
/// The least bytes of a word that can name something.
const NAME: usize = 3;
/// The share of common words from which two sentences say the same.
const ALIKE: f32 = 0.8;
/// The least words of a sentence for it to be compared with others.
const WORDS: usize = 3;

/// Words of prose that name nothing, although most changes contain some of them.
const EMPTY: [&str; 28] = [
    "the", "and", "for", "with", "that", "this", "from", "are", "was", "not", "but", "has", "have",
    "when", "will", "can", "may", "new", "old", "line", "lines", "file", "files", "code", "diff",
    "change", "added", "none",
];

/// What a model was shown, to compare its answer with.
pub struct AnswerGuard {
    runs: BTreeSet<u64>,
    names: BTreeSet<String>,
    is_english: bool,
}

impl AnswerGuard {
    /// `question` is everything that the model read, `material` the part of it that an answer can
    /// name: paths, lines, title and description. `language` is that of the answers.
    pub fn new(question: &[&str], material: &[&str], language: &str) -> Self {
        let runs = question
            .iter()
            .flat_map(|text| runs(&words(text)))
            .collect();
        let names = material.iter().flat_map(|text| names(text)).collect();
        AnswerGuard {
            runs,
            names,
            is_english: language.trim().is_empty() || language.eq_ignore_ascii_case("english"),
        }
    }

    /// Whether the prose of `text` is mostly copied from the question. Quoted code and paths do not
    /// count.
    pub fn is_copy(&self, text: &str) -> bool {
        let prose = words(&without_paths(&without_code(text)));
        let own: Vec<u64> = runs(&prose);
        let copied = own.iter().filter(|run| self.runs.contains(run)).count();
        !own.is_empty() && copied as f32 >= COPIED * own.len() as f32
    }

    /// Whether `text` names anything of the material, other than a path. Texts in other languages than English are
    /// taken to do so: they share no words with it.
    pub fn names_something(&self, text: &str) -> bool {
        let is_foreign =
            !self.is_english || text.chars().filter(|c| !c.is_ascii()).count() * 4 > text.len();
        is_foreign || names(&without_paths(text)).any(|name| self.names.contains(&name))
    }

    /// Whether `text` is not copied and not empty of meaning; if `strict`, it names something of the
    /// material.
    pub fn says_something(&self, text: &str, strict: bool) -> bool {
        let means_something = !strict && names(&without_paths(text)).next().is_some();
        !self.is_copy(text) && (means_something || self.names_something(text))
    }

    /// Whether `text` says something about the change in words of its own.
    pub fn is_sound(&self, text: &str) -> bool {
        self.names_something(text) && !self.is_copy(text) && !is_repetitive(text)
    }
}

/// Whether `text` says the same again and again.
pub fn is_repetitive(text: &str) -> bool {
    let all = tokens(text);
    // "1. It is. 2. It is." says the same as well.
    let is_word = |token: &&String| !token.chars().all(|c| c.is_ascii_digit());
    let words: Vec<String> = all.iter().filter(is_word).cloned().collect();
    let runs = runs(if words.is_empty() { &all } else { &words });
    let distinct: BTreeSet<&u64> = runs.iter().collect();
    runs.len() >= 9 && distinct.len() * 2 <= runs.len()
}

/// Whether two texts have the same words in the same order.
pub fn is_same(one: &str, other: &str) -> bool {
    words(one) == words(other)
}

/// The first of those of `sentences` that say the same.
pub fn distinct(sentences: Vec<String>) -> Vec<String> {
    let mut kept: Vec<(String, BTreeSet<String>)> = Vec::new();
    for sentence in sentences {
        let words = stems(&sentence);
        if !kept.iter().any(|(_, known)| are_alike(known, &words)) {
            kept.push((sentence, words));
        }
    }
    kept.into_iter().map(|(sentence, _)| sentence).collect()
}

/// Whether `sentence` says what one of `others` says.
pub fn repeats(sentence: &str, others: &[String]) -> bool {
    let words = stems(sentence);
    others.iter().any(|other| are_alike(&stems(other), &words))
}

fn are_alike(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let least = one.len().min(other.len());
    if least < WORDS {
        return one == other;
    }
    one.intersection(other).count() as f32 >= ALIKE * least as f32
}

fn stems(text: &str) -> BTreeSet<String> {
    names(text).collect()
}

/// The words of `text` in lower case, without numbers, since the shown lines are numbered. Letters
/// beyond ASCII form words of their own.
fn words(text: &str) -> Vec<String> {
    let mut words = tokens(text);
    words.retain(|word| word.chars().any(|c| !c.is_ascii_digit()));
    words
}

/// The words of `text` in lower case, with numbers.
fn tokens(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last: Option<bool> = None;
    for c in text.chars() {
        if !(c.is_alphanumeric() || c == '_') {
            last = None;
            continue;
        }
        if last != Some(c.is_ascii()) {
            words.push(String::new());
        }
        last = Some(c.is_ascii());
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// A number for each run of words, from those of its words.
fn runs(words: &[String]) -> Vec<u64> {
    let words: Vec<u64> = words.iter().map(|word| hash(word)).collect();
    let run = |words: &[u64]| words.iter().fold(0, |run: u64, word| mixed(run ^ word));
    words.windows(RUN).map(run).collect()
}

/// Spreads the bits of a number, so that equal parts do not cancel each other out.
fn mixed(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// The stems of the words in `text` that can name something: parts of identifiers, without empty
/// words.
fn names(text: &str) -> impl Iterator<Item = String> {
    let parts = parts(text).into_iter();
    let named = parts.filter(|part| part.len() >= NAME && !EMPTY.contains(&part.as_str()));
    named.map(|part| part.chars().take(STEM).collect())
}

/// The words of `text` in lower case, with identifiers taken apart: `itemCount`, `item_count`.
pub fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut previous = ' ';
    for c in text.chars() {
        if c.is_alphanumeric() {
            let is_start = !previous.is_alphanumeric()
                || previous.is_ascii() != c.is_ascii()
                || (previous.is_lowercase() && c.is_uppercase());
            if is_start {
                parts.push(String::new());
            }
            if let Some(part) = parts.last_mut() {
                part.extend(c.to_lowercase());
            }
        }
        previous = c;
    }
    parts
}

/// `text` without what stands in backticks: code blocks and code within a sentence.
pub fn without_code(text: &str) -> String {
    let mut out = String::new();
    for (nth, part) in text.split("```").enumerate() {
        if nth % 2 == 0 {
            let inline = part.split('`').enumerate();
            let prose = inline.filter(|(at, _)| at % 2 == 0).map(|(_, prose)| prose);
            out.extend(prose.flat_map(|prose| [prose, " "]));
        }
    }
    out
}

/// `text` without the words that contain a slash.
fn without_paths(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !word.contains('/'));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str = "src/cart.py\n 1 def total(items):\n 2+    first = items[0]\n 3+    return first + sum(items)\n";
    const ASK: &str = "Review one part of a pull request. The diff is:";

    fn guard() -> AnswerGuard {
        AnswerGuard::new(&[ASK, DIFF], &[DIFF], "English")
    }

    #[test]
    fn a_copy_of_the_question_or_of_the_diff_is_recognised() {
        for copy in [
            "The diff is:",
            "Review one part of a pull request.",
            "def total(items): first = items[0]",
            "review ONE part of a pull request! The diff is",
        ] {
            assert!(guard().is_copy(copy), "{copy}");
        }
    }

    #[test]
    fn a_sentence_that_quotes_code_is_no_copy() {
        for own in [
            "`first = items[0]` raises IndexError for an empty list.",
            "An empty cart fails:\n```\ndef total(items):\n    first = items[0]\n```",
            "Index error",
            "Changes src/shop/cart.py.",
            "",
        ] {
            assert!(!guard().is_copy(own), "{own}");
        }
    }

    #[test]
    fn a_sentence_names_something_by_a_word_or_a_part_of_an_identifier() {
        let guard = AnswerGuard::new(&[], &["fn itemCount(cart_total)"], "English");
        for named in [
            "The total is wrong",
            "Counting fails",
            "`cart` may be null",
            "变量cart为空",
        ] {
            assert!(guard.names_something(named), "{named}");
        }
        for vague in [
            "This could be improved",
            "The new code in this file",
            "",
            "Null pointer",
        ] {
            assert!(!guard.names_something(vague), "{vague}");
        }
    }

    #[test]
    fn a_sentence_says_something_and_a_small_model_must_name_something_as_well() {
        let guard = guard();
        assert!(guard.says_something("Fails when a list is empty", false));
        assert!(!guard.says_something("Fails when a list is empty", true));
        assert!(guard.says_something("Fails when `items` is empty", true));
        for nothing in ["The diff is:", "src/cart.py", "The new code", ""] {
            assert!(!guard.says_something(nothing, false), "{nothing}");
        }
    }

    #[test]
    fn texts_in_other_languages_are_taken_to_name_something() {
        let german = AnswerGuard::new(&[], &["fn itemCount()"], "German");
        assert!(german.names_something("Hier fehlt eine Prüfung"));
        assert!(guard().names_something("この関数は失敗します"));
    }

    #[test]
    fn the_same_again_and_again_is_repetitive() {
        assert!(is_repetitive(&"the list is empty and ".repeat(8)));
        assert!(is_repetitive(&"5 | 4 | ".repeat(20)));
        let numbered: String = (1..9).map(|nth| format!("The diff is: {nth}. ")).collect();
        assert!(is_repetitive(&numbered));
        assert!(!is_repetitive(
            "The list may be empty, and then the first item raises an error in the caller."
        ));
        assert!(!is_repetitive("no no no"));
    }

    #[test]
    fn sentences_that_say_the_same_are_one() {
        let said = [
            "The cart total may be wrong.",
            "The total of the cart may be wrong!",
            "Callers fail",
            "Callers fail",
        ];
        let kept = distinct(said.iter().map(ToString::to_string).collect());
        assert_eq!(kept, ["The cart total may be wrong.", "Callers fail"]);
        assert!(repeats("Cart total wrong", &kept));
        assert!(!repeats("The session is never closed", &kept));
    }
}
