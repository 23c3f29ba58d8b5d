//! Asking a model: prompts and their size, the diff in chunks, and the answers.

pub mod answer_guard;
#[allow(clippy::string_slice, reason = "the positions are those of matches")]
pub mod answers;
pub mod budget;
pub mod change_map;
pub mod chunks;
pub mod file_diffs;
pub mod file_texts;
pub mod host;
pub mod intent;
pub mod learnings;
pub mod needs;
pub mod pieces;
pub mod plan;
pub mod prompt_context;
pub mod questions;
pub mod schema;
pub mod surroundings;
pub mod templates;
pub mod tool_reports;
