//! The rounds of questions of a review with a model.

use crate::desk::Desk;
use crate::fold::Stop;

pub mod asked;
mod batches;
pub mod chunks;
pub mod digests;
pub mod listing;
mod report;
mod spending;
pub mod summary;
mod telling;
pub mod verify;

/// Renders what only some reviews need, so that a broken template is told by the first one of all.
pub fn rehearse(desk: &Desk) -> Result<(), Stop> {
    digests::prompt(desk, "x", "x")?;
    if desk.settings.features.verification {
        batches::prompt(desk, "x", "x", "x", true, "x")?;
    }
    Ok(())
}
