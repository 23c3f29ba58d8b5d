//! Settings of web applications and databases that open them up.

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
    "Debug mode is switched on",
    "In debug mode errors show source, settings and sometimes a console to whoever causes them. Read the switch \
     from the environment and leave it off by default.",
);

const HOSTS: Signal = Signal::security(
    "exposure/hosts",
    Minor,
    0.7,
    "Requests for every host name are accepted",
    "With `ALLOWED_HOSTS = [\"*\"]` an attacker chooses the host that links and password mails are built from. Name \
     the hosts that the site is served under.",
);

const CORS: Signal = Signal::security(
    "exposure/cors",
    Major,
    0.8,
    "Every website may send requests with the user's credentials",
    "Any origin is allowed together with credentials, so a hostile page can read and change what the user may. \
     Allow only the origins that need it.",
);

const CSRF: Signal = Signal::security(
    "exposure/csrf",
    Major,
    0.7,
    "The protection against forged requests is switched off",
    "Another site can make the browser of a signed-in user send this request. Leave the protection on; exempt only \
     what is authenticated without cookies, and say so beside it.",
);

const COOKIE: Signal = Signal::security(
    "exposure/cookie",
    Minor,
    0.7,
    "A cookie is left open to scripts or to plain connections",
    "A stolen session cookie is a stolen session. Keep `Secure` and `HttpOnly` on; switch them by environment if \
     local development needs it.",
);

const TOKEN: Signal = Signal::security(
    "exposure/unsigned-token",
    Major,
    0.9,
    "A token is read without checking its signature",
    "Anybody can write a token that says they are somebody else, and it is believed. Verify the signature with the \
     expected algorithm and key.",
);

const BINDING: Signal = Signal::security(
    "exposure/renderer",
    Major,
    0.8,
    "Web content gets the rights of the desktop application",
    "A script injected into a page can then run programs on the user's machine. Keep node integration off and \
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

/// Whether what follows is secured without cookies: by a signature or a token.
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
