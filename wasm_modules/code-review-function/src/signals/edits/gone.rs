//! Deleted lines whose counterpart stays: a lock without which the code goes on, a release of what is still
//! acquired, a check of a value that is still used.

use crate::diff::patch::{Kind, Line};
use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::SourceFile;
use crate::signals::text::{self, Name, Search};
use crate::wit::Severity::Minor;
use crate::wit::Side;

const LOCK: Signal = Signal::new(
    "edits/lock",
    Minor,
    "concurrency",
    0.7,
    "Lock is removed",
    "`{}` is deleted but the code that it protected stays as it was, so two threads can run it at once. Keep \
     the lock, or explain why it is no longer needed.",
);

const RELEASE: Signal = Signal::bug(
    "edits/release",
    Minor,
    0.75,
    "Resource is no longer released",
    "`{}` is deleted but the line that acquires the resource stays, and nothing added releases it. Each call \
     then leaks it. Keep the release, or explain what releases it now.",
);

const CHECK: Signal = Signal::bug(
    "edits/check",
    Minor,
    0.65,
    "Check is removed, and the value is still used",
    "`{}` is deleted, and the lines that follow use the value without it. Where it is null, this fails. Keep \
     the check, or explain why the value cannot be null any more.",
);

/// The most lines of a hunk that are compared.
const MOST: usize = 400;

/// The most lines below a deleted check in which a use counts.
const NEAR: usize = 6;

pub fn read(file: &SourceFile, lines: &[Line], report: &mut Report) {
    if lines.len() > MOST {
        return;
    }
    for (at, line) in lines.iter().enumerate() {
        if line.kind != Kind::Deleted {
            continue;
        }
        let code = line.text.trim();
        let signal = if is_blank(line) {
            continue;
        } else if takes_lock(code) && unguarded(lines) {
            &LOCK
        } else if released(code).is_some_and(|name| leaks(lines, at, name)) {
            &RELEASE
        } else if unchecked(file, lines, at) {
            &CHECK
        } else {
            continue;
        };
        let hit = report.hit_at(signal, file.path, line.old.unwrap_or(1));
        hit.side = Side::Left;
        hit.found = code
            .trim_end_matches([';', '{', ' ', ':'])
            .chars()
            .take(80)
            .collect();
    }
}

fn of(lines: &[Line], kind: Kind) -> impl Iterator<Item = &Line> {
    lines.iter().filter(move |line| line.kind == kind)
}

fn is_blank(line: &Line) -> bool {
    let text = line.text.trim();
    text.is_empty()
        || ["//", "#", "*", "/*"]
            .iter()
            .any(|mark| text.starts_with(mark))
}

fn takes_lock(code: &str) -> bool {
    let ends = [".Lock()", ".lock();", ".RLock()"];
    ends.iter().any(|end| code.ends_with(end)) && !code.contains('=')
}

fn gives_lock(code: &str) -> bool {
    code.to_ascii_lowercase().holds("unlock()")
}

/// Whether nothing but the lock goes, and code stays that it protected.
fn unguarded(lines: &[Line]) -> bool {
    let idle =
        |line: &Line| is_blank(line) || takes_lock(line.text.trim()) || gives_lock(&line.text);
    let only = of(lines, Kind::Deleted).all(idle)
        && of(lines, Kind::Added)
            .all(|line| is_blank(line) && !text::mentions(&line.text, "lock held caller"));
    let released = of(lines, Kind::Deleted).any(|line| gives_lock(&line.text));
    let mut stays = of(lines, Kind::Context);
    let other =
        |line: &Line| text::mentions(&line.text, "lock( mutex atomic sync.once synchronized");
    only && released && of(lines, Kind::Context).count() > 3 && !stays.any(other)
}

/// What a statement releases: `free(p);`, `defer f.Close()`, `stream.close();`, `g_object_unref(o);`.
fn released(code: &str) -> Option<Name<'_>> {
    const RELEASES: &[&str] = &[
        "free",
        "fclose",
        "close",
        "closedir",
        "g_free",
        "g_object_unref",
        "kfree",
        "curl_easy_cleanup",
        "pclose",
        "freeaddrinfo",
        "sqlite3_finalize",
        "sqlite3_free",
        "munmap",
    ];
    let code = code
        .strip_prefix("defer ")
        .unwrap_or(code)
        .trim_end_matches(';');
    let (before, rest) = code.cut("(")?;
    let inside = rest.strip_suffix(')')?;
    if RELEASES.contains(&before.trim()) {
        return Name::word(inside);
    }
    let (name, method) = before.rsplit_once('.')?;
    let closes = matches!(
        method,
        "Close" | "close" | "Release" | "release" | "dispose" | "Dispose" | "destroy"
    );
    Name::word(name).filter(|_| closes && inside.is_empty())
}

