//! What the checker says.

use crate::position::Span;

/// A replacement for a part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Start and end are on the same line.
    pub span: Span,
    pub replacement: String,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub span: Span,
    pub text: String,
    pub fix: Option<Fix>,
}
