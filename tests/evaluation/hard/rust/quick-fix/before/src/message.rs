//! What the checker says.

use crate::position::Span;

#[derive(Clone, Debug)]
pub struct Message {
    pub span: Span,
    pub text: String,
}
