//! The change itself: its patches, what kinds of files it touches, which of them are reviewed, and how a diff is
//! written for a model.

pub(crate) mod file_order;
pub(crate) mod generated;
pub(crate) mod hunk_context;
pub(crate) mod kinds;
pub(crate) mod line_numbers;
pub(crate) mod overview;
pub mod patch;
pub(crate) mod render;
pub(crate) mod scopes;
pub(crate) mod triage;
