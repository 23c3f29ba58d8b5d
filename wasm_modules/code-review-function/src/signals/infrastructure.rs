//! Excessive permissions and exposure in containers, clusters, clouds and shell scripts.

use crate::signals::rule::Fits::{Code, Uncommented, When};
use crate::signals::rule::{COMMANDS, PYTHON, Rule};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::text::slices::tail;
use crate::wit::Severity::{Major, Minor, Nit};
use crate::wit::Status;

const PRIVILEGED: Signal = Signal::security(
    "infrastructure/privileged",
    Major,
    0.85,
    "Container runs with the host's privileges",
    "Anyone who breaks into the container controls the machine. Remove this, and grant only the capability or \
     device that is needed.",
);

const ESCALATION: Signal = Signal::security(
    "infrastructure/escalation",
    Minor,
    0.75,
    "Container may run as root or gain privileges",
    "A bug in the program then gives an attacker root in the container. Run as an unprivileged user and \
     disable privilege escalation.",
);

const ROOT: Signal = Signal::security(
    "infrastructure/root",
    Minor,
    0.75,
    "Image runs as root",
    "No other user follows `USER root`, so the program runs as root inside the container. Switch to an \
     unprivileged user after the steps that need root.",
);

const WILDCARD: Signal = Signal::security(
    "infrastructure/wildcard",
    Major,
    0.8,
    "All permissions are granted",
    "Anyone who gets this role or policy can do everything. List the actions and resources that are needed.",
);

const OPEN: Signal = Signal::security(
    "infrastructure/open",
    Major,
    0.75,
    "Port is open to the whole internet",
    "Every address can connect (`{}`). Allow only the networks that need access, or put a proxy in front.",
);

const PUBLIC: Signal = Signal::security(
    "infrastructure/public",
    Major,
    0.75,
    "Data store is public or unencrypted",
    "Anyone on the internet, or with access to the disks, can read the data. Keep it private and encrypted; \
     publish single objects only.",
);

const PROTECTION: Signal = Signal::new(
    "infrastructure/protection",
    Minor,
    "reliability",
    0.7,
    "Protection against data loss is disabled",
    "One wrong command can destroy the resource for good. Keep the protection on.",
);

const MODE: Signal = Signal::security(
    "infrastructure/mode",
    Minor,
    0.8,
    "Files are writable by everyone",
    "With mode 777 every user and process on the machine can change them. Give only the owner or a group what \
     it needs: 750, 640.",
);

const SUDO: Signal = Signal::security(
    "infrastructure/sudo",
    Major,
    0.8,
    "User may run sudo without a password",
    "Anyone who gets this account controls the machine. Allow only specific commands, with their full paths.",
);

const PIPED: Signal = Signal::security(
    "infrastructure/piped",
    Minor,
    0.75,
    "Script from the network is executed unchecked",
    "Whatever the server sends is executed at once, even a partial download. Download it, verify its checksum, \
     then run it.",
);

const LATEST: Signal = Signal::new(
    "infrastructure/latest",
    Nit,
    "reliability",
    0.6,
    "Image is not pinned to a version",
    "The same source can give a different result tomorrow. Pin a version, or better a digest.",
);

pub const RULES: &[Rule] = &[
    Rule::new(
        "YAML|JSON|Terraform",
        Uncommented(&[
            "privileged : true",
            "' privileged ' : true",
            "privileged = true",
            "/var/run/docker.sock",
            "hostPath : { path : / }",
        ]),
        PRIVILEGED,
    ),
    Rule::new(COMMANDS, When("privileged", runs_privileged), PRIVILEGED),
    Rule::new(
        "YAML",
        Code(&[
            "hostNetwork : true",
            "hostPID : true",
            "hostIPC : true",
            "allowPrivilegeEscalation : true",
            "runAsUser : 0",
            "runAsNonRoot : false",
            "network_mode : host",
        ]),
        ESCALATION,
    ),
    Rule::new(
        "YAML",
        When("sys_admin net_admin sys_ptrace", |row| {
            text::has_any(
                row.uncommented(),
                &["- SYS_ADMIN", "- ' SYS_ADMIN '", "[ ' SYS_ADMIN '"],
            )
        }),
        ESCALATION,
    ),
    Rule::new("Dockerfile", When("user", stays_root), ROOT),
    Rule::new(
        "YAML|JSON|Terraform",
        When(
            "action actions verbs resources principal notaction cluster",
            wildcard,
        ),
        WILDCARD,
    ),
    Rule::new(
        "Terraform|YAML|JSON",
        When(
            "cidr_blocks cidrip cidr_ipv4 source_address_prefix source_ranges",
            open_port,
        ),
        OPEN,
    ),
    Rule::new(
        "Terraform|YAML|JSON",
        When(
            "publicly_accessible publiclyaccessible acl storage_encrypted encrypted accesscontrol block_public_acls storageencrypted",
            public,
        ),
        PUBLIC,
    ),
    Rule::new(
        "Terraform|YAML",
        Code(&[
            "deletion_protection = false",
            "DeletionProtection : false",
            "prevent_destroy = false",
            "skip_final_snapshot = true",
        ]),
        PROTECTION,
    ),
    Rule::new(
        COMMANDS,
        When("chmod", |row| {
            text::has_any(
                row.uncommented(),
                &[
                    "chmod 777",
                    "chmod -R 777",
                    "chmod a+rwx",
                    "chmod -R a+rwx",
                    "chmod 0777",
                    "chmod -R 0777",
                ],
            )
        }),
        MODE,
    ),
    Rule::new(
        PYTHON,
        Code(&["os.chmod ( .. 0o777 )", "chmod ( 0o777 )"]),
        MODE,
    ),
    Rule::new(
        "JavaScript|TypeScript|Go|PHP|Ruby",
        When("chmod chmodsync os mkdirall", |row| {
            row.calls("chmod chmodSync fs.chmod fs.chmodSync os.Chmod File.chmod FileUtils.chmod")
                .iter()
                .any(|args| args.has("0777") || args.has("0o777"))
        }),
        MODE,
    ),
    Rule::new(
        "Shell|Dockerfile|YAML|Makefile|Sudoers|Terraform|Python|Ruby",
        Uncommented(&["NOPASSWD: ALL", "NOPASSWD:ALL"]),
        SUDO,
    ),
    Rule::new(COMMANDS, When("curl wget", piped), PIPED),
    Rule::new("Dockerfile", When("from", unpinned_base), LATEST),
    Rule::new(
        "YAML",
        When("image latest", |row| {
            row.has_in_strings("image : .. :latest")
        }),
        LATEST,
    ),
];

