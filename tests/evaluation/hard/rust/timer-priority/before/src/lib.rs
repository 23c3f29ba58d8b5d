//! The event loop of the server.

pub mod timers;
