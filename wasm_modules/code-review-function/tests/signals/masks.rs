//! Comments and strings, masked in code of many languages.

use proptest::prelude::*;

use super::Lexer;
use crate::signals::syntax::syntax;
use crate::signals::text::FILLER;

/// The code of each line, with a "~" for every byte inside a string.
fn code(language: &str, lines: &[&str]) -> Vec<String> {
    let Some(syntax) = syntax(language) else {
        return Vec::new();
    };
    let mut mask = Lexer::opening(syntax, lines.iter().copied());
    let codes = lines
        .iter()
        .map(|line| mask.line(line).code.replace(FILLER as char, "~"));
    codes.map(|code| code.trim_end().to_owned()).collect()
}

#[test]
fn strings_and_comments_are_no_code() {
    for (language, line, expected) in [
        ("Python", "x = 'a#b' # c", "x = '~~~'"),
        ("Python", r#"x = "a\"b" + y"#, r#"x = "~~~~" + y"#),
        ("JavaScript", "f('//') // g()", "f('~~')"),
        (
            "JavaScript",
            "x = `a ${f('b')} c` + d",
            "x = `~~${f('~')}~~` + d",
        ),
        (
            "JavaScript",
            "x = /['\"]/.test(y) && z",
            "x = /~~~~/.test(y) && z",
        ),
        ("JavaScript", "a = b / c / d // e", "a = b / c / d"),
        ("JavaScript", "f(/* a */ b)", "f(        b)"),
        (
            "Rust",
            "fn f<'a>(x: &'a str) { 'x'; \"y\" }",
            "fn f<'a>(x: &'a str) { '~'; \"~\" }",
        ),
        (
            "Rust",
            "let x = r#\"a \" b\"#; f()",
            "let x = r#\"~~~~~\"#; f()",
        ),
        ("C++", "int x = 1'000'000; // y", "int x = 1'000'000;"),
        ("Ruby", "x = \"a #{b} c\" # d", "x = \"~~~~~~~~\""),
        ("Ruby", "x = `ls #{y}`", "x = `ls #{y}`"),
        ("Shell", "echo $# ${#x} # note", "echo $# ${#x}"),
        ("SQL", "SELECT 'a--b' -- c", "SELECT '~~~~'"),
        ("YAML", "run: echo 'a' # b", "run: echo 'a'"),
        ("HTML", "<p><!-- x --></p>", "<p>          </p>"),
        ("PHP", "#[Attribute] f() // x", "#[Attribute] f()"),
    ] {
        assert_eq!(code(language, &[line]), [expected], "{language}");
    }
}

#[test]
fn what_spans_lines_is_followed() {
    assert_eq!(
        code("Go", &["x := `a", "f()", "` + g()"]),
        ["x := `~", "~~~", "` + g()"]
    );
    assert_eq!(code("C", &["/* a", "f();", "*/ g();"]), ["", "", "   g();"]);
    assert_eq!(
        code("Python", &["x = \"\"\"a", "f()", "\"\"\"", "g()"]),
        ["x = \"\"\"~", "~~~", "\"\"\"", "g()"]
    );
    assert_eq!(
        code("C", &["x = \"a", "f();"]),
        ["x = \"~", "f();"],
        "a string ends with its line"
    );
}

#[test]
fn a_hunk_may_begin_inside_a_comment_or_a_text() {
    assert_eq!(code("Java", &[" * f()", " */", "g();"]), ["", "", "g();"]);
    assert_eq!(
        code("Python", &["    eval(x) is evil.", "    \"\"\"", "    g()"])[0].trim(),
        "~~~~~~~~~~~~~~~~~~~~"
    );
    assert_eq!(
        code(
            "Python",
            &["def f():", "    \"\"\"", "    text", "    \"\"\""]
        )[0],
        "def f():"
    );
    assert_eq!(
        code("JavaScript", &["x = glob('src/*/a')", "f()"])[1],
        "f()"
    );
}

proptest! {
    #[test]
    fn masks_are_ascii_and_as_long_as_the_line(
        language in prop::sample::select(vec!["Python", "JavaScript", "Rust", "Go", "C++", "Ruby", "PHP", "SQL", "YAML", "HTML", "Shell"]),
        lines in prop::collection::vec("([a-zé/*#'\"`{}$<>!\\\\ -]|\"\"\"|r#\"|\\$\\{){0,20}", 1..6),
    ) {
        let Some(syntax) = syntax(language) else { return Ok(()) };
        let mut mask = Lexer::opening(syntax, lines.iter().map(String::as_str));
        for line in &lines {
            let masked = mask.line(line);
            prop_assert!(masked.uncommented.is_ascii() && masked.code.is_ascii());
            prop_assert_eq!((masked.uncommented.len(), masked.code.len()), (line.len(), line.len()));
        }
    }
}
