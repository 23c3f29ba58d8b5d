//! What a single line reveals about the scopes of its file.

use crate::diff::scopes::family::Family;

/// What a line means for a scope if it is not indented deeper than the scope's first line.
pub enum End {
    /// The scope continues: `} else {`, `rescue`.
    Not,
    /// The line is the last one of the scope: `}`, `end`.
    With,
    /// The line is after the scope.
    Before,
}

const DEFINITIONS: &str = " fn func fun function def class struct enum union interface trait impl mod module \
    namespace object record extension type protocol actor contract library modifier constructor init deinit \
    macro_rules sub test ";
const MODIFIERS: &str = " pub crate async public private protected internal static final abstract override \
    virtual export default declare unsafe extern inline open sealed data suspend partial readonly local \
    fileprivate companion native implicit inner annotation case const mutating ";
const CONTROL: &str = " if else elif for foreach while switch match catch try do finally when with using lock \
    synchronized select unless until loop guard defer go return throw case default new await yield assert and or \
    not in ";
const BINDINGS: &str = " let var val const ";
/// Functions that define tests by a call with a block.
const STORIES: &str = " describe context it test suite before after beforeEach afterEach beforeAll afterAll \
    scenario feature specify ";
const BLOCKS: &str = " def defp defmodule defmacro defimpl defprotocol class module function macro struct \
    namespace task sub property ";
const BETWEEN: &str = " rescue ensure else elsif elseif catch ";

/// Columns that a tab takes.
const TAB: usize = 4;

fn holds(list: &str, word: &str) -> bool {
    !word.is_empty()
        && list
            .split_ascii_whitespace()
            .any(|one| one.eq_ignore_ascii_case(word))
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

pub fn indent(line: &str) -> usize {
    let columns = line.bytes().map(|byte| match byte {
        b' ' => 1,
        b'\t' => TAB,
        _ => 0,
    });
    columns.take_while(|columns| *columns > 0).sum()
}

/// Whether the indentation of the line means nothing: a comment, a label, a preprocessor line.
pub fn is_remark(text: &str, family: Family) -> bool {
    let comment = [
        "//", "/*", "* ", "*/", "-- ", "# ", "#!", "#[", "<!--", ";;",
    ];
    let is_label = || text.ends_with(':') && !text.contains('(') && text != "):";
    comment.iter().any(|mark| text.starts_with(mark))
        || matches!(text, "#" | "*" | "--")
        || family == Family::Braces
            && (text.starts_with('#') || text.starts_with('@') || is_label())
        || family == Family::Python && text.starts_with('@')
}

/// Whether the line begins with a closing bracket, or is the opening brace of the line above.
pub fn is_closing(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with([')', ']', '}']) || text.starts_with("</") || text.trim_end() == "{"
}

pub fn ends(line: &str) -> End {
    let text = line.trim();
    let goes_on = text.ends_with(['{', '(', '[', ':']) || text.ends_with("=>");
    let word = words(text).next().unwrap_or_default();
    match () {
        () if is_closing(text) && goes_on || holds(BETWEEN, word) => End::Not,
        () if is_closing(text) || holds(" end ", word) => End::With,
        () => End::Before,
    }
}

/// `[section]`, at the margin.
pub fn has_heading_mark(line: &str) -> bool {
    let name = line.trim_start_matches('[');
    line.starts_with('[')
        && name.starts_with(|c: char| c.is_alphanumeric() || c == '"' || c == '_')
        && line.trim_end().ends_with(']')
}

/// Whether a deeper block must follow.
pub fn opens_block(line: &str) -> bool {
    line.ends_with([':', '{', '[']) || line.starts_with('<') && !line.contains("</")
}

/// How many parentheses the line opens and does not close.
pub fn brackets(line: &str) -> i32 {
    let bracket = |byte: u8| i32::from(byte == b'(') - i32::from(byte == b')');
    line.bytes().map(bracket).sum()
}

/// `def name`, `async def name`, `class Name`.
pub fn opens_by_def(line: &str) -> bool {
    let line = line.strip_prefix("async ").unwrap_or(line);
    line.starts_with("def ") || line.starts_with("class ")
}

/// `def name`, `describe "…" do`.
pub fn opens_by_word(line: &str) -> bool {
    let word = words(line)
        .find(|word| !holds(MODIFIERS, word))
        .unwrap_or_default();
    let is_story = || holds(STORIES, word) && line.ends_with("do");
    let is_rspec = || line.starts_with("RSpec.");
    holds(BLOCKS, word) || is_story() || is_rspec()
}

/// Whether a function or a type begins here; at the margin, any block. `next` is the line below.
pub fn opens_by_brace(line: &str, next: &str, at_margin: bool) -> bool {
    if line.ends_with(';') {
        return false;
    }
    let braced = line.ends_with('{') || next.starts_with('{');
    defines(line) || at_margin && (braced || is_head(line)) || braced && is_method(line)
}

/// `pub async fn name`, `export default class`.
fn defines(line: &str) -> bool {
    let word = words(line)
        .find(|word| !holds(MODIFIERS, word))
        .unwrap_or_default();
    let rest = line.split_once(word).map_or("", |(_, rest)| rest);
    DEFINITIONS.split_ascii_whitespace().any(|one| one == word)
        && rest.starts_with([' ', '(', '<', '!', '*', ':'])
        && !rest.trim_start().starts_with(['=', '.'])
        || line.contains(" function(")
        || line.contains(" function (")
}

/// The first line of a C function whose parameters continue below.
fn is_head(line: &str) -> bool {
    line.contains('(') && line.ends_with([',', '(']) && line.starts_with(char::is_alphabetic)
}

/// `name(…) {`, with types and modifiers before the name, but not a call with a block or a loop.
fn is_method(line: &str) -> bool {
    let Some((before, _)) = line.split_once('(') else {
        return false;
    };
    let first = words(line).next().unwrap_or_default();
    let balanced = brackets(line) == 0;
    let is_arrow = line.contains("=>") && balanced;
    match () {
        () if holds(STORIES, first) => true,
        () if holds(BINDINGS, first) || before.contains('=') => is_arrow,
        () => balanced && !holds(CONTROL, first) && !before.contains('.'),
    }
}
