//! A lenient JSON parser for the mistakes of models and proxies, where the meaning is certain.
//!
//! Valid JSON has its usual meaning. In addition, the parser accepts comments, trailing and missing
//! commas, single and typographic quotes, names without quotes, Python's literals, bare line feeds
//! and quotes inside strings, unknown escapes, and halves of surrogate pairs (as U+FFFD). Of a
//! truncated text it keeps what is complete: a truncated string, number or object of a list is left
//! out.

use serde_json::{Map, Number, Value};

use crate::slices::head;

/// The most nested levels of lists and objects.
const DEPTH: usize = 128;
/// The most bytes of a comment. Searching further for its end at every quote would take quadratic
/// time.
const COMMENT: usize = 4096;

/// A value at the beginning of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    pub value: Value,
    /// The bytes of text that it occupies.
    pub length: usize,
    /// Whether it is complete.
    pub whole: bool,
}

/// What is wrong, and at which byte.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    pub message: &'static str,
    pub at: usize,
}

/// The value that `text` begins with.
///
/// # Errors
/// The first syntax error, or that there is no value.
pub fn parse(text: &str) -> Result<Parsed, Error> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        cut: false,
    };
    match parser.value(Place::Root)? {
        Some(value) => Ok(Parsed {
            value,
            length: parser.at,
            whole: !parser.cut,
        }),
        None => Err(parser.error("it ends before its first value is complete")),
    }
}

