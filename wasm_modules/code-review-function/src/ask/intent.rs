//! What is said about the purpose of a change: its title and description, the issues that it resolves, its commits.

use crate::text::visible::{clip, one_line, visible};
use crate::wit::{Change, Commit, Issue};

/// The most bytes of the title.
const TITLE: usize = 300;
/// The most tokens of the description, of the issues and of the commits; the first is also limited to a part of
/// the context.
const BODY: usize = 4000;
const BODY_SHARE: usize = 16;
const ISSUES: usize = 2000;
const COMMITS: usize = 1000;
/// The most bytes of one commit's message, and the most commits.
const MESSAGE: usize = 400;
const MOST: usize = 20;
/// The texts for a prompt; each may be empty.
#[derive(Default)]
pub struct Intent {
    pub title: String,
    pub body: String,
    pub issues: String,
    pub commits: String,
}

impl Intent {
    /// For a context of `window` tokens; issues and commits take at most `spare` tokens each. `clipped` cuts a text
    /// to so many tokens.
    pub fn of(
        change: &Change,
        window: usize,
        spare: usize,
        clipped: impl Fn(&str, usize) -> String,
    ) -> Self {
        let fitting = |text: &str, most: usize| clipped(text, most).trim_end().to_string();
        let body = visible(change.body.trim());
        Intent {
            title: clip(&one_line(&change.title, TITLE), window / 40),
            body: fitting(body.trim(), (window / BODY_SHARE).min(BODY)),
            issues: fitting(&issues(&change.issues), ISSUES.min(spare)),
            commits: fitting(&commits(change), COMMITS.min(spare)),
        }
    }
}

fn issues(issues: &[Issue]) -> String {
    let told = |issue: &Issue| {
        let (title, text) = (one_line(&issue.title, TITLE), visible(issue.text.trim()));
        format!("#{} {title}\n{text}\n\n", issue.number)
    };
    issues.iter().map(told).collect()
}

/// The messages that say more than the title, the oldest first.
fn commits(change: &Change) -> String {
    let said = change
        .commits
        .iter()
        .filter(|commit| says_more(commit, &change.title));
    let told = |commit: &Commit| {
        let message = clip(visible(commit.message.trim()).trim(), MESSAGE);
        let lines: Vec<&str> = message
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        format!("- {}\n", lines.join("\n  "))
    };
    said.take(MOST).map(told).collect()
}

fn says_more(commit: &Commit, title: &str) -> bool {
    let message = commit.message.trim();
    let subject = message.lines().next().unwrap_or_default().trim();
    let bare = subject.to_lowercase();
    let bare = bare.trim_end_matches(['.', '!', ' ']);
    let is_merge = bare.starts_with("merge branch") || bare.starts_with("merge pull request");
    // One or two words, such as "wip" or "fix tests", say nothing.
    let is_short = bare.split_whitespace().count() < 3 && message == subject;
    let repeats = message == subject && subject == title.trim();
    !is_merge && !is_short && !repeats
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{change, file};

    fn told(messages: &[&str]) -> String {
        let commit = |message: &&str| Commit {
            sha: "1".repeat(40),
            message: (*message).into(),
            author: "mona".into(),
            paths: Vec::new(),
        };
        let commits = messages.iter().map(commit).collect();
        super::commits(&Change {
            commits,
            ..change(vec![file("a.py", 1, 0)])
        })
    }

    #[test]
    fn commits_that_say_nothing_or_repeat_the_title_are_left_out() {
        let said = told(&[
            "wip",
            "Merge branch 'main' into discounts",
            "Add discounts",
            "OK!",
            "Round half up\n\nAs the tax office asks.",
        ]);
        assert_eq!(said, "- Round half up\n  As the tax office asks.\n");
    }

    #[test]
    fn a_title_with_a_body_says_more() {
        assert_eq!(
            told(&["Add discounts\n\nFor pupils."]),
            "- Add discounts\n  For pupils.\n"
        );
    }
}
