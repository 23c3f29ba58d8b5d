//! Bugs of Go.

use crate::signals::rule::Fits::{Code, When};
use crate::signals::rule::InTests::{Same, Silent};
use crate::signals::rule::Rule;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Name, Search};
use crate::wit::Severity::{Major, Minor, Nit};

const IGNORED: Signal = Signal::bug(
    "go/ignored",
    Minor,
    0.8,
    "An error is thrown away",
    "When this fails, the code goes on with an empty value. Check the error, or say why it cannot happen.",
);

const DEFERRED: Signal = Signal::bug(
    "go/defer-loop",
    Major,
    0.85,
    "What is deferred in a loop runs only at the end of the function",
    "Files, locks and connections pile up until then. Put the body of the loop into a function, or close at the end of \
     each round.",
);

const INVERTED: Signal = Signal::bug(
    "go/inverted",
    Major,
    0.9,
    "The error is returned where there is none",
    "With `err == nil` the branch returns nil, and real errors are passed over. Compare with `!=`.",
);

const LOST: Signal = Signal::bug(
    "go/lost",
    Minor,
    0.65,
    "An error becomes success",
    "The branch for an error returns nil in its place, so the caller goes on with nothing. Return the error.",
);

const EARLY: Signal = Signal::bug(
    "go/early-close",
    Major,
    0.9,
    "The response is used before its error is checked",
    "When the call fails there is no response, and closing its body panics. Check the error first.",
);

const ADD: Signal = Signal::new(
    "go/add-inside",
    Major,
    "concurrency",
    0.9,
    "The group is joined from inside the goroutine",
    "`Wait` may run before the goroutine has started and find nothing to wait for. Call `Add` before `go`.",
);

const RELOCKED: Signal = Signal::new(
    "go/defer-lock",
    Major,
    "concurrency",
    0.97,
    "A lock is deferred where an unlock is meant",
    "At the end of the function the lock is taken again, and everything that needs it waits for ever. Defer `Unlock`.",
);

const NIL_MAP: Signal = Signal::bug(
    "go/nil-map",
    Major,
    0.9,
    "A map is written to that was never made",
    "Writing to a nil map panics. Make it first: `m := make(map[K]V)`.",
);

const COPIED: Signal = Signal::new(
    "go/copied-lock",
    Major,
    "concurrency",
    0.93,
    "A lock is copied",
    "The function gets its own copy of the lock or the group, so it guards or waits for nothing. Give a pointer.",
);

const LEAKED: Signal = Signal::bug(
    "go/leaked-context",
    Minor,
    0.9,
    "The context is never cancelled",
    "Without its cancel function, the timer and what waits on it live on until the deadline. Keep it and defer it.",
);

const CAPTURED: Signal = Signal::new(
    "go/captured",
    Nit,
    "concurrency",
    0.5,
    "A goroutine uses the variable of the loop around it",
    "Before Go 1.22 all rounds share the variable, so the goroutines may all see the last value. Pass it as an argument if \
     older versions are supported.",
);

pub const RULES: &[Rule] = &[
    Rule::new("Go", When("_", ignored), IGNORED).in_tests(Silent),
    Rule::new(
        "Go",
        When("unmarshal", |row| {
            row.code().trim().starts_with("json.Unmarshal(")
                && row.file().kind != crate::diff::kinds::FileKind::Tests
        }),
        IGNORED,
    ),
    Rule::new("Go", When("defer", defers_in_loop), DEFERRED),
    Rule::new(
        "Go",
        When("nil", |row| {
            row.code().trim() == "if err == nil {"
                && row.next().is_some_and(|next| gives_error(next.code()))
        }),
        INVERTED,
    )
    .in_tests(Same),
    Rule::new(
        "Go",
        When("nil", |row| {
            row.code().trim().ends_with("err != nil {")
                && row
                    .next()
                    .is_some_and(|next| next.code().trim() == "return nil, nil")
        }),
        LOST,
    ),
    Rule::new("Go", When("defer", closes_early), EARLY).in_tests(Same),
    Rule::new(
        "Go",
        When("add", |row| {
            row.code().trim().ends_with(".Add(1)")
                && row
                    .previous()
                    .is_some_and(|above| above.code().trim().starts_with("go func("))
        }),
        ADD,
    )
    .in_tests(Same),
    Rule::new("Go", When("defer", defers_lock), RELOCKED).in_tests(Same),
    Rule::new("Go", When("map", nil_map), NIL_MAP).in_tests(Same),
    Rule::new("Go", When("mutex waitgroup rwmutex", copies_lock), COPIED),
    Rule::new(
        "Go",
        Code(&[
            ", _ := context.WithTimeout (",
            ", _ := context.WithCancel (",
            ", _ = context.WithTimeout (",
        ]),
        LEAKED,
    ),
    Rule::new("Go", When("go", captures), CAPTURED),
];

