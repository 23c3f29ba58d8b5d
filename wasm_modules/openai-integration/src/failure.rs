//! Builds failures.

use crate::wit::{Failure, Trouble};

pub fn failure(kind: Trouble, message: impl Into<String>) -> Failure {
    Failure {
        kind,
        message: message.into(),
    }
}
