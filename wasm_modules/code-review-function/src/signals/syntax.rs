//! The syntax of comments and strings in each language, to distinguish them from code.

/// What opens and closes a comment that may span lines.
pub type Block = (&'static str, &'static str);

#[derive(Debug)]
pub struct Syntax {
    /// What begins a comment that ends with the line.
    pub line: &'static [&'static str],
    /// Such a comment must be at the start of the line or after a blank.
    pub spaced: bool,
    pub block: Option<Block>,
    /// The quotation marks of strings.
    pub quotes: &'static [u8],
    /// Strings in three quotation marks, which may span lines.
    pub triple: bool,
    /// Strings in backticks, which may span lines.
    pub raw: bool,
    /// `${…}` inside backticks is code.
    pub template: bool,
    /// `'` may be a lifetime, and `r#"…"#` a string.
    pub rust: bool,
    /// `/…/` may be a regular expression.
    pub regex: bool,
}

const NONE: Syntax = Syntax {
    line: &[],
    spaced: false,
    block: None,
    quotes: b"\"'",
    triple: false,
    raw: false,
    template: false,
    rust: false,
    regex: false,
};

const SLASHES: Syntax = Syntax {
    line: &["//"],
    block: Some(("/*", "*/")),
    ..NONE
};
const HASH: Syntax = Syntax {
    line: &["#"],
    ..NONE
};
const CONFIGURED: Syntax = Syntax {
    spaced: true,
    quotes: b"",
    ..HASH
};

const SYNTAXES: &[(&str, Syntax)] = &[
    (
        "Python",
        Syntax {
            triple: true,
            ..HASH
        },
    ),
    (
        "JavaScript|TypeScript|Vue|Svelte",
        Syntax {
            raw: true,
            template: true,
            regex: true,
            ..SLASHES
        },
    ),
    (
        "Go",
        Syntax {
            raw: true,
            ..SLASHES
        },
    ),
    (
        "Rust",
        Syntax {
            rust: true,
            ..SLASHES
        },
    ),
    (
        "Java|Kotlin|Scala|Groovy|Swift|Dart",
        Syntax {
            triple: true,
            ..SLASHES
        },
    ),
    (
        "C|C++|Objective-C|C#|Zig|Solidity|Protocol Buffers",
        SLASHES,
    ),
    (
        "PHP",
        Syntax {
            line: &["//", "# "],
            ..SLASHES
        },
    ),
    (
        "Ruby|Elixir|Julia",
        Syntax {
            regex: true,
            ..HASH
        },
    ),
    (
        "Perl|R|PowerShell|Makefile|CMake",
        Syntax {
            spaced: true,
            ..HASH
        },
    ),
    (
        "Shell",
        Syntax {
            spaced: true,
            ..HASH
        },
    ),
    (
        "Terraform",
        Syntax {
            line: &["#", "//"],
            ..SLASHES
        },
    ),
    (
        "SQL",
        Syntax {
            line: &["--"],
            block: Some(("/*", "*/")),
            ..NONE
        },
    ),
    (
        "Lua|Haskell",
        Syntax {
            line: &["--"],
            ..NONE
        },
    ),
    (
        "YAML|TOML|INI|Properties|Environment|Dockerfile|Sudoers",
        CONFIGURED,
    ),
    (
        "CSS",
        Syntax {
            block: Some(("/*", "*/")),
            quotes: b"",
            ..NONE
        },
    ),
    (
        "HTML|ERB|XML|Markdown|Template",
        Syntax {
            block: Some(("<!--", "-->")),
            quotes: b"",
            ..NONE
        },
    ),
];

/// None for a language with unknown syntax.
pub fn syntax(language: &str) -> Option<&'static Syntax> {
    let fits = |(names, _): &&(&str, Syntax)| names.split('|').any(|name| name == language);
    SYNTAXES.iter().find(fits).map(|(_, syntax)| syntax)
}
