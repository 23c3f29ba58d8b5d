//! The rules of the checker.

use crate::message::{Fix, Message};
use crate::position::{Position, Span};

/// Finds spaces at the ends of lines.
pub fn trailing_space(text: &str) -> Vec<Message> {
    let mut messages = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let kept = line.trim_end();
        if kept.len() < line.len() {
            let span = on_line(number, kept, line);
            messages.push(Message {
                span,
                text: "space at the end of the line".into(),
                fix: Some(Fix {
                    span,
                    replacement: String::new(),
                }),
            });
        }
    }
    messages
}

fn on_line(line: u32, before: &str, until: &str) -> Span {
    let column = |text: &str| text.chars().count() as u32 + 1;
    Span {
        start: Position {
            line,
            column: column(before),
        },
        end: Position {
            line,
            column: column(until),
        },
    }
}
