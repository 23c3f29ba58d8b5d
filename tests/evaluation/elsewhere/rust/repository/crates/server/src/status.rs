use serde::Serialize;

/// How the last backup went.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Status {
    pub healthy: bool,
    pub last_backup: String,
    pub chunk_count: usize,
}

/// What a monitor wants to know.
#[derive(Serialize)]
pub struct Health {
    pub healthy: bool,
    pub version: &'static str,
}
