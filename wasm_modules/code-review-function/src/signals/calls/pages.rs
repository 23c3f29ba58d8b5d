//! Values that are inserted into a web page as HTML.

use crate::signals::calls::taint::tainted;
use crate::signals::rule::Fits::{Uncommented, When};
use crate::signals::rule::{JAVA, PYTHON, Rule, SCRIPT};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::text::slices::{head, tail};
use crate::wit::Severity::{Major, Minor};

const MARKUP: Signal = Signal::security(
    "calls/markup",
    Major,
    0.8,
    "Value is inserted into a page as HTML",
    "A value like `<img src=x onerror=…>` runs a script in the user's browser (XSS). Insert it as text, or \
     sanitise it first.",
);

const MARKUP_VALUE: Signal = Signal::security(
    "calls/markup-value",
    Minor,
    0.65,
    "HTML is inserted without escaping",
    "If any part of it comes from a user, it can run scripts in other users' browsers (XSS). Insert it as \
     text, or sanitise it here.",
);

const TEMPLATE: Signal = Signal::security(
    "calls/template",
    Major,
    0.85,
    "Template is built from values",
    "A value like `{{ config }}` or `{{ ''.__class__ }}` is executed by the template engine on the server. \
     Keep the template constant and pass values as variables.",
);

pub const RULES: &[Rule] = &[
    Rule::new(
        SCRIPT,
        When("innerhtml outerhtml", |row| assigned(row) == Some(true)),
        MARKUP,
    ),
    Rule::new(
        SCRIPT,
        When("innerhtml outerhtml", |row| assigned(row) == Some(false)),
        MARKUP_VALUE,
    ),
    Rule::new(
        SCRIPT,
        When("insertadjacenthtml write writeln append html", written),
        MARKUP,
    ),
    Rule::new(
        SCRIPT,
        When("dangerouslysetinnerhtml", dangerously),
        MARKUP_VALUE,
    ),
    Rule::new("Vue|HTML", Uncommented(&["v-html = '"]), MARKUP_VALUE),
    Rule::new(
        "TypeScript",
        When("bypasssecuritytrusthtml", |_| true),
        MARKUP_VALUE,
    ),
    Rule::new(
        SCRIPT,
        When("send write end", |row| {
            answered(row, "res.send res.write res.end response.send")
        }),
        MARKUP,
    ),
    Rule::new(
        PYTHON,
        When("mark_safe markup httpresponse", |row| {
            answered(row, "HttpResponse")
                || row
                    .calls("mark_safe Markup SafeString")
                    .iter()
                    .any(|args| args.mixes("Python"))
        }),
        MARKUP,
    ),
    Rule::new(PYTHON, When("return", returned), MARKUP),
    Rule::new(
        PYTHON,
        When("render_template_string from_string template", templated),
        TEMPLATE,
    ),
    Rule::new(
        "Go",
        When("html js", |row| {
            row.calls("template.HTML template.JS template.HTMLAttr")
                .iter()
                .any(|args| {
                    !args.constant("Go") && !text::mentions(&args.uncommented, "sanitize policy")
                })
        }),
        MARKUP,
    ),
    Rule::new(
        "Go",
        When("fprintf fprint write", |row| {
            answered(row, "fmt.Fprintf fmt.Fprint fmt.Fprintln w.Write")
        }),
        MARKUP,
    ),
    Rule::new(
        JAVA,
        When("println print write", |row| {
            answered(row, ".println .print .write")
        }),
        MARKUP,
    ),
    Rule::new("PHP", When("echo print", echoed), MARKUP),
    Rule::new("Ruby|ERB", When("html_safe raw", ruby), MARKUP),
];

fn clean(text: &str) -> bool {
    text::mentions(text, "sanitize purify escape encode")
}

