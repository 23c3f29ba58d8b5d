//! Styles in which the same code may be written, correctly or not.

use crate::dice::Dice;

type Way = fn(&mut Dice, &str) -> String;

pub const WAYS: &[(&str, Way)] = &[
    ("blanks inside brackets", inside_brackets),
    ("blanks around marks", around_marks),
    ("no blanks", without_blanks),
    ("tabs", tabs),
    ("line ends", line_ends),
    ("lines joined", joined),
    ("lines split", split),
    ("comments", comments),
    ("blanks doubled and trailing", doubled),
    ("blanks of Unicode", foreign_blanks),
    ("semicolons", semicolons),
    ("case of words", cases),
    ("empty brackets", emptied),
    ("words taken out", taken_out),
    ("brackets", brackets),
    ("quotation marks and what is filled in", quotes),
    ("lines cut", cut),
    ("lines repeated and long", repeated),
    ("lines swapped and deleted", swapped),
    ("control characters", controls),
    ("indentation", indented),
];

/// `text` in one to five of these styles.
pub fn rewritten(dice: &mut Dice, text: &str) -> String {
    let mut text = text.to_string();
    for _ in 0..=dice.below(5) {
        let (_, way) = dice.pick(WAYS);
        text = way(dice, &text);
        if text.len() > 60_000 {
            text.truncate(
                (0..=60_000)
                    .rev()
                    .find(|at| text.is_char_boundary(*at))
                    .unwrap(),
            );
        }
    }
    text
}

/// Rewrites the characters; `write` appends each, or something else.
fn each(text: &str, mut write: impl FnMut(&mut String, char)) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    text.chars().for_each(|c| write(&mut out, c));
    out
}

/// How often something is done: always or sometimes.
fn rate(dice: &mut Dice) -> usize {
    dice.pick(&[1, 1, 1, 2, 10])
}

fn blank(dice: &mut Dice) -> &'static str {
    dice.pick(&[" ", " ", " ", "  ", "\t", "   ", " \t "])
}

fn inside_brackets(dice: &mut Dice, text: &str) -> String {
    let rate = rate(dice);
    each(text, |out, c| {
        let (opens, closes) = ("([{<".contains(c), ")]}>".contains(c));
        if closes && dice.one_in(rate) {
            out.push_str(blank(dice));
        }
        out.push(c);
        if opens && dice.one_in(rate) {
            out.push_str(blank(dice));
        }
    })
}

fn around_marks(dice: &mut Dice, text: &str) -> String {
    let (rate, side) = (rate(dice), dice.below(3));
    let marks = dice.pick(&["=<>!+-*/%&|^~?:,;.", "([{)]}", ".:>-", "\"'`", ",;", "=(;"]);
    each(text, |out, c| {
        let is_one = marks.contains(c) && dice.one_in(rate);
        out.push_str(if is_one && side != 0 { blank(dice) } else { "" });
        out.push(c);
        out.push_str(if is_one && side != 1 { blank(dice) } else { "" });
    })
}

fn without_blanks(dice: &mut Dice, text: &str) -> String {
    let (rate, all) = (rate(dice), dice.one_in(3));
    let mut before = ' ';
    each(text, |out, c| {
        let beside_mark = !before.is_alphanumeric();
        if c != ' ' || !(all || beside_mark) || !dice.one_in(rate) {
            out.push(c);
        }
        before = c;
    })
}

fn tabs(dice: &mut Dice, text: &str) -> String {
    let rate = rate(dice);
    match dice.below(3) {
        0 => text.replace("    ", "\t"),
        1 => text.replace('\t', "        "),
        _ => each(text, |out, c| {
            out.push(if c == ' ' && dice.one_in(rate) {
                '\t'
            } else {
                c
            })
        }),
    }
}

fn line_ends(dice: &mut Dice, text: &str) -> String {
    let (rate, end) = (
        rate(dice),
        dice.pick(&["\r\n", "\r\n", "\r", "\r\r\n", "\u{85}\n", "\u{2028}\n"]),
    );
    each(text, |out, c| match c {
        '\n' if dice.one_in(rate) => out.push_str(end),
        c => out.push(c),
    })
}

