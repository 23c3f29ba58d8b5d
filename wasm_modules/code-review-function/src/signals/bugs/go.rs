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
    "Error is discarded",
    "If the call fails, the code continues with a zero value. Check the error, or add a comment that explains \
     why it cannot occur.",
);

const DEFERRED: Signal = Signal::bug(
    "go/defer-loop",
    Minor,
    0.85,
    "`defer` in a loop runs only when the function returns",
    "Open files, locks and connections accumulate until then. Move the loop body into a function, or close at \
     the end of each iteration.",
);

const INVERTED: Signal = Signal::bug(
    "go/inverted",
    Major,
    0.9,
    "Error is returned when there is none",
    "With `err == nil` this branch returns nil, and real errors are ignored. Use `!=`.",
);

const LOST: Signal = Signal::bug(
    "go/lost",
    Minor,
    0.65,
    "Error is replaced by nil",
    "The error branch returns nil, so the caller continues as if the call had succeeded. Return the error.",
);

const EARLY: Signal = Signal::bug(
    "go/early-close",
    Major,
    0.9,
    "Response is used before its error is checked",
    "If the call fails, the response is nil and closing it panics. Check the error first.",
);

const ADD: Signal = Signal::new(
    "go/add-inside",
    Major,
    "concurrency",
    0.9,
    "`WaitGroup.Add` is called inside the goroutine",
    "`Wait` can run before the goroutine starts and return immediately. Call `Add` before the `go` statement.",
);

const RELOCKED: Signal = Signal::new(
    "go/defer-lock",
    Major,
    "concurrency",
    0.97,
    "`Lock` is deferred instead of `Unlock`",
    "The lock is taken again when the function returns, and everything that needs it deadlocks. Defer \
     `Unlock`.",
);

const NIL_MAP: Signal = Signal::bug(
    "go/nil-map",
    Major,
    0.9,
    "Write to a nil map",
    "Writing to a map that was never initialised panics. Create it first: `m := make(map[K]V)`.",
);

const COPIED: Signal = Signal::new(
    "go/copied-lock",
    Major,
    "concurrency",
    0.93,
    "Lock is passed by value",
    "The function works on a copy of the mutex or wait group, so it synchronises nothing. Pass a pointer.",
);

const LEAKED: Signal = Signal::bug(
    "go/leaked-context",
    Minor,
    0.9,
    "Cancel function of the context is discarded",
    "The context's timer and resources are held until the deadline. Keep the cancel function and `defer` it.",
);

const CAPTURED: Signal = Signal::new(
    "go/captured",
    Nit,
    "concurrency",
    0.5,
    "Goroutine captures the loop variable",
    "Before Go 1.22 all iterations share the variable, so every goroutine may see its last value. If you \
     support older versions, pass it as an argument.",
);

const OTHER_ERROR: Signal = Signal::bug(
    "go/other-error",
    Minor,
    0.85,
    "Branch returns an older error",
    "The condition tests the error of this call, but the branch returns `err`, which an earlier call set and \
     which is nil here. The caller then sees a nil error or a message that ends in `<nil>`. Store the error of \
     this call and return that.",
);

pub const RULES: &[Rule] = &[
    Rule::new("Go", When("if", other_error), OTHER_ERROR).in_tests(Silent),
    Rule::new("Go", When("_", ignored), IGNORED).in_tests(Silent),
    Rule::new(
        "Go",
        When("unmarshal", |row| {
            row.code().trim().starts_with("json.Unmarshal(")
                && row.text() == row.uncommented()
                && row.file().kind != crate::diff::kinds::FileKind::Tests
        }),
        IGNORED,
    ),
    Rule::new("Go", When("defer", defers_in_loop), DEFERRED),
    Rule::new(
        "Go",
        When("nil", |row| {
            // A function that is given an error may hand on that there is none.
            let is_given = row.previous().is_some_and(|above| {
                above.code().starts_with("func ") && above.code().holds("err error")
            });
            row.code().trim() == "if err == nil {"
                && !is_given
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

/// `if x.Check() != nil {`, followed by `return …err`.
fn other_error(row: &Row) -> bool {
    let code = row.code().trim();
    let Some(call) = code
        .strip_prefix("if ")
        .and_then(|rest| rest.strip_suffix(") != nil {"))
    else {
        return false;
    };
    let lone = !call.contains([';', '=', '&', '|', '!']) && call.contains('(');
    let named = text::mentions(
        call,
        "check valid close flush sync ping init start run write read",
    );
    let returns = row.next().is_some_and(|next| {
        let code = next.code().trim();
        code.starts_with("return ") && text::has_word(code, "err")
    });
    // An `err` that is not nil, or not yet checked, may be meant.
    let mut above = row.above().take(30);
    let checked = above
        .find(|above| text::has_word(above.code(), "err"))
        .is_some_and(|above| above.code().holds("return") || above.code().holds("if err != nil"));
    lone && named && returns && checked
}

/// Well-known calls whose error is assigned to `_` without a comment.
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
    // A field or a named result that was zero before stays zero.
    let falls_back = text::mentions(code, "strconv. time.parse(") && !code.holds(":=");
    let meant =
        code.starts_with("_, _") || code.starts_with("if ") || row.text() != row.uncommented();
    let told = row
        .next()
        .is_some_and(|next| next.code().holds("Errorf(") || next.code().holds("errors.New("));
    let message = code.holds("ReadAll(") && told;
    let mut above = row.above().take(5);
    let mut explained = || above.any(|above| above.text().trim_start().starts_with("//"));
    !meant && !message && !falls_back && (lone || dropped && called) && !explained()
}

/// A `defer` inside a `for` without a function in between.
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

/// `defer mu.Lock()`. After an unlock it is intended: it takes the lock again.
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

/// `resp, err := http.Get(…)` closed on the very next line; the same for rows.
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

/// `var m map[K]V`, then `m[k] = v` without an initialisation.
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

/// A mutex or wait group that is passed by value.
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
