//! Programs that are run for each delivery.

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub struct Hook {
    pub program: PathBuf,
    pub arguments: Vec<String>,
}

#[derive(Debug)]
pub enum HookError {
    Io(io::Error),
    Failed(Option<i32>),
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot run: {error}"),
            Self::Failed(Some(code)) => write!(f, "ended with {code}"),
            Self::Failed(None) => write!(f, "was ended by a signal"),
        }
    }
}

impl std::error::Error for HookError {}

impl From<io::Error> for HookError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Runs a hook with a message as its input.
pub fn run(hook: &Hook, message: &[u8]) -> Result<(), HookError> {
    let mut child = Command::new(&hook.program)
        .args(&hook.arguments)
        .stdin(Stdio::piped())
        .spawn()?;
    child
        .stdin
        .take()
        .expect("stdin is piped")
        .write_all(message)?;
    let status = child.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(HookError::Failed(status.code()))
    }
}
