//! The loop that hands messages to hooks.

use std::sync::mpsc::Receiver;
use std::sync::Arc;
use std::time::Duration;

use crate::hooks::{self, Hook};

const LIMIT: Duration = Duration::from_secs(10);

/// Runs all hooks for each message. A hook that fails does not keep the others from running.
pub fn deliver(messages: &Receiver<Vec<u8>>, hooks: &[Hook], mut report: impl FnMut(String)) {
    for message in messages {
        let message = Arc::new(message);
        for hook in hooks {
            let name = hook.program.display();
            match hooks::run(hook, &message, LIMIT) {
                Ok(output) if output.is_empty() => {}
                Ok(output) => report(format!("{name}: {}", output.trim_end())),
                Err(error) => report(format!("{name}: {error}")),
            }
        }
    }
}
