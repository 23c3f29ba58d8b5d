//! Receives mails and hands them to hooks.

pub mod delivery;
pub mod hooks;