fn joined(dice: &mut Dice, text: &str) -> String {
    let (rate, with) = (rate(dice) * 2, dice.pick(&[" ", "", " \\\n", "; ", ", "]));
    each(text, |out, c| match c {
        '\n' if dice.one_in(rate) => out.push_str(with),
        c => out.push(c),
    })
}

fn split(dice: &mut Dice, text: &str) -> String {
    let rate = rate(dice) * 3;
    let marks = dice.pick(&[" ", "(,", "([{", ")]}", "=", ".", ";", "\"'"]);
    let indent = dice.pick(&["", "    ", "\t", "                "]);
    each(text, |out, c| {
        out.push(c);
        if marks.contains(c) && dice.one_in(rate) {
            out.push('\n');
            out.push_str(indent);
        }
    })
}

fn comments(dice: &mut Dice, text: &str) -> String {
    const SOME: [&str; 16] = [
        "/* x */",
        "/*",
        "*/",
        "// x",
        "# x",
        "-- x",
        "<!-- x -->",
        "<!--",
        "-->",
        "\"\"\"",
        "'''",
        "`",
        "{# x #}",
        "% x",
        ";; x",
        "=begin",
    ];
    let rate = rate(dice) * 8;
    each(text, |out, c| {
        if !c.is_alphanumeric() && dice.one_in(rate) {
            out.push_str(dice.pick(&SOME));
            out.push_str(if dice.one_in(4) { "\n" } else { "" });
        }
        out.push(c);
    })
}

fn doubled(dice: &mut Dice, text: &str) -> String {
    let rate = rate(dice);
    each(text, |out, c| {
        if matches!(c, ' ' | '\n') && dice.one_in(rate) {
            out.push_str(blank(dice));
        }
        out.push(c);
    })
}

fn foreign_blanks(dice: &mut Dice, text: &str) -> String {
    const SOME: [&str; 14] = [
        "\u{a0}", "\u{2003}", "\u{3000}", "\u{200b}", "\u{feff}", "\u{2028}", "\u{2029}", "\u{85}",
        "\u{202e}", "ä", "世", "🎉", "\u{ad}", "е",
    ];
    let (rate, beside) = (rate(dice) * 6, dice.one_in(2));
    each(text, |out, c| {
        if c.is_alphanumeric() || !dice.one_in(rate) {
            out.push(c);
            return;
        }
        out.push_str(dice.pick(&SOME));
        if beside {
            out.push(c);
        }
    })
}

fn semicolons(dice: &mut Dice, text: &str) -> String {
    let (rate, by) = (rate(dice), dice.pick(&[";;", "", " ;", "; ;", ";}"]));
    each(text, |out, c| match c {
        ';' if dice.one_in(rate) => out.push_str(by),
        '\n' if dice.one_in(rate * 5) => out.push_str(";\n"),
        c => out.push(c),
    })
}

/// Rewrites each word.
fn words(text: &str, mut write: impl FnMut(&mut String, &str)) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let (before, word) = rest.split_at(start);
        let end = word.find(|c| !is_word(c)).unwrap_or(word.len());
        out.push_str(before);
        write(&mut out, &word[..end]);
        rest = &word[end..];
    }
    out + rest
}

fn cases(dice: &mut Dice, text: &str) -> String {
    let rate = rate(dice);
    words(text, |out, word| match dice.below(2 * rate) {
        0 => out.push_str(&word.to_uppercase()),
        1 => out.push_str(&word.to_lowercase()),
        _ => out.push_str(word),
    })
}

fn emptied(dice: &mut Dice, text: &str) -> String {
    let (rate, by) = (
        rate(dice) * 2,
        dice.pick(&["", " ", ",", ", ,", "\n", "''"]),
    );
    let mut skipped = None;
    each(text, |out, c| {
        if skipped.is_some_and(|close| close == c || c == '\n') {
            skipped = None;
            out.push_str(by);
        }
        if skipped.is_none() {
            out.push(c);
        }
        let close = match c {
            '(' => ')',
            '[' => ']',
            '{' => '}',
            '"' => '"',
            '\'' => '\'',
            _ => return,
        };
        if skipped.is_none() && dice.one_in(rate) {
            skipped = Some(close);
        }
    })
}

