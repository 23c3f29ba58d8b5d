//! What lines of code mention: what they call, types, members, constants, and the keys and texts in quotes.

use crate::text::slices::start;

/// The least bytes of a name that is worth a look, and of a text.
const LEAST: usize = 3;
const LEAST_TEXT: usize = 3;
const MOST_TEXT: usize = 80;

/// Words of many languages that name nothing of the repository, unless they are said of something.
const COMMON: &str = "if for while switch return catch function def class new await async sizeof typeof assert print \
    println printf fprintf sprintf len range int str bool list dict set tuple self this super true false null None nil \
    True False String Vec Some Err Box Option Result Arc Error Exception Promise Object Array Map Set Date Math JSON \
    console require import export from let const var func fn impl struct enum trait interface type public private \
    protected static final void string number boolean append push pop get put add remove delete size length join \
    split map filter reduce find sort contains keys values items format log info warn debug error open close read \
    write next then else elif case match not and or in is lambda yield raise throw throws try except finally with \
    isinstance hasattr getattr setattr make copy panic recover defer unwrap expect clone iter collect into \
    toString equals hashCode valueOf parseInt malloc free memcpy memset strlen strcmp include define empty isset \
    puts attr_accessor attr_reader foreach echo array count byte char long short double float uint8 uint32 uint64 \
    using namespace package module exports mod crate std where select order insert update create table values text end begin do unless";

/// Those of them that are never a name.
const KEYWORDS: &str = "if else elif for while switch case return catch finally try except function def class new await \
    async true false null None nil True False self this super import export exports from let const var func struct enum \
    impl trait interface type public private protected static final void and or not lambda yield raise throw throws with \
    crate mod std foreach unless namespace";

/// Words of SQL that name no table and no column.
const SQL: &str = "select insert update delete from where and or not null into values set join left right inner outer \
    on as by group order limit offset having distinct count sum min max avg create table alter drop add column index \
    primary key foreign references default unique constraint check exists between like in is true false asc desc \
    returning conflict do nothing call exec with union all case when then else end begin commit now interval text integer \
    bigint boolean timestamp varchar";

/// What a name is in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MentionKind {
    Call,
    Type,
    Constant,
    Member,
}

/// A name in a line of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub name: String,
    /// What it is said of: "cart" in `cart.total()`; empty if nothing.
    pub of: String,
    pub kind: MentionKind,
}

/// The names of a line that may be defined elsewhere in the repository. Strings and comments are left out.
pub fn mentions(line: &str) -> Vec<Mention> {
    let code = code_of(line);
    let mut found: Vec<Mention> = Vec::new();
    let (mut rest, mut last) = (code.as_str(), String::new());
    while let Some(start) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
        let (before, from) = rest.split_at(start);
        let end = from
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        rest = after;
        let of = if is_access(before) {
            std::mem::take(&mut last)
        } else {
            String::new()
        };
        let is_number = before.ends_with(|c: char| c.is_ascii_digit());
        let kind = kind_of(name, is_access(before), after).filter(|_| !is_number);
        last = name.to_string();
        let Some(kind) = kind.filter(|kind| is_worth(name, &of, *kind)) else {
            continue;
        };
        let mention = Mention {
            name: name.to_string(),
            of,
            kind,
        };
        if !found.contains(&mention) {
            found.push(mention);
        }
    }
    found
}

/// Whether a name after this text is a member of what stands before it.
fn is_access(before: &str) -> bool {
    let before = before.trim_end_matches('?');
    ["->", "::", ".", "?.", "&.", ".@"]
        .iter()
        .any(|mark| before == *mark || before.ends_with(mark))
        && !before.ends_with("..")
}

fn kind_of(name: &str, is_member: bool, after: &str) -> Option<MentionKind> {
    let is_upper = !name.chars().any(char::is_lowercase);
    if after.starts_with(['(', '!']) && !after.starts_with("!=") || after.starts_with("::<") {
        Some(MentionKind::Call)
    } else if is_upper && name.len() >= LEAST {
        Some(MentionKind::Constant)
    } else if is_member {
        Some(MentionKind::Member)
    } else if name.starts_with(char::is_uppercase) {
        Some(MentionKind::Type)
    } else {
        None
    }
}