/// Well-known calls whose error is assigned to `_`, with no comment that says why.
fn ignored(row: &Row) -> bool {
    const CALLS: &[&str] = &[
        "os.Open(",
        "os.Create(",
        "os.ReadFile(",
        "ioutil.ReadAll(",
        "io.ReadAll(",
        "strconv.Atoi(",
        "strconv.ParseInt(",
        "http.Get(",
        "http.NewRequest(",
        "sql.Open(",
        "time.Parse(",
        "url.Parse(",
        ".Exec(",
        "ioutil.ReadFile(",
        "template.ParseFiles(",
    ];
    let code = row.code().trim();
    let dropped = code.holds(", _ := ") || code.holds(", _ = ");
    let lone = ["_ = err", "_ = json.Unmarshal(", "_ = db.Ping("]
        .iter()
        .any(|start| code.starts_with(start));
    let called = CALLS.iter().any(|call| code.contains(call));
    let meant =
        code.starts_with("_, _") || code.starts_with("if ") || row.text() != row.uncommented();
    !meant && (lone || dropped && called)
}

/// A `defer` inside a `for` with no function between.
fn defers_in_loop(row: &Row) -> bool {
    if !row.code().trim().starts_with("defer ") || row.code().holds("wg.Done") {
        return false;
    }
    let mut indent = text::indent(row.text());
    for above in row.above().filter(|above| !above.text().trim().is_empty()) {
        if text::indent(above.text()) < indent {
            indent = text::indent(above.text());
            let code = above.code().trim();
            if code.holds("func(") || code.starts_with("func ") {
                return false;
            }
            if code.starts_with("for ") {
                return true;
            }
        }
    }
    false
}

/// `defer mu.Lock()`; after an unlock it is meant, to take the lock again.
fn defers_lock(row: &Row) -> bool {
    let code = row.code().trim();
    let locks =
        code.starts_with("defer ") && (code.ends_with(".Lock()") || code.ends_with(".RLock()"));
    locks
        && !row
            .previous()
            .is_some_and(|above| above.code().holds("Unlock()"))
}

fn gives_error(code: &str) -> bool {
    let code = code.trim();
    code.starts_with("return") && (code.ends_with(" err") || code.holds(", err)"))
}

/// `resp, err := http.Get(…)` with the close on the very next line; the same with rows.
fn closes_early(row: &Row) -> bool {
    let closed = row
        .code()
        .trim()
        .strip_prefix("defer ")
        .and_then(|rest| rest.strip_suffix(".Close()"));
    let name = closed.and_then(|name| {
        name.strip_suffix(".Body")
            .or_else(|| (name == "rows").then_some(name))
    });
    let opened = |above: &Row, name: &str| above.code().trim().starts_with(&format!("{name}, err"));
    name.is_some_and(|name| row.previous().is_some_and(|above| opened(&above, name)))
}

/// `var m map[K]V`, then `m[k] = v` before anything makes it.
fn nil_map(row: &Row) -> bool {
    let Some(name) = row
        .code()
        .trim()
        .strip_prefix("var ")
        .and_then(|rest| rest.cut(" map["))
        .and_then(|(name, _)| Name::word(name))
    else {
        return false;
    };
    if row.code().contains('=') || !row.text().starts_with([' ', '\t']) {
        return false;
    }
    let mut uses = row
        .below()
        .filter(|below| text::has_name(below.code(), "{}", name));
    uses.next().is_some_and(|first| {
        first.code().trim().starts_with(&format!("{name}[")) && first.code().holds("] = ")
    })
}

/// A lock or a group among the parameters, by value.
fn copies_lock(row: &Row) -> bool {
    let head = row.code().trim_start().starts_with("func ");
    head && text::has_any(
        row.code(),
        &["$ sync.Mutex", "$ sync.RWMutex", "$ sync.WaitGroup"],
    ) && !text::has_any(row.code(), &["struct", ") sync."])
}

/// `go func() { … x … }()` inside `for _, x := range`, where the function takes no arguments.
fn captures(row: &Row) -> bool {
    let Some(head) = row.parent().filter(|_| row.code().trim() == "go func() {") else {
        return false;
    };
    let names = head
        .code()
        .trim()
        .strip_prefix("for ")
        .and_then(|rest| rest.cut(" := range "))
        .map(|(names, _)| names);
    let used = |name: Name| {
        let mut below = row.below().take(8);
        name.as_str() != "_" && below.any(|below| text::has_name(below.code(), "{}", name))
    };
    names.is_some_and(|names| names.split(',').filter_map(Name::word).any(used))
}
