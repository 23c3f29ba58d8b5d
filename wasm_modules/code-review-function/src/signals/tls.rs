//! Disabled verification of certificates and host keys.

use crate::signals::rule::Fits::{Code, Uncommented, When};
use crate::signals::rule::{C, COMMANDS, JAVA, PYTHON, Rule, SCRIPT};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Major, Minor};

const CHECK: Signal = Signal::security(
    "tls/unchecked",
    Major,
    0.9,
    "TLS certificate verification is disabled",
    "Anyone on the network path can impersonate the server and read or change the data. Keep verification on; \
     for a private CA, add its certificate to the trusted ones.",
);

const COMMAND: Signal = Signal::security(
    "tls/command",
    Minor,
    0.85,
    "Download does not verify the certificate",
    "Anyone on the network path can replace what is downloaded and then run or trusted. Remove the option; for \
     a private CA, install its certificate.",
);

const HOST_KEY: Signal = Signal::security(
    "tls/host-key",
    Minor,
    0.85,
    "SSH host key is not verified",
    "Anyone on the network path can impersonate the server. Add its key to `known_hosts`, for example with \
     `ssh-keyscan` at build time, and verify it.",
);

const DATABASE: Signal = Signal::security(
    "tls/plain-database",
    Minor,
    0.6,
    "Database connection is not encrypted",
    "With `sslmode=disable` the password and all data are sent in plain text. Use `sslmode=verify-full`, or at \
     least `require`, unless the database is on the same machine.",
);

pub const RULES: &[Rule] = &[
    Rule::new(
        PYTHON,
        When(
            "verify verify_ssl ssl_verify validate_certs check_hostname cert_none _create_unverified_context",
            python,
        ),
        CHECK,
    ),
    Rule::new(
        SCRIPT,
        Code(&[
            "rejectUnauthorized : false",
            "strictSSL : false",
            "rejectUnauthorized = false",
        ]),
        CHECK,
    )
    .fixed(checked),
    Rule::new(
        "",
        When(
            "node_tls_reject_unauthorized pythonhttpsverify git_ssl_no_verify",
            environment,
        ),
        CHECK,
    ),
    Rule::new(
        "Go",
        Code(&["InsecureSkipVerify : true", "InsecureSkipVerify = true"]),
        CHECK,
    )
    .fixed(checked),
    Rule::new("Go", Code(&["ssh.InsecureIgnoreHostKey ("]), HOST_KEY),
    Rule::new(
        "Rust",
        Code(&[
            "danger_accept_invalid_certs ( true",
            "danger_accept_invalid_hostnames ( true",
            "SslVerifyMode::NONE",
        ]),
        CHECK,
    ),
    Rule::new(
        "Ruby",
        Code(&[
            "OpenSSL::SSL::VERIFY_NONE",
            "verify_ssl : false",
            "verify: false",
            "verify_mode : :none",
        ]),
        CHECK,
    ),
    Rule::new(
        "PHP",
        When(
            "curlopt_ssl_verifypeer curlopt_ssl_verifyhost verify_peer verify_peer_name",
            php,
        ),
        CHECK,
    ),
    Rule::new(
        C,
        Code(&[
            "CURLOPT_SSL_VERIFYPEER , 0",
            "CURLOPT_SSL_VERIFYPEER , 0L",
            "CURLOPT_SSL_VERIFYHOST , 0L",
            "CURLOPT_SSL_VERIFYHOST , 0",
            "CURLOPT_SSL_VERIFYPEER , false",
        ]),
        CHECK,
    ),
    Rule::new(
        "C|C++|Rust",
        When("ssl_ctx_set_verify ssl_set_verify", |row| {
            row.has("SSL_VERIFY_NONE")
        }),
        CHECK,
    ),
    Rule::new(
        JAVA,
        Code(&[
            "NoopHostnameVerifier",
            "ALLOW_ALL_HOSTNAME_VERIFIER",
            "TrustAllStrategy",
            "TrustAllCerts",
            "InsecureTrustManagerFactory",
            "trustAllCerts",
        ]),
        CHECK,
    ),
    Rule::new(
        JAVA,
        When(
            "checkservertrusted sethostnameverifier hostnameverifier verify",
            java,
        ),
        CHECK,
    ),
    Rule::new(
        "C#",
        When(
            "servercertificatevalidationcallback servercertificatecustomvalidationcallback",
            csharp,
        ),
        CHECK,
    ),
    Rule::new(
        "C#",
        Code(&["DangerousAcceptAnyServerCertificateValidator"]),
        CHECK,
    ),
    Rule::new(
        "YAML|JSON|TOML|INI",
        Uncommented(&[
            "insecure-skip-tls-verify : true",
            "insecureSkipVerify : true",
            "insecure_skip_verify : true",
            "validate_certs : no",
            "validate_certs : false",
            "tlsAllowInvalidCertificates : true",
            "insecure_skip_verify = true",
            "strict-ssl = false",
        ]),
        CHECK,
    ),
    Rule::new(COMMANDS, When("curl wget git npm", command), COMMAND),
    Rule::new(
        "",
        Uncommented(&[
            "StrictHostKeyChecking=no",
            "StrictHostKeyChecking no",
            "StrictHostKeyChecking: no",
        ]),
        HOST_KEY,
    ),
    Rule::new(
        "",
        When("sslmode", |row| {
            row.has_in_strings("sslmode=disable")
                && !text::mentions(row.uncommented(), "localhost 127.0.0.1 @db @postgres")
        }),
        DATABASE,
    ),
];

