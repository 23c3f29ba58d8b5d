//! Patterns of bugs that a single line nearly proves.

pub mod c;
mod common;
pub mod excepts;
pub mod go;
pub mod java;
pub mod javascript;
mod loops;
pub mod memory;
pub mod php;
pub mod python;
pub mod ruby;
pub mod rust;
pub mod sql;
pub mod texts;
pub mod waiting;
pub mod yaml;

pub use common::RULES as COMMON;
