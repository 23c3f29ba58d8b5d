//! Settings of the deployment that bound what changed lines rely on: timeouts, sizes, copies of the process.

use crate::diff::patch::Line;

/// What lines speak of, by parts of words in lower case, and the names of the settings that bound it.
const CONCERNS: &[(&[&str], &[&str])] = &[
    (
        &[
            "timeout", "patience", "seconds", "duration", "sleep", "deadline", "retry",
        ],
        &[
            "timeout",
            "proxy_read_timeout",
            "keepalive_timeout",
            "idle_timeout",
            "terminationGracePeriodSeconds",
        ],
    ),
    (
        &[
            "bytes", "size", "upload", "body", "megabyte", "_mb", "limit",
        ],
        &[
            "client_max_body_size",
            "max_body_size",
            "bodyLimit",
            "LimitRequestBody",
            "upload_max_filesize",
        ],
    ),
    (
        &[
            "file.",
            "fs.",
            "open(",
            "write",
            "append",
            "mkdir",
            "tempdir",
            "/tmp",
            "createfile",
        ],
        &[
            "readOnlyRootFilesystem",
            "read_only",
            "tmpfs",
            "ReadOnlyPaths",
            "ProtectSystem",
            "volumeMounts",
        ],
    ),
    (
        &[
            "static",
            "global",
            "interlocked",
            "atomic",
            "cache",
            "counter",
            "mutex",
            "lock(",
            "synchronized",
            "singleton",
        ],
        &[
            "replicas",
            "workers",
            "instances",
            "WEB_CONCURRENCY",
            "numprocs",
            "processes",
        ],
    ),
    (
        &["connection", "pool"],
        &[
            "max_connections",
            "pool_size",
            "default_pool_size",
            "max_client_conn",
        ],
    ),
    (
        &["cron", "schedule", "daily", "hourly", "midnight"],
        &["cron", "schedule", "OnCalendar"],
    ),
];

/// The names of settings that bound what these lines speak of.
pub fn settings<'l>(lines: impl Iterator<Item = &'l Line>) -> Vec<&'static str> {
    let text: String = lines.map(|line| line.text.to_lowercase() + "\n").collect();
    let concerned = CONCERNS
        .iter()
        .filter(|(words, _)| words.iter().any(|word| text.contains(word)));
    concerned
        .flat_map(|(_, names)| names.iter().copied())
        .collect()
}
