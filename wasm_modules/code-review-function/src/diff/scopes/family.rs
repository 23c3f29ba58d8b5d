//! The families of languages that show their scopes in the same way.

use crate::diff::kinds::language;

/// How a language shows what belongs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `def` and `class`, and what is indented below.
    Python,
    /// Functions, types and blocks in braces.
    Braces,
    /// Every block in braces has a name: CSS, Terraform.
    Blocks,
    /// From a word to `end`.
    Ends,
    /// What is indented less contains what is indented more: YAML, JSON, XML.
    Keys,
    /// Definitions begin at the margin.
    Margin,
    /// `# Title`.
    Headings,
    /// `[section]`.
    Sections,
}

/// None for languages without scopes, or with none that can be told cheaply.
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
