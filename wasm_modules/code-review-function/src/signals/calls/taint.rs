//! Taint analysis: whether a value comes from a request, directly or through names that the hunk
//! shows.

use crate::signals::call::Fragment;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::text::slices::tail;

/// How many lines above are considered.
const REACH: usize = 30;

/// Sources of untrusted values.
const SOURCES: &[&str] = &[
    "request.args",
    "request.form",
    "request.values",
    "request.json",
    "request.get_json",
    "request.data",
    "request.GET",
    "request.POST",
    "request.query_params",
    "request.params",
    "request.cookies",
    "request.files",
    "flask.request",
    "req.query",
    "req.body",
    "req.params",
    "req.cookies",
    "request.query",
    "request.body",
    "ctx.query",
    "ctx.params",
    "ctx.request.body",
    "searchParams.get",
    "location.hash",
    "location.search",
    "window.location",
    "document.cookie",
    "event.data",
    "params[",
    "params.require",
    "params.fetch",
    "cookies[",
    "$_GET",
    "$_POST",
    "$_REQUEST",
    "$_COOKIE",
    "$_FILES",
    "$request->input",
    "$request->get",
    "$request->query",
    "getParameter(",
    "getHeader(",
    "getQueryString(",
    "r.URL.Query",
    "r.URL.Path",
    "r.FormValue",
    "r.PostFormValue",
    "req.URL.Query",
    "req.FormValue",
    "c.Query(",
    "c.Param(",
    "c.PostForm(",
    "mux.Vars",
    "chi.URLParam",
    "Request.Query",
    "Request.Form",
];

/// Functions that sanitise or convert a value.
const CLEANERS: &str = "secure_filename basename escape quote sanitize validate int( (int) (float) int.parse parseint number( float( .to_i intval uuid( encodeuri \
     htmlspecialchars atoi parse_int whitelist allowlist allowed safe_join clean len( isdigit abs( hash";

/// Whether the code contains an untrusted value, directly or by name.
pub fn tainted(row: &Row, piece: &Fragment) -> bool {
    if cleaned(&piece.uncommented) || checked(row) {
        return false;
    }
    if foreign(&piece.uncommented) {
        return true;
    }
    let known = strangers(row);
    names(&piece.uncommented).any(|name| known.contains(&name))
}

/// Whether the lines above check the value before it is used.
fn checked(row: &Row) -> bool {
    const CHECKS: &str = "is_relative_to startswith starts_with hasprefix commonpath islocal allowed allowlist whitelist netloc is_safe permitted";
    row.above()
        .take(15)
        .any(|above| text::mentions(above.code(), CHECKS))
}

fn foreign(text: &str) -> bool {
    SOURCES.iter().any(|source| text.contains(source))
}

fn cleaned(text: &str) -> bool {
    text::mentions(text, CLEANERS)
}

fn names(text: &str) -> impl Iterator<Item = &str> {
    text::words(text).map(|(_, word)| word)
}

/// The names that hold untrusted values at this line.
fn strangers<'r>(row: &Row<'r>) -> Vec<&'r str> {
    let mut above: Vec<Row<'r>> = row.above().take(REACH).collect();
    above.reverse();
    let mut known = Vec::new();
    for line in above {
        parameters(&line, &mut known);
        if let Some((name, value)) = assignment(&line) {
            let taken = foreign(value) || names(value).any(|word| known.contains(&word));
            if taken && !cleaned(value) {
                known.push(name);
            } else {
                known.retain(|other| *other != name);
            }
        }
    }
    known
}

/// `name = value` and `name := value`; for `a, err := f()`, `a`.
fn assignment<'r>(row: &Row<'r>) -> Option<(&'r str, &'r str)> {
    let (left, right) = row.uncommented().cut("=")?;
    let compares = left.ends_with(['=', '!', '<', '>']) || right.starts_with('=');
    let left = left.trim_end_matches([':', ' ', '+', '.']);
    let left = left.split(',').next().unwrap_or(left);
    let name = text::words(left.split(':').next().unwrap_or(left))
        .last()?
        .1;
    (!compares).then_some((name, right))
}

/// Parameters that a route fills: `<path:name>` over a view, `@RequestParam String name`.
fn parameters<'r>(row: &Row<'r>, known: &mut Vec<&'r str>) {
    let bare = row.uncommented();
    if bare.holds(".route(") || bare.holds("@app.") || bare.holds("@router.") {
        let marks = bare
            .match_indices(['<', '{'])
            .filter_map(|(at, _)| tail(bare, at + 1).split(['>', '}']).next());
        known.extend(
            marks
                .filter(|mark| !mark.starts_with("int:"))
                .filter_map(|mark| mark.split(':').next_back()),
        );
    }
    for annotation in ["@RequestParam", "@PathVariable"] {
        let after = bare
            .match_indices(annotation)
            .filter_map(|(at, _)| tail(bare, at + annotation.len()).split([',', '{']).next());
        known.extend(
            after
                .filter(|one| one.holds("String "))
                .filter_map(|one| text::words(one).last().map(|(_, word)| word)),
        );
    }
}
