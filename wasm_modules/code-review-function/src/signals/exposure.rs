//! Insecure settings of web applications and databases.

use crate::signals::rule::Fits::{Code, Uncommented, When};
use crate::signals::rule::{JAVA, PYTHON, Rule, SCRIPT};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Major, Minor};

const DEBUG: Signal = Signal::security(
    "exposure/debug",
    Major,
    0.8,
    "Debug mode is enabled",
    "Error pages reveal source code and settings, and sometimes offer a console. Read the setting from the \
     environment and leave it off by default.",
);

const HOSTS: Signal = Signal::security(
    "exposure/hosts",
    Minor,
    0.7,
    "Every host name is accepted",
    "With `ALLOWED_HOSTS = [\"*\"]` an attacker chooses the host used in links and password mails. List the \
     site's host names.",
);

const CORS: Signal = Signal::security(
    "exposure/cors",
    Major,
    0.8,
    "CORS allows every origin with credentials",
    "Any website can read and change data on behalf of a signed-in user. Allow only the origins that need it.",
);

const CSRF: Signal = Signal::security(
    "exposure/csrf",
    Major,
    0.7,
    "CSRF protection is disabled",
    "Another site can send this request with a signed-in user's browser. Keep the protection on, and exempt \
     only requests that are authenticated without cookies.",
);

const COOKIE: Signal = Signal::security(
    "exposure/cookie",
    Minor,
    0.7,
    "Cookie lacks `Secure` or `HttpOnly`",
    "Scripts or plain HTTP connections can read it, and a stolen session cookie is a stolen session. Keep both \
     on; disable them only for local development.",
);

const TOKEN: Signal = Signal::security(
    "exposure/unsigned-token",
    Major,
    0.9,
    "Token signature is not verified",
    "Anyone can forge a token for any user. Verify the signature with the expected algorithm and key.",
);

const BINDING: Signal = Signal::security(
    "exposure/renderer",
    Major,
    0.8,
    "Web content gets access to the desktop",
    "A script injected into a page can run programs on the user's machine. Keep node integration off, and \
     context isolation and web security on.",
);

pub const RULES: &[Rule] = &[
    Rule::new(PYTHON, When("debug", flask_debug), DEBUG),
    Rule::new(
        PYTHON,
        When("allowed_hosts", |row| {
            row.has_in_strings("ALLOWED_HOSTS = [ ' * ' ]") && !local(row)
        }),
        HOSTS,
    ),
    Rule::new(
        PYTHON,
        When("csrf_exempt wtf_csrf_enabled", |row| {
            text::has_any(row.code(), &["@ csrf_exempt", "WTF_CSRF_ENABLED = False"])
                && !signed(row)
        }),
        CSRF,
    ),
    Rule::new(JAVA, When("csrf", java_csrf), CSRF),
    Rule::new(
        "Ruby",
        Code(&[
            "skip_before_action :verify_authenticity_token",
            "skip_before_action : verify_authenticity_token",
            "protect_from_forgery with: :null_session",
            "skip_forgery_protection",
        ]),
        CSRF,
    ),
    Rule::new(
        "",
        When(
            "credentials allow_credentials supports_credentials allowcredentials",
            cors,
        ),
        CORS,
    ),
    Rule::new(
        PYTHON,
        When(
            "session_cookie_secure session_cookie_httponly csrf_cookie_secure httponly",
            cookie,
        ),
        COOKIE,
    ),
    Rule::new(SCRIPT, Code(&["httpOnly : false"]), COOKIE),
    Rule::new("Go", Code(&["HttpOnly : false"]), COOKIE),
    Rule::new(JAVA, Code(&["setHttpOnly ( false )"]), COOKIE),
    Rule::new(
        PYTHON,
        When("verify_signature verify algorithms", unsigned),
        TOKEN,
    ),
    Rule::new(
        SCRIPT,
        Uncommented(&["algorithms : [ ' none '", "algorithm : ' none '"]),
        TOKEN,
    ),
    Rule::new(
        "Go",
        Code(&["jwt.UnsafeAllowNoneSignatureType", ". ParseUnverified ("]),
        TOKEN,
    ),
    Rule::new(
        SCRIPT,
        Code(&[
            "nodeIntegration : true",
            "contextIsolation : false",
            "webSecurity : false",
        ]),
        BINDING,
    ),
];

/// `app.run(debug=True)`, and `DEBUG = True` in settings that are not for development.
fn flask_debug(row: &Row) -> bool {
    let run = row
        .calls("app.run socketio.run application.run")
        .iter()
        .any(|args| args.has("debug = True"));
    let settings = row.file().path.holds("settings") || row.file().path.holds("config");
    let set = row.code().trim() == "DEBUG = True" || row.code().trim() == "app.debug = True";
    (run || set && settings || row.has("app.debug = True")) && !local(row)
}

fn local(row: &Row) -> bool {
    text::has_word(
        row.file().path,
        "dev development local test tests testing debug example",
    ) || row
        .above()
        .take(4)
        .any(|above| text::mentions(above.text(), "development local class dev"))
}

/// Whether the code below authenticates without cookies: by a signature or a token.
fn signed(row: &Row) -> bool {
    let near = row.above().take(12).chain(row.below().take(15));
    near.into_iter().any(|near| {
        text::mentions(
            near.text(),
            "signature hmac stateless bearer jwt oauth2 api_key",
        )
    })
}

fn java_csrf(row: &Row) -> bool {
    let forms = [
        "csrf ( ) . disable (",
        "csrf :: disable",
        "csrf ( $ -> csrf.disable (",
        "csrf ( $ -> $ ( )",
        "csrf ( AbstractHttpConfigurer::disable",
    ];
    text::has_any(row.code(), &forms) && row.code().holds("disable") && !signed(row)
}

fn cookie(row: &Row) -> bool {
    let open = [
        "SESSION_COOKIE_SECURE = False",
        "SESSION_COOKIE_HTTPONLY = False",
        "CSRF_COOKIE_SECURE = False",
        "httponly = False",
    ];
    let parameter = row.parent().is_some_and(|parent| parent.has("def $ ("));
    text::has_any(row.code(), &open) && !parameter && !local(row)
}

/// Both "any origin" and "with credentials" within a few lines.
fn cors(row: &Row) -> bool {
    let credentials = [
        "allow_credentials = True",
        "credentials : true",
        "supports_credentials = True",
        "AllowCredentials : true",
        "Allow-Credentials ' , ' true '",
        "allowCredentials ( true )",
    ];
    let origin = [
        "origin : ' * '",
        "origin : true",
        "allow_origins = [ ' * '",
        "Allow-Origin ' , ' * '",
        "origins = ' * '",
        "AllowOrigins : [ ] string { ' * '",
        "allowedOrigins ( ' * '",
        "Allow-Origin : *",
        "origins : ' * '",
    ];
    let near = || row.above().take(6).chain(row.below().take(6)).chain([*row]);
    text::has_any(row.uncommented(), &credentials)
        && near().any(|one| text::has_any(one.uncommented(), &origin))
}

fn unsigned(row: &Row) -> bool {
    let decodes =
        || row.has("jwt.decode (") || row.above().take(4).any(|above| above.has("jwt.decode ("));
    row.has_in_strings("' verify_signature ' : False")
        || (row.code().holds("verify=False") || row.has_in_strings("algorithms = [ ' none '"))
            && decodes()
}