/// Whether the name says something: a common word does only as a call on something that has a name.
fn is_worth(name: &str, of: &str, kind: MentionKind) -> bool {
    let is_plain_receiver = ["", "self", "this", "super", "std"].contains(&of);
    if is_common(name) {
        return kind == MentionKind::Call && !is_plain_receiver && of.len() >= LEAST;
    }
    name.len() >= LEAST || (kind == MentionKind::Call && of.starts_with(char::is_uppercase))
}

/// Whether the name is a word of a language itself, which its look-up would find everywhere.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.split_whitespace().any(|word| word == name)
}

pub fn is_common(name: &str) -> bool {
    COMMON.split_whitespace().any(|word| word == name)
}

/// The names of a line that stand alone: in some languages they are calls.
pub fn bare_names(line: &str) -> Vec<String> {
    let code = code_of(line);
    let names = code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let worth = names.filter(|name| {
        name.len() > LEAST && name.starts_with(char::is_lowercase) && !is_common(name)
    });
    let mut found: Vec<String> = Vec::new();
    for name in worth {
        let is_assigned = code.contains(&format!("{name} = "));
        if !is_assigned && !found.iter().any(|known| known == name) {
            found.push(name.to_string());
        }
    }
    found
}

/// The keys and texts of a line that other files may hold as well: quoted texts without blanks, symbols, keys before
/// a colon, and the names in a query.
pub fn texts(line: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut push = |text: &str| {
        let text = text.trim_matches(|c: char| ".,;:!?()".contains(c));
        let is_fit = (LEAST_TEXT..=MOST_TEXT).contains(&text.len())
            && text.chars().any(char::is_alphabetic)
            && !is_common(text);
        if is_fit && !found.iter().any(|known| known == text) {
            found.push(text.to_string());
        }
    };
    for quoted in quoted(line) {
        let words: Vec<&str> = quoted.split_whitespace().collect();
        match words.as_slice() {
            [one] => pieces(one).for_each(&mut push),
            several if is_query(several) => names_of_query(&quoted).for_each(&mut push),
            _ => {}
        }
    }
    for word in line.split(|c: char| c.is_whitespace() || "{[(,".contains(c)) {
        if let Some(symbol) = word.strip_prefix(':') {
            push(symbol.trim_end_matches([')', ',', ']']));
        } else if let Some(key) = word.strip_suffix(':').filter(|key| is_key(key, line)) {
            push(key.trim_matches(['"', '\'']));
        } else if word.contains('/') || word.contains('-') && word.contains('.') {
            push(word.trim_matches(['"', '\'', '`']));
        } else if let Some((key, _)) = word.split_once('=') {
            push(key.trim_start_matches('-'));
        }
    }
    found
}

/// Whether a word before a colon is a key: in quotes, of several words, or the first of a line with a value.
fn is_key(word: &str, line: &str) -> bool {
    let has_words =
        word.contains(['_', '-', '"', '\'']) || word.chars().skip(1).any(char::is_uppercase);
    let value = line
        .trim_start()
        .strip_prefix(word)
        .and_then(|rest| rest.strip_prefix(": "));
    has_words || value.is_some_and(|value| !value.trim().is_empty())
}

/// The beginnings of texts for people and programs that a line writes: scripts look for them.
pub fn outputs(line: &str) -> Vec<String> {
    let written = quoted(line).into_iter().filter(|text| text.contains(' '));
    let first = written.map(|text| {
        let end = text.find(['{', '%', '$', '\\', '<']).unwrap_or(text.len());
        start(&text, end.min(MOST_TEXT)).trim_end().to_string()
    });
    first.filter(|text| text.len() > LEAST).collect()
}

