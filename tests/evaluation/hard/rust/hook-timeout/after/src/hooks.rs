//! Programs that are run for each delivery.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

const MAX_OUTPUT: u64 = 64 * 1024;
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const MAX_PAUSE: Duration = Duration::from_millis(50);
/// How long the output is waited for after the end of a hook.
const OUTPUT_GRACE: Duration = Duration::from_millis(200);

pub struct Hook {
    pub program: PathBuf,
    pub arguments: Vec<String>,
}

#[derive(Debug)]
pub enum HookError {
    Io(io::Error),
    Failed(Option<i32>),
    TimedOut(Duration),
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot run: {error}"),
            Self::Failed(Some(code)) => write!(f, "ended with {code}"),
            Self::Failed(None) => write!(f, "was ended by a signal"),
            Self::TimedOut(limit) => write!(f, "took longer than {} s", limit.as_secs()),
        }
    }
}

impl std::error::Error for HookError {}

impl From<io::Error> for HookError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Runs a hook with a message as its input, and returns the beginning of its output.
pub fn run(hook: &Hook, message: &Arc<Vec<u8>>, limit: Duration) -> Result<String, HookError> {
    let mut child = Command::new(&hook.program)
        .args(&hook.arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    feed(&mut child, Arc::clone(message));
    let output = collect(&mut child);
    let Some(status) = wait(&mut child, limit)? else {
        return Err(HookError::TimedOut(limit));
    };
    if !status.success() {
        return Err(HookError::Failed(status.code()));
    }
    // A process that the hook left behind may hold the pipe open: its output is not waited for.
    let output = output.recv_timeout(OUTPUT_GRACE).unwrap_or_default();
    Ok(String::from_utf8_lossy(&output).into_owned())
}

/// Writes the input from a thread of its own.
fn feed(child: &mut Child, message: Arc<Vec<u8>>) {
    let mut stdin = child.stdin.take().expect("stdin is piped");
    thread::spawn(move || {
        // A hook need not read its input: a broken pipe is no error.
        let _ = stdin.write_all(&message);
    });
}

/// Reads the output from a thread of its own. What is beyond the limit is read, too, so that the hook can end.
fn collect(child: &mut Child) -> Receiver<Vec<u8>> {
    let mut stdout = child.stdout.take().expect("stdout is piped");
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut kept = Vec::new();
        let _ = (&mut stdout).take(MAX_OUTPUT).read_to_end(&mut kept);
        let _ = io::copy(&mut stdout, &mut io::sink());
        // Nobody may be waiting any longer.
        let _ = sender.send(kept);
    });
    receiver
}

/// Waits for the end of a child, `None` if it takes too long.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        thread::sleep(pause.min(left));
        pause = (pause * 2).min(MAX_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, input: &str, limit: Duration) -> Result<String, HookError> {
        let hook = Hook {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
        };
        run(&hook, &Arc::new(input.into()), limit)
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn the_input_is_given_to_the_hook() {
        assert_eq!(shell("tr a-z A-Z", "hello", LONG).unwrap(), "HELLO");
    }

    #[test]
    fn a_hook_need_not_read_its_input() {
        assert_eq!(
            shell("echo done", &"x".repeat(1 << 20), LONG).unwrap(),
            "done\n"
        );
    }

    #[test]
    fn much_output_is_cut() {
        let output = shell("head -c 200000 /dev/zero", "", LONG).unwrap();

        assert_eq!(output.len() as u64, MAX_OUTPUT);
    }

    #[test]
    fn a_slow_hook_is_given_up() {
        let error = shell("exec sleep 30", "", Duration::from_millis(50)).unwrap_err();

        assert!(matches!(error, HookError::TimedOut(_)));
    }
}