/// An assignment to `innerHTML`: of a string with inserted values (true), or of something unknown
/// (false).
fn assigned(row: &Row) -> Option<bool> {
    let (start, end) = text::find(row.code(), ".innerHTML =")
        .or_else(|| text::find(row.code(), ".innerHTML +="))
        .or_else(|| text::find(row.code(), ".outerHTML ="))?;
    let statement = row.statement();
    let ends = tail(&statement.code, end)
        .find(';')
        .map_or(statement.code.len(), |at| end + at);
    let value = statement.slice(end, ends);
    let fixed =
        value.literal("JavaScript") || value.code.starts_with('=') || value.code.trim().is_empty();
    let cleaned = clean(&value.uncommented)
        || row
            .above()
            .take(15)
            .any(|above| text::mentions(above.code(), "sanitize purify"));
    // No script runs in a style sheet.
    let style = text::mentions(head(row.code(), start), "style css");
    let unknown = !fixed && !cleaned && !style;
    unknown.then(|| value.mixes("JavaScript") || tainted(row, &value))
}

fn written(row: &Row) -> bool {
    let language = "JavaScript";
    let whole = row
        .calls("document.write document.writeln")
        .iter()
        .any(|args| !args.literal(language) && !clean(&args.uncommented));
    let second = row.calls(".insertAdjacentHTML").iter().any(|args| {
        args.parts()
            .get(1)
            .is_some_and(|part| !part.literal(language) && !clean(&part.uncommented))
    });
    let jquery = row.calls(".html .append").iter().any(|args| {
        row.has("$ (")
            && args.mixes(language)
            && args.uncommented.contains('<')
            && !clean(&args.uncommented)
    });
    whole || second || jquery && row.code().holds("$(")
}

fn dangerously(row: &Row) -> bool {
    let statement = row.statement();
    let typed = text::has_any(
        &statement.code,
        &[
            "dangerouslySetInnerHTML ? :",
            "dangerouslySetInnerHTML ?:",
            "__html : string",
            "__html: string",
            "__html?: string",
        ],
    );
    if typed {
        return false;
    }
    let literal = statement.code.holds("__html: '") || statement.code.holds("__html: \"");
    let cleaned = clean(&statement.uncommented)
        || row
            .above()
            .take(15)
            .any(|above| text::mentions(above.code(), "sanitize purify"));
    !cleaned && !literal && !text::mentions(&statement.uncommented, "json.stringify")
}

/// HTML with an untrusted value, sent as a response.
fn answered(row: &Row, names: &'static str) -> bool {
    let language = row.file().language;
    row.calls(names).iter().any(|args| {
        args.uncommented.contains('<')
            && !clean(&args.uncommented)
            && (args.mixes(language) || args.parts().len() > 1)
            && tainted(row, args)
    })
}

fn returned(row: &Row) -> bool {
    let statement = row.statement();
    let value = statement.code.trim_start().starts_with("return ");
    value
        && statement.uncommented.contains('<')
        && statement.mixes("Python")
        && !clean(&statement.uncommented)
        && tainted(row, &statement)
}

fn templated(row: &Row) -> bool {
    let strings = row
        .calls("render_template_string .from_string Template")
        .into_iter()
        .map(|args| args.first());
    let named = row.has("render_template_string (") || row.has("from_string (");
    strings.into_iter().any(|first| {
        first.mixes("Python") && (named || tainted(row, &first)) || named && tainted(row, &first)
    })
}

fn echoed(row: &Row) -> bool {
    let statement = row.statement();
    let code = statement.code.trim_start();
    let shown = code.starts_with("echo ")
        || code.starts_with("print ")
        || row.uncommented().holds("<?= ")
        || row.uncommented().holds("<?php echo ");
    shown
        && !text::mentions(
            &statement.uncommented,
            "htmlspecialchars htmlentities json_encode intval escape (int) strip_tags urlencode",
        )
        && tainted(row, &statement)
}

fn ruby(row: &Row) -> bool {
    let safe = row.uncommented().holds(".html_safe")
        && (row.uncommented().holds("#{") || row.uncommented().holds("params"));
    let raw = row
        .calls("raw")
        .iter()
        .any(|args| args.uncommented.holds("params"))
        || row.has("raw params")
        || row.has("raw @$");
    (safe || raw) && !clean(row.uncommented())
}