/// `docker run --privileged`, except to register the emulators of QEMU, which needs it and ends at once.
fn runs_privileged(row: &Row) -> bool {
    let forms = ["docker run .. --privileged", "podman run .. --privileged"];
    text::has_any(row.code(), &forms)
        && !text::mentions(row.uncommented(), "qemu-user-static binfmt")
}

/// `USER root` without another user after it, if the hunk shows the end of the file.
fn stays_root(row: &Row) -> bool {
    let root = matches!(
        row.code().trim(),
        "USER root" | "USER 0" | "USER root:root" | "USER 0:0"
    );
    let instruction = |names: &[&str]| {
        row.below().any(|below| {
            names
                .iter()
                .any(|name| below.code().trim_start().starts_with(name))
        })
    };
    let whole = row.file().entry.status == Status::Added || instruction(&["CMD", "ENTRYPOINT"]);
    root && whole && !instruction(&["USER ", "FROM "])
}

fn wildcard(row: &Row) -> bool {
    let everything = [
        "' Action ' : ' * '",
        "' Action ' : [ ' * '",
        "actions = [ ' * ' ]",
        "Action : ' * '",
        "Action = ' * '",
        "Action = [ ' * ' ]",
        "verbs : [ ' * ' ]",
        "' Principal ' : ' * '",
        "Principal = ' * '",
        "name : cluster-admin",
    ];
    let denied = |row: &Row| text::mentions(row.text(), "deny condition");
    text::has_any(row.uncommented(), &everything)
        && !row
            .above()
            .take(6)
            .chain(row.below().take(6))
            .any(|near| denied(&near))
}

/// Open to everyone, except for web ports, which are a few lines away.
fn open_port(row: &Row) -> bool {
    let near = || row.above().take(10).chain(row.below().take(10));
    let all = row.has_in_strings("0.0.0.0/0") || row.has_in_strings("::/0");
    let inward = || {
        near().any(|one| text::mentions(one.text(), "ingress inbound")) && !nearest_is_egress(row)
    };
    let web = || near().any(|one| text::has_word(one.text(), "443 80"));
    all && inward() && !web()
}

fn nearest_is_egress(row: &Row) -> bool {
    let mut above = row
        .above()
        .filter(|above| text::mentions(above.text(), "ingress egress"));
    above
        .next()
        .is_some_and(|above| text::mentions(above.text(), "egress"))
}

fn public(row: &Row) -> bool {
    text::has_any(
        row.uncommented(),
        &[
            "publicly_accessible = true",
            "PubliclyAccessible : true",
            "acl = ' public-read",
            "AccessControl : PublicRead",
            "storage_encrypted = false",
            "StorageEncrypted : false",
            "block_public_acls = false",
        ],
    )
}

/// `curl … | sh`, with or without `sudo`.
fn piped(row: &Row) -> bool {
    let shells = [
        "| sh",
        "| bash",
        "| sudo sh",
        "| sudo bash",
        "| sudo -E bash",
        "| python",
        "| python3",
        "| zsh",
    ];
    let fetched = row
        .uncommented()
        .find("curl")
        .or_else(|| row.uncommented().find("wget"));
    let run = |text: &str| text::has_any(text, &shells);
    fetched.is_some_and(|at| run(tail(row.uncommented(), at)))
        || text::has_any(
            row.uncommented(),
            &["bash <( curl", "sh -c ' $( curl", "bash -c ' $( curl"],
        )
}

/// `FROM image` or `FROM image:latest`, where `image` is not a stage of this file.
fn unpinned_base(row: &Row) -> bool {
    let mut words = row.code().split_whitespace();
    let from = words.next() == Some("FROM");
    let Some(image) = words.find(|word| !word.starts_with("--")).filter(|_| from) else {
        return false;
    };
    let stage = image == "scratch"
        || image.contains(['$', '@'])
        || row.above().any(|above| {
            above
                .code()
                .to_ascii_lowercase()
                .ends_with(&format!(" as {image}"))
        });
    let tag = image
        .rsplit('/')
        .next()
        .and_then(|name| name.cut(":"))
        .map(|(_, tag)| tag);
    !stage && (tag == Some("latest") || tag.is_none() && image.contains('/'))
}
