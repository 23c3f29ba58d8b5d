//! Calls that are dangerous with their arguments.

pub mod crypto;
pub mod input;
pub mod native;
pub mod objects;
pub mod pages;
mod patterns;
pub mod processes;
pub mod queries;
mod taint;
