//! Families of languages that show their scopes in the same way.

use crate::diff::kinds::language;

/// How a language shows its scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `def` and `class` with an indented block.
    Python,
    /// Functions, types and blocks in braces.
    Braces,
    /// Every block in braces has a name: CSS, Terraform.
    Blocks,
    /// From a keyword to `end`.
    Ends,
    /// Lines contain those that are indented deeper: YAML, JSON, XML.
    Keys,
    /// Definitions begin at the margin.
    Margin,
    /// `# Title`.
    Headings,
    /// `[section]`.
    Sections,
}

/// None for languages whose scopes are unknown or too expensive to find.
pub fn family(path: &str) -> Option<Family> {
    Some(match language(path)? {
        "Python" => Family::Python,
        "Ruby" | "Elixir" | "Lua" | "Julia" | "Visual Basic" => Family::Ends,
        "YAML" | "JSON" | "XML" | "HTML" | "Makefile" => Family::Keys,
        "Haskell" | "OCaml" | "F#" | "Clojure" | "Erlang" => Family::Margin,
        "CSS" | "Terraform" | "GraphQL" | "Protocol Buffers" => Family::Blocks,
        "Markdown" => Family::Headings,
        "TOML" | "INI" => Family::Sections,
        "JavaScript" | "TypeScript" | "Vue" | "Svelte" | "Go" | "Rust" | "Java" | "Kotlin"
        | "Scala" | "Groovy" | "C" | "C++" | "Objective-C" | "C#" | "PHP" | "Swift" | "Dart"
        | "Perl" | "R" | "Zig" | "Solidity" | "Shell" | "PowerShell" => Family::Braces,
        _ => return None,
    })
}