/// The position of a value, which decides which quote ends a string.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    Key,
    Member,
    Item,
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    /// Whether the text ended before the value did.
    cut: bool,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn error(&self, message: &'static str) -> Error {
        Error {
            message,
            at: self.at,
        }
    }

    /// None, because the text has ended.
    fn ended<T>(&mut self) -> Option<T> {
        self.cut = true;
        None
    }

    fn skip_blank(&mut self) {
        self.at += blank(self.rest());
    }

    /// None if the text ends before the value is certain.
    fn value(&mut self, place: Place) -> Result<Option<Value>, Error> {
        self.skip_blank();
        match self.peek() {
            None => Ok(self.ended()),
            Some('{') => self.nested(Parser::object),
            Some('[') => self.nested(Parser::array),
            Some(quote) if closing(quote).is_some() => Ok(self.string(place).map(Value::String)),
            Some(c) if c.is_ascii_digit() => Ok(self.number()),
            Some('-' | '+' | '.') if digit_follows(self.rest()) => Ok(self.number()),
            Some('-' | '+') if self.rest()[1..].starts_with(char::is_alphabetic) => {
                self.next(); // of an infinity
                self.word()
            }
            Some(c) if c.is_alphabetic() => self.word(),
            Some(_) => Err(self.error("a value is missing")),
        }
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Value, Error>,
    ) -> Result<Option<Value>, Error> {
        if self.depth == DEPTH {
            return Err(self.error("it is nested too deeply"));
        }
        self.depth += 1;
        self.next();
        let value = read(self)?;
        self.depth -= 1;
        Ok(Some(value))
    }

    fn object(&mut self) -> Result<Value, Error> {
        let mut members = Map::new();
        while self.goes_on('}')? {
            let Some(name) = self.key()? else { break };
            let known = !self.cut;
            let value = self.value(Place::Member)?;
            // What was truncated inside a member is left out; the member itself stays.
            if let Some(value) = value.filter(|_| known) {
                members.insert(name, value);
            }
            if self.cut {
                break;
            }
        }
        Ok(Value::Object(members))
    }

    fn array(&mut self) -> Result<Value, Error> {
        let mut items = Vec::new();
        while self.goes_on(']')? {
            let item = self.value(Place::Item)?;
            // A truncated object lacks fields, so it is left out.
            let item = item.filter(|item| !(self.cut && item.is_object()));
            items.extend(item);
            if self.cut {
                break;
            }
        }
        Ok(Value::Array(items))
    }

    /// Whether another part follows before `end` (which is skipped) or the end of the text.
    fn goes_on(&mut self, end: char) -> Result<bool, Error> {
        loop {
            self.skip_blank();
            match self.peek() {
                None => {
                    self.cut = true;
                    return Ok(false);
                }
                Some(',' | '，' | '、') => {
                    self.next();
                }
                Some(c) if c == end => {
                    self.next();
                    return Ok(false);
                }
                Some('}' | ']') => return Err(self.error("the wrong bracket closes it")),
                Some(_) => return Ok(true),
            }
        }
    }

    fn key(&mut self) -> Result<Option<String>, Error> {
        let quoted = self.peek().is_some_and(|c| closing(c).is_some());
        let name = if quoted {
            self.string(Place::Key)
        } else {
            let name = identifier(self.rest());
            if name.is_empty() {
                return Err(self.error("the name of a field is missing"));
            }
            self.at += name.len();
            Some(name.to_string())
        };
        let Some(name) = name else { return Ok(None) };
        self.skip_blank();
        match self.peek() {
            None => Ok(self.ended()),
            Some(':' | '：') => {
                self.next();
                Ok(Some(name))
            }
            Some(_) => Err(self.error("a colon is missing after the name of a field")),
        }
    }

    /// None if the text ends inside the string.
    fn string(&mut self, place: Place) -> Option<String> {
        let close = closing(self.next()?)?;
        let mut out = String::new();
        while let Some(c) = self.next() {
            match c {
                '\\' => self.escape(&mut out)?,
                c if close.contains(c) && ends(self.rest(), place) => return Some(out),
                c => out.push(c),
            }
        }
        self.ended()
    }

    /// None if the text ends inside it.
    fn escape(&mut self, out: &mut String) -> Option<()> {
        let Some(c) = self.next() else {
            return self.ended();
        };
        match c {
            '"' | '\\' | '/' | '\'' => out.push(c),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' | '\n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => self.code_unit(out)?,
            // Not a JSON escape: most likely the backslash of a regular expression or a path.
            other => out.extend(['\\', other]),
        }
        Some(())
    }

    fn code_unit(&mut self, out: &mut String) -> Option<()> {
        let Some(unit) = hex(self.rest()) else {
            if self.rest().len() < 4 {
                return self.ended();
            }
            out.push_str("\\u");
            return Some(());
        };
        self.at += 4;
        if (0xd800..0xdc00).contains(&unit) {
            let low = self.rest().strip_prefix("\\u").and_then(hex);
            if let Some(low) = low.filter(|low| (0xdc00..0xe000).contains(low)) {
                self.at += 6;
                let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                return Some(());
            }
        }
        out.push(char::from_u32(unit).unwrap_or('\u{fffd}'));
        Some(())
    }

    /// None if the text ends with it, because digits may be missing. Anything else ("12-14")
    /// becomes a string.
    fn number(&mut self) -> Option<Value> {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-._".contains(c)));
        let Some(length) = length else {
            self.at = self.text.len();
            return if self.depth == 0 {
                Some(number(rest))
            } else {
                self.ended()
            };
        };
        self.at += length;
        if self.peek() == Some('%') {
            self.next();
        }
        Some(number(&rest[..length]))
    }

    fn word(&mut self) -> Result<Option<Value>, Error> {
        let word = identifier(self.rest());
        let value = match word {
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            "null" | "None" | "NULL" | "Null" | "nil" | "undefined" => Value::Null,
            "NaN" | "nan" | "Infinity" | "inf" | "Inf" => Value::Null,
            _ if word.len() == self.rest().len() && self.depth > 0 => {
                self.at = self.text.len();
                return Ok(self.ended());
            }
            _ => return Err(self.error("a string without quotes")),
        };
        self.at += word.len();
        Ok(Some(value))
    }
}

/// The quotes that close a string that `quote` opens.
fn closing(quote: char) -> Option<&'static str> {
    match quote {
        '"' => Some("\""),
        '\'' => Some("'"),
        '“' | '”' | '„' | '＂' => Some("”“\"＂"),
        '‘' | '’' => Some("’‘'"),
        _ => None,
    }
}

/// Whether a string ends before `rest`, or the quote belongs to its text: a closing quote is
/// followed only by what may follow a string in JSON.
fn ends(rest: &str, place: Place) -> bool {
    let after = &rest[blank(rest)..];
    let Some(next) = after.chars().next() else {
        return true;
    };
    match (place, next) {
        (Place::Root | Place::Key, _) => true,
        (Place::Member, ',' | '，') => begins_member(&after[next.len_utf8()..]),
        (Place::Item, ',' | '，') => begins_item(&after[next.len_utf8()..]),
        (_, '}' | ']') => true,
        // A comma is missing at the end of a line.
        _ => rest[..rest.len() - after.len()].contains('\n') && closing(next).is_some(),
    }
}

