//! The command `archiver`.

mod prune;
mod restore;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Deletes versions that are not kept.
    Prune(prune::Options),
    /// Writes a file as it was.
    Restore(restore::Options),
}

fn main() -> std::io::Result<()> {
    match Command::parse().action {
        Action::Prune(options) => prune::run(&options),
        Action::Restore(options) => restore::run(&options),
    }
}
