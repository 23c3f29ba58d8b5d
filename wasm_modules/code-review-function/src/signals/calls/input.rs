//! Paths, URLs and redirect targets that come from a request.

use crate::signals::calls::patterns;
use crate::signals::calls::taint::tainted;
use crate::signals::rule::Fits::When;
use crate::signals::rule::Rule;
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Critical, Major, Minor};

const FILE: Signal = Signal::security(
    "calls/path",
    Major,
    0.75,
    "File path comes from a request",
    "A name like `../../etc/passwd` escapes the intended directory (path traversal). Use only the base name, \
     or check that the resolved path stays inside the directory.",
);

const ADDRESS: Signal = Signal::security(
    "calls/address",
    Major,
    0.7,
    "Server fetches a URL from a request",
    "An attacker can reach internal services such as the cloud metadata endpoint (SSRF). Allow only known \
     hosts.",
);

const REDIRECT: Signal = Signal::security(
    "calls/redirect",
    Minor,
    0.7,
    "Redirect target comes from a request",
    "A link to your site can lead users to a malicious one (open redirect). Allow only paths of your own site.",
);

const INCLUDE: Signal = Signal::security(
    "calls/include",
    Critical,
    0.9,
    "Code is loaded from a path in a request",
    "An attacker can choose which code the server runs. Choose from a fixed list of names.",
);

const ASSIGN: Signal = Signal::security(
    "calls/assign",
    Major,
    0.75,
    "All fields of a request are assigned",
    "An attacker can set fields that no form shows, such as a role or an owner (mass assignment). List the \
     allowed fields.",
);

const CODE: &str = "Python|JavaScript|TypeScript|Go|Java|Kotlin|Ruby|PHP|C#";

pub const RULES: &[Rule] = &[
    patterns::NESTED_RULE,
    patterns::BLANKS_RULE,
    Rule::new(
        CODE,
        When(
            "open send_file remove unlink readfile readfilesync createreadstream sendfile servefile read file paths file_get_contents fopen readtext unlinksync rmtree writefile writefilesync send_from_directory fileinputstream",
            |row| {
                given(
                    row,
                    "open send_file os.remove os.unlink shutil.rmtree fs.readFile fs.readFileSync fs.createReadStream fs.unlink fs.unlinkSync fs.writeFile fs.writeFileSync fs.promises.readFile readFile readFileSync res.sendFile os.Open os.ReadFile os.Remove ioutil.ReadFile http.ServeFile File.open File.read File.delete IO.read file_get_contents fopen readfile unlink File FileInputStream FileReader Paths.get",
                )
            },
        ),
        FILE,
    ),
    Rule::new(
        CODE,
        When(
            "get post urlopen fetch axios request curl_init openstream head put",
            |row| {
                given(
                    row,
                    "requests.get requests.post requests.put requests.head requests.request httpx.get httpx.post urllib.request.urlopen urlopen fetch axios axios.get axios.post got http.Get http.Post http.NewRequest HTTParty.get Net::HTTP.get URI.open curl_init URL restTemplate.getForObject",
                )
            },
        ),
        ADDRESS,
    ),
    Rule::new(
        CODE,
        When(
            "redirect redirect_to httpresponseredirect sendredirect location header",
            redirected,
        ),
        REDIRECT,
    ),
    Rule::new(
        "PHP",
        When("include include_once require require_once", |row| {
            let statement = row.statement();
            tainted(row, &statement) && statement.code.trim_start().starts_with(['i', 'r'])
        }),
        INCLUDE,
    ),
    Rule::new("Ruby", When("permit", |row| row.has(".permit!")), ASSIGN),
    Rule::new(
        "PHP",
        When("extract", |row| {
            row.calls("extract")
                .iter()
                .any(|args| args.uncommented.holds("$_"))
        }),
        ASSIGN,
    ),
    Rule::new(
        "JavaScript|TypeScript",
        When("assign create findbyidandupdate", |row| {
            row.calls("Object.assign")
                .iter()
                .any(|args| {
                    matches!(args.parts().as_slice(), [_, second] if second.uncommented.trim() == "req.body")
                })
        }),
        ASSIGN,
    ),
];

/// Whether a call's first argument comes from a request.
fn given(row: &Row, names: &'static str) -> bool {
    row.calls(names).iter().any(|args| {
        let first = if row.has("http.ServeFile (") || row.has("http.NewRequest (") {
            args.parts().last().cloned().unwrap_or_default()
        } else {
            args.first()
        };
        tainted(row, &first)
    })
}

fn redirected(row: &Row) -> bool {
    let local = |text: &str| text::mentions(text, "url_for reverse( is_safe only_path: is_valid");
    let calls = row.calls(
        "redirect res.redirect HttpResponseRedirect http.Redirect redirect_to .sendRedirect",
    );
    let header = row
        .calls("header")
        .into_iter()
        .filter(|args| args.uncommented.holds("Location:"));
    let spoken = row.code().trim_start().starts_with("redirect_to params[");
    spoken
        || calls
            .into_iter()
            .chain(header)
            .any(|args| !local(&args.uncommented) && tainted(row, &args))
}