/// Whether a comma in an object is followed by the name of a field, or by the object's end.
fn begins_member(rest: &str) -> bool {
    let rest = &rest[blank(rest)..];
    let name = identifier(rest);
    match rest.chars().next() {
        None => true,
        Some(c) if closing(c).is_some() || matches!(c, '}' | ']' | ',') => true,
        Some(_) => {
            let after = &rest[name.len()..];
            !name.is_empty() && after[blank(after)..].starts_with(':')
        }
    }
}

/// Whether a comma in a list is followed by a value, or by the list's end.
fn begins_item(rest: &str) -> bool {
    let rest = &rest[blank(rest)..];
    let Some(c) = rest.chars().next() else {
        return true;
    };
    let words = ["true", "false", "null", "True", "False", "None"];
    closing(c).is_some()
        || matches!(c, '{' | '[' | ']' | '}' | '-' | '0'..='9')
        || words.contains(&identifier(rest))
}

/// The bytes of blanks and comments at the beginning of `text`.
fn blank(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0')
        });
        match comment(rest) {
            0 => return text.len() - rest.len(),
            length => rest = &rest[length..],
        }
    }
}

/// The bytes of the comment that `text` begins with; 0 without one.
fn comment(text: &str) -> usize {
    let near = head(text, COMMENT);
    let ended = near.len() == text.len();
    if near.starts_with("//") || near.starts_with('#') {
        let end = near.find('\n').or(ended.then_some(text.len()));
        end.unwrap_or_default()
    } else if near.starts_with("/*") {
        near.find("*/").map_or(0, |end| end + 2)
    } else {
        0
    }
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '-')));
    let name = &text[..end.unwrap_or(text.len())];
    if name.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        ""
    } else {
        name
    }
}

fn digit_follows(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+', '.']);
    digits.starts_with(|c: char| c.is_ascii_digit()) || digits.is_empty()
}

fn hex(text: &str) -> Option<u32> {
    let digits = text.get(..4)?;
    let valid = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| valid)
}

