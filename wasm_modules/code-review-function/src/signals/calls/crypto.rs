//! Weak cryptography and predictable random numbers.

use crate::signals::rule::Fits::{Uncommented, When};
use crate::signals::rule::{JAVA, PYTHON, Rule, SCRIPT};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Major, Minor};

const HASH: Signal = Signal::security(
    "calls/password-hash",
    Major,
    0.85,
    "Password is hashed with a fast function",
    "If the hash leaks, attackers can try billions of guesses per second. Use a password hash: argon2, scrypt \
     or bcrypt.",
);

const RANDOM: Signal = Signal::security(
    "calls/random",
    Major,
    0.8,
    "Secret comes from a predictable random generator",
    "Its future values can be computed from a few known ones, so tokens and codes can be guessed. Use a \
     cryptographic generator: `secrets`, `crypto.randomBytes`, `SecureRandom`, `crypto/rand`.",
);

const CIPHER: Signal = Signal::security(
    "calls/cipher",
    Major,
    0.8,
    "Insecure cipher or mode",
    "ECB reveals patterns in the plaintext; DES and RC4 are broken. Use AES-GCM or ChaCha20-Poly1305.",
);

const TIMING: Signal = Signal::security(
    "calls/timing",
    Minor,
    0.65,
    "Secret is compared in variable time",
    "The comparison stops at the first difference, so an attacker can find the value byte by byte. Use a \
     constant-time comparison: `hmac.compare_digest`, `timingSafeEqual`.",
);

const CODE: &str = "Python|JavaScript|TypeScript|Go|Java|Kotlin|Ruby|PHP|Rust|C#|C|C++";

pub const RULES: &[Rule] = &[
    Rule::new(
        CODE,
        When(
            "md5 sha1 md5sum sha256 sha256hex sha1hex messagedigest createhash",
            fast_hash,
        ),
        HASH,
    ),
    Rule::new(
        SCRIPT,
        When("random", |row| row.has("Math.random (") && secret(row)),
        RANDOM,
    ),
    Rule::new(
        PYTHON,
        When("random", |row| {
            row.has("random. $ (")
                && !row.code().holds("secrets.")
                && !row.has("os.urandom")
                && !row.has("SystemRandom")
                && secret(row)
        }),
        RANDOM,
    ),
    Rule::new(
        JAVA,
        When("random", |row| row.has("new Random (") && secret(row)),
        RANDOM,
    ),
    Rule::new(
        "Go",
        When("rand", |row| {
            row.has("rand. $ (")
                && text::mentions(
                    row.code(),
                    "rand.intn rand.int( rand.int63 rand.int31 rand.float",
                )
                && secret(row)
                && !row
                    .file()
                    .first_lines()
                    .any(|line| line.text.holds("\"crypto/rand\""))
        }),
        RANDOM,
    ),
    Rule::new(
        "PHP|Ruby|C|C++",
        When("rand mt_rand uniqid", |row| {
            !row.calls("rand mt_rand uniqid").is_empty() && secret(row)
        }),
        RANDOM,
    ),
    Rule::new(
        CODE,
        Uncommented(&[
            "AES/ECB",
            "MODE_ECB",
            "' DES '",
            "' DES/",
            "' RC4 '",
            "' aes-256-ecb '",
            "' aes-128-ecb '",
            "' des-",
            "crypto.createCipher (",
            "des.NewCipher (",
            "rc4.NewCipher (",
        ]),
        CIPHER,
    ),
    Rule::new(
        CODE,
        When(
            "hexdigest digest signature hmac expectedsignature expected_signature computedsignature",
            timing,
        ),
        TIMING,
    ),
];

/// A fast hash on a line or in a function that mentions passwords.
fn fast_hash(row: &Row) -> bool {
    let calls = [
        "hashlib.md5 (",
        "hashlib.sha1 (",
        "hashlib.sha256 (",
        "md5 (",
        "sha1 (",
        "md5.Sum (",
        "sha1.Sum (",
        "sha256.Sum256 (",
        "Digest::MD5",
        "Digest::SHA1",
        "Digest::SHA256",
        "DigestUtils.md5Hex (",
        "DigestUtils.sha1Hex (",
        "Md5::",
        "MD5 (",
        "MD5.Create (",
    ];
    let named = [
        "createHash ( ' md5 ' )",
        "createHash ( ' sha1 ' )",
        "createHash ( ' sha256 ' )",
        "getInstance ( ' MD5 ' )",
        "getInstance ( ' SHA-1 ' )",
        "getInstance ( ' SHA1 ' )",
    ];
    let hashes = text::has_any(row.code(), &calls) || text::has_any(row.uncommented(), &named);
    let password = |text: &str| {
        text::mentions(text, "password passwd pwd passphrase")
            && !text::mentions(text, "pbkdf2 hmac pwned breach bcrypt scrypt argon")
    };
    // A protocol can demand the function.
    let demanded = row
        .above()
        .take(5)
        .any(|above| text::mentions(above.text(), "protocol rfc legacy"));
    let near = || row.above().take(3).any(|above| password(above.code()));
    hashes && !demanded && (password(row.code()) || near() || password(row.section()))
}

/// Whether the line or the function around it creates a secret.
fn secret(row: &Row) -> bool {
    let named = |text: &str| {
        text::mentions(
            text,
            "token password secret session otp nonce salt csrf apikey api_key resetcode reset_code verification passcode",
        )
    };
    let head = row.above().take(12).find(|above| {
        text::has_any(
            above.code(),
            &[
                "def $ (",
                "function $ (",
                "func $ (",
                "String $ (",
                "fn $ (",
                "const $ = (",
            ],
        )
    });
    named(row.code()) || head.map_or_else(|| named(row.section()), |head| named(head.code()))
}

fn timing(row: &Row) -> bool {
    let compares = text::has_any(
        row.code(),
        &[
            "hexdigest ( ) ==",
            "== $ . hexdigest",
            "digest ( ) ==",
            "hexdigest ( ) !=",
            "signature ==",
            "== signature",
            "signature !=",
            "!= signature",
            "signature ===",
            "=== signature",
            "signature !==",
            "!== signature",
            "expectedSignature",
            "== expected_signature",
            "!= expected_signature",
        ],
    );
    let equal = row.code().holds("==") || row.code().holds("!=");
    const KEYED: &str = "hmac digest sha256 sha1 sha512 secret webhook crypto";
    let keyed = || {
        let mut near = row.above().take(15);
        text::mentions(row.code(), KEYED) || near.any(|above| text::mentions(above.code(), KEYED))
    };
    compares
        && equal
        && keyed()
        && text::mentions(row.code(), "hmac signature")
        && !text::mentions(row.uncommented(), "null length undefined")
        && !row.code().holds("None")
}