/// The texts in quotes.
fn quoted(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<(char, String)> = None;
    let mut before = ' ';
    for c in line.chars() {
        open = match open.take() {
            Some((quote, text)) if c == quote && before != '\\' => {
                found.push(text);
                None
            }
            Some((quote, mut text)) => {
                text.push(c);
                Some((quote, text))
            }
            None if c == '"' || c == '`' => Some((c, String::new())),
            None if c == '\'' && !before.is_alphanumeric() && before != '&' && before != '<' => {
                Some((c, String::new()))
            }
            None => None,
        };
        before = c;
    }
    found
}

/// The parts of a text around what is filled in: `/users/{id}` has one.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(['{', '}', '$', '%', '#', '<', '>', '*']);
    let mut parts: Vec<&str> = parts.filter(|part| part.len() >= LEAST_TEXT).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts.truncate(2);
    parts.into_iter()
}

fn is_query(words: &[&str]) -> bool {
    let is_keyword = |word: &&&str| {
        [
            "select", "insert", "update", "delete", "from", "where", "set", "join", "into",
            "order", "call", "exec",
        ]
        .contains(&word.to_lowercase().as_str())
    };
    words.iter().filter(is_keyword).count() >= 1
        && words
            .iter()
            .any(|word| word.chars().all(|c| !c.is_lowercase()))
}

fn names_of_query(query: &str) -> impl Iterator<Item = &str> {
    let words = query.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.filter(|word| {
        let lower = word.to_lowercase();
        word.len() > LEAST && !SQL.split_whitespace().any(|known| known == lower)
    })
}

/// The line without strings, and without a comment at its end.
fn code_of(line: &str) -> String {
    let mut code = String::new();
    let mut quote: Option<char> = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match quote {
            Some(_) if c == '\\' => {
                chars.next();
            }
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '`' => quote = Some(c),
            // A quote after a letter is an apostrophe or a lifetime.
            None if c == '\''
                && !code.ends_with(|c: char| c.is_alphanumeric() || c == '<' || c == '&') =>
            {
                quote = Some(c);
            }
            None if c == '#' && code.trim().is_empty() => break,
            None if c == '/' && chars.peek() == Some(&'/') => break,
            None => code.push(c),
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Vec<String> {
        mentions(line).into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn calls_types_members_and_constants_are_mentioned() {
        assert_eq!(
            names("    return Money(total_of(cart.items))"),
            ["Money", "total_of"]
        );
        assert_eq!(
            names("let cart = Cart::load(&store).await?;"),
            ["Cart", "load"]
        );
        assert_eq!(
            names("if (user.isAdmin() && LIMIT > 3) {"),
            ["isAdmin", "LIMIT"]
        );
        assert_eq!(
            names("@member.balance - Limits::CHUNK"),
            ["balance", "Limits", "CHUNK"]
        );
    }

    #[test]
    fn a_common_word_counts_as_a_call_on_something() {
        let found = mentions("meter.read(); self.read(); read()");
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].name.as_str(), found[0].of.as_str()),
            ("read", "meter")
        );
    }

    #[test]
    fn common_words_strings_and_comments_are_not() {
        assert!(names("if len(things) > 3: return str(x)  ").is_empty());
        assert!(names("# calls total_of(cart)").is_empty());
        assert!(names("x = \"total_of(cart)\" // total_of(cart)").is_empty());
        assert_eq!(names("let x: &'a Cart = it's(total_of)"), ["Cart"]);
    }

    #[test]
    fn keys_paths_symbols_and_the_names_in_a_query_are_texts() {
        assert_eq!(texts("app.get('/seats/{id}', seats)"), ["/seats/"]);
        assert_eq!(texts("  max_connections: 12"), ["max_connections"]);
        assert_eq!(texts("fetch(:due_date)"), ["due_date"]);
        assert_eq!(
            texts("\"SELECT owner_name FROM boats WHERE id = ?\""),
            ["owner_name", "boats"]
        );
        assert!(texts("raise Error('Nothing like it is there')").is_empty());
        assert_eq!(
            texts("run: python tools/nightly-report.py --since=3"),
            ["run", "tools/nightly-report.py", "since"]
        );
    }
}