fn number(token: &str) -> Value {
    let plain = token.trim_start_matches('+').replace('_', "");
    let whole = plain.parse().map(Number::from_i128).ok().flatten();
    let number = whole.or_else(|| Number::from_f64(plain.parse().ok()?));
    number.map_or_else(|| Value::String(token.to_string()), Value::Number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn value(text: &str) -> Value {
        let parsed = parse(text).unwrap();
        assert!(parsed.whole, "{text}");
        parsed.value
    }

    fn cut(text: &str) -> Value {
        let parsed = parse(text).unwrap();
        assert!(!parsed.whole, "{text}");
        parsed.value
    }

    #[test]
    fn what_is_certain_is_forgiven() {
        for (text, expected) in [
            (r#"{"a": 1,}"#, json!({"a": 1})),
            (r#"[1, 2, ]"#, json!([1, 2])),
            (
                "{\"a\": 1, // why\n \"b\": 2 /* so */ }",
                json!({"a": 1, "b": 2}),
            ),
            ("{\"a\": 1 # why\n}", json!({"a": 1})),
            (
                "{'a': 'it\\'s', 'b': None}",
                json!({"a": "it's", "b": null}),
            ),
            (
                "{'a': 'it's fine', 'b': True}",
                json!({"a": "it's fine", "b": true}),
            ),
            ("{“a”: “b”, ‘c’: 1}", json!({"a": "b", "c": 1})),
            ("{a: 1, b_c: False}", json!({"a": 1, "b_c": false})),
            ("{\"a\": \"x\ny\tz\"}", json!({"a": "x\ny\tz"})),
            ("{\"a\": \"x\"\n\"b\": 2}", json!({"a": "x", "b": 2})),
            ("[{\"a\": 1} {\"a\": 2}]", json!([{"a": 1}, {"a": 2}])),
            (
                r#"{"a": "say "hi" to all", "b": 1}"#,
                json!({"a": "say \"hi\" to all", "b": 1}),
            ),
            (
                r#"{"a": "say "hi", then go", "b": 1}"#,
                json!({"a": "say \"hi\", then go", "b": 1}),
            ),
            (r#"{"a": "\d+ \' \x"}"#, json!({"a": "\\d+ ' \\x"})),
            (r#"{"a": "\ud83d!"}"#, json!({"a": "\u{fffd}!"})),
            (r#"{"a": "\ud83d\ude00"}"#, json!({"a": "😀"})),
            (r#"{"a": "\udc00 \u12"}"#, json!({"a": "\u{fffd} \\u12"})),
            (
                "{\"a\": +1, \"b\": .5, \"c\": 5., \"d\": 90%}",
                json!({"a": 1, "b": 0.5, "c": 5.0, "d": 90}),
            ),
            (
                "{\"a\": 12-14, \"b\": NaN}",
                json!({"a": "12-14", "b": null}),
            ),
            ("\u{feff} {\"a\"：1，\"b\": 2}", json!({"a": 1, "b": 2})),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_is_an_error() {
        for text in [
            "",
            "  ",
            "hello",
            "{x}",
            "{ return x; }",
            "{\"a\": }",
            "[1}",
            "{\"a\" 1}",
            "{\"a like {\"b\": 1}",
            "{\"a\": 1]",
            "{\"a\": hello}",
            "}",
            "[...]",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&"[".repeat(DEPTH + 1)).is_err());
    }

    #[test]
    fn of_a_cut_text_what_is_complete_stays() {
        for (text, expected) in [
            (
                r#"{"a": [{"b": 1}, {"b": 2, "c": "x"#,
                json!({"a": [{"b": 1}]}),
            ),
            (r#"{"a": 1, "b": "half a sen"#, json!({"a": 1})),
            (r#"{"a": 1, "b": 12"#, json!({"a": 1})),
            (r#"{"a": 1, "b": tr"#, json!({"a": 1})),
            (r#"{"a": 1, "b"#, json!({"a": 1})),
            (r#"{"a": ["x", "y"#, json!({"a": ["x"]})),
            (r#"{"a": {"b": 1, "c": ["#, json!({"a": {"b": 1, "c": []}})),
            (r#"{"a": "x\u00"#, json!({})),
            (r#"{"a": "x\"#, json!({})),
            (r#"{"a": 1"#, json!({})),
            (r#"{"a": true"#, json!({"a": true})),
            (r#"{"a": "x""#, json!({"a": "x"})),
            ("{", json!({})),
        ] {
            assert_eq!(cut(text), expected, "{text}");
        }
    }

    #[test]
    fn what_follows_is_left_alone() {
        assert_eq!(parse("{\"a\": 1}} and more").map(|one| one.length), Ok(8));
        assert_eq!(
            parse("\"a\" b").map(|one| (one.value, one.length)),
            Ok((json!("a"), 3))
        );
    }

    pub fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
            "[a\"',:{}\\[\\]\\\\ \n]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 48, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::hash_map("[a-z\"':,]{0,6}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn json_means_what_it_means_everywhere(said in any_json(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&said) } else { serde_json::to_string(&said) };
            let text = text.unwrap();
            let parsed = parse(&text).unwrap();
            prop_assert_eq!(parsed.length, text.len());
            prop_assert!(parsed.whole);
            prop_assert_eq!(parsed.value, said);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", tail in "[{}\\[\\]\"',:\\\\a1\n #/*u]{0,60}") {
            let _ = parse(&text);
            let _ = parse(&tail);
        }

        #[test]
        fn a_cut_text_holds_nothing_that_the_whole_one_does_not(said in any_json(), at in 0.0..1.0f64) {
            let whole = json!({"a": said});
            let text = whole.to_string();
            let mut end = (text.len() as f64 * at) as usize;
            while !text.is_char_boundary(end) { end -= 1; }
            if let Ok(parsed) = parse(&text[..end]) {
                prop_assert!(within(&parsed.value, &whole), "{} of {}", parsed.value, whole);
            }
        }
    }

    /// Whether `part` is `whole` with parts left out.
    fn within(part: &Value, whole: &Value) -> bool {
        match (part, whole) {
            (Value::Object(part), Value::Object(whole)) => part
                .iter()
                .all(|(name, value)| whole.get(name).is_some_and(|of| within(value, of))),
            (Value::Array(part), Value::Array(whole)) => {
                part.len() <= whole.len() && part.iter().zip(whole).all(|(a, b)| within(a, b))
            }
            (part, whole) => {
                part == whole
                    || part
                        .as_f64()
                        .zip(whole.as_f64())
                        .is_some_and(|(a, b)| a == b)
            }
        }
    }
}