fn python(row: &Row) -> bool {
    let patterns = [
        ".verify = False",
        "verify_ssl = False",
        "ssl_verify = False",
        "validate_certs = False",
        "check_hostname = False",
        "ssl._create_unverified_context",
        "= ssl.CERT_NONE",
        "' CERT_NONE '",
    ];
    // A keyword argument has no blanks around its "="; a variable of that name may be something
    // else.
    let argument = row.has("verify = False") && row.code().holds("verify=False");
    let token = row.has("jwt.decode (") || row.has_in_strings("verify_signature");
    (argument || text::has_any(row.code(), &patterns)) && !token && !row.has("def $ (")
}

fn environment(row: &Row) -> bool {
    let off = |name| {
        [
            "{} = 0",
            "{} = ' 0 '",
            "{} ' ] = ' 0 '",
            "{} : 0",
            "{} : ' 0 '",
            "{} , ' 0 '",
        ]
        .iter()
        .any(|pattern| text::has_one_of(row.uncommented(), pattern, name))
    };
    off("NODE_TLS_REJECT_UNAUTHORIZED")
        || off("PYTHONHTTPSVERIFY")
        || row.has_in_strings("GIT_SSL_NO_VERIFY = 1")
        || row.has_in_strings("GIT_SSL_NO_VERIFY = true")
}

fn php(row: &Row) -> bool {
    let off = |name| {
        [
            "{} , false",
            "{} , 0",
            "{} => false",
            "{} => 0",
            "{} ' => false",
        ]
        .iter()
        .any(|pattern| text::has_one_of(row.uncommented(), pattern, name))
    };
    off("CURLOPT_SSL_VERIFYPEER")
        || off("CURLOPT_SSL_VERIFYHOST")
        || off("verify_peer")
        || off("verify_peer_name")
}

/// A verifier with an empty body, or one that accepts every host.
fn java(row: &Row) -> bool {
    let empty = row.has("checkServerTrusted ( .. ) { }")
        || row.has("checkServerTrusted (")
            && row.code().trim_end().ends_with('{')
            && row.next().is_some_and(|next| next.code().trim() == "}");
    let yes = row.has("erifier ( .. -> true )")
        || row.has("erifier .. -> true")
        || row.has("boolean verify (") && row.next().is_some_and(|next| next.has("return true"));
    empty || yes || row.has("setHostnameVerifier ( .. -> true")
}

fn csharp(row: &Row) -> bool {
    row.has("=> true") || row.has("return true") || row.has("{ return true")
}

fn command(row: &Row) -> bool {
    let fetches = row.uncommented();
    let curl = text::has(fetches, "curl")
        && (text::has(fetches, "curl .. --insecure")
            || fetches.split_whitespace().any(short_insecure));
    curl || text::has_any(
        fetches,
        &[
            "wget .. --no-check-certificate",
            "git .. http.sslVerify false",
            "git .. http.sslVerify=false",
            "npm .. strict-ssl false",
        ],
    )
}

/// `-k`, alone or among other short options of curl: `-fsSkL`.
fn short_insecure(word: &str) -> bool {
    let Some(flags) = word.strip_prefix('-') else {
        return false;
    };
    flags.len() <= 6
        && flags.contains('k')
        && flags.bytes().all(|byte| b"fsSkLvijOI".contains(&byte))
}

fn checked(row: &Row) -> Option<String> {
    [
        ("rejectUnauthorized : false", "rejectUnauthorized: true"),
        ("InsecureSkipVerify : true", "InsecureSkipVerify: false"),
        ("strictSSL : false", "strictSSL: true"),
    ]
    .iter()
    .find_map(|(pattern, good)| row.with_replaced(pattern, good))
}