/// Whether `name` is still acquired above the deleted release and nothing that stays or comes releases it.
fn leaks(lines: &[Line], at: usize, name: Name) -> bool {
    const ACQUIRES: &str = "alloc( calloc( strdup( fopen( open( opendir( os.open os.create .open( new( socket( \
        connect( acquire( popen( accept( dial(";
    let (above, below) = lines.split_at(at);
    let used = |line: &&Line| text::has_name(&line.text, "{}", name);
    let assigns = |line: &Line| {
        let (left, right) = line.text.cut("=").unwrap_or(("", ""));
        text::has_name(left, "{}", name) && text::mentions(right, ACQUIRES)
    };
    let acquired = of(above, Kind::Context).filter(used).any(assigns);
    let given = |line: &Line| {
        text::mentions(
            &line.text,
            "free( close release dispose unref defer with( return using( try( destroy cleanup finally autoclose",
        )
    };
    let cleared = lines
        .iter()
        .filter(|line| line.kind != Kind::Deleted)
        .filter(used)
        .any(given);
    let whole = of(lines, Kind::Deleted).any(assigns)
        || of(lines, Kind::Added).any(given)
        || below.is_empty();
    acquired && !cleared && !whole
}

/// `if (!p) return …;` or `if (p == NULL) return …;` on one or more lines: all of it goes, nothing comes in its
/// place, and one of the next lines still uses the value's members.
fn unchecked(file: &SourceFile, lines: &[Line], at: usize) -> bool {
    let below = || lines.iter().skip(at);
    let Some(name) = lines.get(at).and_then(|line| checked(line.text.trim())) else {
        return false;
    };
    let block: Vec<&Line> = below()
        .take_while(|line| line.kind == Kind::Deleted)
        .collect();
    let leaves = block
        .iter()
        .take(3)
        .any(|line| text::has_word(&line.text, "return continue break throw raise goto panic"));
    let comes = of(lines, Kind::Added).any(|line| {
        text::has_name(&line.text, "{}", name)
            || text::has_word(&line.text, "if assert require unless")
            || text::mentions(&line.text, "check valid ensure require nonnull assert")
    });
    let replaced =
        comes || nearest(below().skip(block.len())) || nearest(lines.iter().take(at).rev());
    let balanced = block
        .iter()
        .map(|line| text::unclosed(&line.text))
        .sum::<i32>()
        == 0;
    let uses = |line: &Line| {
        text::has_name(&line.text, "{} -> $", name)
            || text::has_name(&line.text, "{} .", name)
                && !text::has_name(&line.text, "{} ?.", name)
            || text::has_name(&line.text, "* {}", name) && file.is_language("C|C++")
    };
    let mut follows = below()
        .skip(block.len())
        .take(NEAR)
        .filter(|line| line.kind == Kind::Context);
    let set = |line: &Line| {
        text::has_name(&line.text, "{} =", name) && !text::has_name(&line.text, "{} ==", name)
    };
    let mut above = lines.iter().take(at).rev().take(NEAR);
    leaves
        && balanced
        && block.len() <= 5
        && !replaced
        && above.all(|line| line.kind == Kind::Context || !set(line))
        && follows.any(uses)
}

/// Whether the nearest line that is not blank is an added one.
fn nearest<'l>(mut lines: impl Iterator<Item = &'l Line>) -> bool {
    lines
        .find(|line| !line.text.trim().is_empty())
        .is_some_and(|line| line.kind == Kind::Added)
}

/// The name that a guard tests for null: `if (!p)`, `if (p == null)`, `if x is None:`, `if p == nil {`.
fn checked(code: &str) -> Option<Name<'_>> {
    let rest = code.strip_prefix("if")?;
    let head = rest.trim_start_matches([' ', '(']);
    let first = head.strip_prefix('!').or_else(|| head.strip_prefix("not "));
    if let Some(first) = first {
        let end = first.find([')', ':']).unwrap_or(first.len());
        return Name::word(first.get(..end)?)
            .filter(|_| rest.starts_with(" (") || rest.starts_with('('));
    }
    [
        "== null",
        "== nil",
        "== NULL",
        "== nullptr",
        "is None",
        "=== null",
        "=== undefined",
    ]
    .iter()
    .find_map(|test| {
        let (name, after) = head.cut(test)?;
        let closes = after.trim_start().starts_with([')', '{', ':']);
        Name::word(name).filter(|_| closes)
    })
}
