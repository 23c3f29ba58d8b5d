//! Bugs of asynchronous code: missing `await`, and blocking calls.

use crate::signals::rule::Fits::{Code, When};
use crate::signals::rule::{PYTHON, Rule, SCRIPT};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Major, Minor};

const COROUTINE: Signal = Signal::bug(
    "waiting/coroutine",
    Major,
    0.88,
    "Coroutine is never awaited",
    "`{}` is async: without `await` its body does not run. Await it, or create a task.",
);

const PROMISE: Signal = Signal::bug(
    "waiting/promise",
    Minor,
    0.75,
    "Promise is not awaited",
    "`{}` is async: the code continues before it is done, and its errors are lost. Await it, or write `void` \
     in front of it if that is intended.",
);

const BODY: Signal = Signal::bug(
    "waiting/body",
    Major,
    0.88,
    "Response body is used before it is available",
    "`json()` and `text()` return a promise, which has none of the fields that are read below. Await it.",
);

const EXECUTOR: Signal = Signal::bug(
    "waiting/promise-executor",
    Minor,
    0.85,
    "Promise executor is async",
    "An exception in an async executor does not reject the promise, so its caller may wait for ever. Use a \
     regular function.",
);

const AT_ONCE: Signal = Signal::bug(
    "waiting/at-once",
    Major,
    0.8,
    "Callback is called immediately",
    "The timer receives the result of the call, not the function. Pass the function: `setTimeout(run, 100)`.",
);

const BLOCKING: Signal = Signal::new(
    "waiting/blocking",
    Minor,
    "performance",
    0.75,
    "Blocking call in async code",
    "It stops every other task of the event loop until it returns. Use the async variant, or run it in a \
     thread.",
);

pub const RULES: &[Rule] = &[
    Rule::new(
        PYTHON,
        When("", |row| unawaited(row, "async def ")),
        COROUTINE,
    ),
    Rule::new(
        SCRIPT,
        When("", |row| {
            unawaited(row, "async function ") || unawaited(row, "async ")
        }),
        PROMISE,
    ),
    Rule::new(SCRIPT, When("json text", unread), BODY),
    Rule::new(SCRIPT, Code(&["new Promise ( async"]), EXECUTOR),
    Rule::new(
        SCRIPT,
        When("settimeout setinterval", |row| {
            text::has_any(
                row.code(),
                &["setTimeout ( $ ( ) ,", "setInterval ( $ ( ) ,"],
            )
        }),
        AT_ONCE,
    ),
    Rule::new(
        "Python",
        When("sleep get post put urlopen", |row| {
            blocking(row, PYTHON_CALLS, "def ")
        }),
        BLOCKING,
    ),
    Rule::new(
        "Rust",
        When("sleep", |row| blocking(row, &["thread::sleep ("], "fn ")),
        BLOCKING,
    ),
];

const PYTHON_CALLS: &[&str] = &[
    "time.sleep (",
    "requests.get (",
    "requests.post (",
    "requests.put (",
    "urllib.request.urlopen (",
];

/// A line that only calls a function that is async according to the hunk.
fn unawaited(row: &Row, head: &str) -> bool {
    let code = row.code().trim().trim_end_matches(';');
    let Some((name, _)) = code.cut("(").filter(|_| code.ends_with(')')) else {
        return false;
    };
    let name = name.trim_start_matches("self.").trim_start_matches("this.");
    let plain = !name.is_empty()
        && name.bytes().all(text::is_word)
        && !matches!(
            name,
            "if" | "for" | "while" | "function" | "super" | "catch"
        );
    plain && defined(row, &format!("{head}{name}(")) && in_async(row) && row.begins_statement()
}

fn defined(row: &Row, head: &str) -> bool {
    row.above().chain(row.below()).any(|near| {
        near.code()
            .trim_start()
            .trim_start_matches("export ")
            .starts_with(head)
    })
}

/// Whether the function around the line is async.
fn in_async(row: &Row) -> bool {
    let indent = text::indent(row.text());
    let heads = ["def ", "function ", "=> {", ") {"];
    let mut above = row.above().filter(|above| {
        text::indent(above.text()) < indent && heads.iter().any(|head| above.code().holds(head))
    });
    above
        .find(|above| !text::has_word(above.code(), "if for while else try catch switch with"))
        .is_some_and(|head| head.code().holds("async "))
}

/// `const data = response.json();` with a field of `data` read in the lines below.
fn unread(row: &Row) -> bool {
    let code = row.code().trim();
    let body =
        code.ends_with(".json();") || code.ends_with(".text();") || code.ends_with(".json()");
    let name = code
        .cut(" = ")
        .map(|(left, _)| left.trim_start_matches("const ").trim_start_matches("let "));
    let fetched = || {
        row.above()
            .take(6)
            .any(|above| above.code().holds("await fetch("))
    };
    let read = |name: &str| {
        row.below().take(6).any(|below| {
            below.code().holds(&format!("{name}.")) && !below.code().holds(&format!("{name}.then"))
        })
    };
    body && !code.holds("await ") && fetched() && name.is_some_and(read)
}

/// A blocking call in an async function.
fn blocking(row: &Row, calls: &[&'static str], head: &str) -> bool {
    let indent = text::indent(row.text());
    let mut above = row
        .above()
        .filter(|above| above.code().holds(head) && text::indent(above.text()) < indent);
    let waits = text::has_any(row.code(), calls)
        && !text::mentions(row.code(), "to_thread executor await spawn_blocking");
    waits
        && above
            .next()
            .is_some_and(|function| function.code().holds(&format!("async {head}")))
}