fn taken_out(dice: &mut Dice, text: &str) -> String {
    let (rate, by) = (
        rate(dice) * 3,
        dice.pick(&["", "", " ", "_", "0", "$", "'", "..", "{}", "x", "\u{e9}"]),
    );
    words(text, |out, word| {
        out.push_str(if dice.one_in(rate) { by } else { word })
    })
}

fn brackets(dice: &mut Dice, text: &str) -> String {
    let rate = rate(dice) * 3;
    let kept = dice.one_in(2);
    each(text, |out, c| {
        if !"()[]{}<>".contains(c) || !dice.one_in(rate) {
            out.push(c);
            return;
        }
        out.push_str(dice.pick(&[
            "", "((", "))", "()", "{{", "}}", "[[", "]]", "<", ">", "(", "}",
        ]));
        if kept {
            out.push(c);
        }
    })
}

fn quotes(dice: &mut Dice, text: &str) -> String {
    const FILLED: [&str; 12] = [
        "${x}", "#{x}", "{x}", "%s", "$x", "{{", "${", "\\", "\\\"", "\\(x)", "%", "r#\"",
    ];
    let rate = rate(dice) * 2;
    each(text, |out, c| {
        if !matches!(c, '"' | '\'' | '`') || !dice.one_in(rate) {
            out.push(c);
            return;
        }
        match dice.below(4) {
            0 => out.push_str(dice.pick(&["\"", "'", "`", "", "\"\"\"", "f\"", "'\\''"])),
            1 => out.extend(["\\", "\""]),
            _ => {
                out.push(c);
                out.push_str(dice.pick(&FILLED));
            }
        }
    })
}

/// Rewrites each line.
fn lines(text: &str, mut write: impl FnMut(&mut String, &str)) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.split('\n') {
        write(&mut out, line);
        out.push('\n');
    }
    out.pop();
    out
}

fn cut(dice: &mut Dice, text: &str) -> String {
    let rate = rate(dice) * 2;
    lines(text, |out, line| {
        if !dice.one_in(rate) {
            out.push_str(line);
            return;
        }
        let ends: Vec<usize> = line
            .char_indices()
            .map(|(at, _)| at)
            .chain([line.len()])
            .collect();
        let at = dice.pick(&ends);
        out.push_str(if dice.one_in(3) {
            &line[at..]
        } else {
            &line[..at]
        });
    })
}

fn repeated(dice: &mut Dice, text: &str) -> String {
    let rate = rate(dice) * 6;
    lines(text, |out, line| {
        out.push_str(line);
        if dice.one_in(rate) {
            let (times, with) = (
                dice.pick(&[1, 1, 2, 30, 120]),
                dice.pick(&["\n", "\n", "", " "]),
            );
            for _ in 0..times {
                out.push_str(with);
                out.push_str(line);
            }
        }
    })
}

fn swapped(dice: &mut Dice, text: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    for _ in 0..=dice.below(8) {
        let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
        match dice.below(3) {
            0 => lines.swap(one, other),
            1 if lines.len() > 1 => drop(lines.remove(one)),
            _ => lines.insert(one, dice.pick(&["", " ", "}", "{", "end", ")", "\t"])),
        }
    }
    lines.join("\n")
}

fn controls(dice: &mut Dice, text: &str) -> String {
    let rate = rate(dice) * 10;
    each(text, |out, c| {
        if !c.is_alphanumeric() && dice.one_in(rate) {
            out.push_str(dice.pick(&[
                "\0", "\u{1}", "\u{2}", "\u{3}", "\u{b}", "\u{c}", "\u{1b}", "\u{7f}",
            ]));
        }
        out.push(c);
    })
}

fn indented(dice: &mut Dice, text: &str) -> String {
    let by = dice.pick(&["", " ", "\t", "  \t", "        "]);
    let none = dice.one_in(3);
    lines(text, |out, line| {
        out.push_str(by);
        out.push_str(if none { line.trim_start() } else { line });
    })
}
