//! The loop that hands messages to hooks.

use std::sync::mpsc::Receiver;

use crate::hooks::{self, Hook};

/// Runs all hooks for each message. A hook that fails does not keep the others from running.
pub fn deliver(messages: &Receiver<Vec<u8>>, hooks: &[Hook], mut report: impl FnMut(String)) {
    for message in messages {
        for hook in hooks {
            if let Err(error) = hooks::run(hook, &message) {
                report(format!("{}: {error}", hook.program.display()));
            }
        }
    }
}
