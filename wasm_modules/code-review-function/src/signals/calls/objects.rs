//! Unsafe deserialisation.

use crate::signals::calls::taint::tainted;
use crate::signals::rule::Fits::{Code, When};
use crate::signals::rule::{JAVA, PYTHON, Rule, SCRIPT};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Search};
use crate::wit::Severity::{Major, Nit};

const UNSAFE: Signal = Signal::security(
    "calls/deserialise",
    Major,
    0.85,
    "Untrusted data is deserialised into objects",
    "Crafted data can run code while it is read. Use a data-only format such as JSON, or allow only specific \
     classes.",
);

const DOUBTFUL: Signal = Signal::security(
    "calls/deserialise-local",
    Nit,
    0.65,
    "Deserialisation can run code",
    "Anyone who can write the data that is read here can run code in this program. Use a data-only format, or \
     verify a signature first.",
);

const YAML: Signal = Signal::security(
    "calls/yaml",
    Major,
    0.85,
    "YAML loader can run code",
    "A document with a tag like `!!python/object/apply` runs code while it is read. Use `yaml.safe_load`.",
);

pub const RULES: &[Rule] = &[
    Rule::new(
        PYTHON,
        When("loads load", |row| pickles(row) == Some(true)),
        UNSAFE,
    ),
    Rule::new(
        PYTHON,
        When("loads load", |row| pickles(row) == Some(false)),
        DOUBTFUL,
    ),
    Rule::new(PYTHON, When("load load_all unsafe_load", yaml), YAML).fixed(|row| {
        row.with_replaced("yaml.load (", "yaml.safe_load(")
            .filter(|_| {
                row.calls("yaml.load")
                    .iter()
                    .all(|args| args.parts().len() == 1)
            })
    }),
    Rule::new(PYTHON, Code(&["jsonpickle.decode ("]), UNSAFE),
    Rule::new(
        JAVA,
        When("objectinputstream xmldecoder", |row| {
            java(row) == Some(true)
        }),
        UNSAFE,
    ),
    Rule::new(
        JAVA,
        When("objectinputstream xmldecoder", |row| {
            java(row) == Some(false)
        }),
        DOUBTFUL,
    ),
    Rule::new(
        "PHP",
        When("unserialize", |row| unserialises(row) == Some(true)),
        UNSAFE,
    ),
    Rule::new(
        "PHP",
        When("unserialize", |row| unserialises(row) == Some(false)),
        DOUBTFUL,
    ),
    Rule::new(
        "Ruby",
        When("load restore unsafe_load", |row| loads(row) == Some(true)),
        UNSAFE,
    ),
    Rule::new(
        "Ruby",
        When("load restore unsafe_load", |row| loads(row) == Some(false)),
        DOUBTFUL,
    ),
    Rule::new(
        "C#",
        Code(&[
            "new BinaryFormatter (",
            "TypeNameHandling.All",
            "new NetDataContractSerializer (",
        ]),
        UNSAFE,
    ),
    Rule::new(
        SCRIPT,
        Code(&["serialize.unserialize (", "nodeSerialize.unserialize ("]),
        UNSAFE,
    ),
];

/// Whether a pickle is loaded, and whether it comes from outside.
fn pickles(row: &Row) -> Option<bool> {
    let args = row.calls("pickle.loads pickle.load cPickle.loads cPickle.load dill.loads dill.load marshal.loads").into_iter().next()?;
    let received = text::mentions(
        &args.uncommented,
        "request body payload b64decode recv socket message cookie",
    );
    Some(received || tainted(row, &args))
}

/// Whether objects are read from a stream, and whether it comes from outside.
fn java(row: &Row) -> Option<bool> {
    let made = row.has("new ObjectInputStream (") || row.has("new XMLDecoder (");
    let args = row
        .calls("ObjectInputStream XMLDecoder")
        .into_iter()
        .next()?;
    let received = text::mentions(
        &args.uncommented,
        "socket request body getinputstream connection exchange",
    );
    made.then(|| received || tainted(row, &args))
}

fn unserialises(row: &Row) -> Option<bool> {
    let mut calls = row.calls("unserialize").into_iter();
    let args =
        calls.find(|args| !args.literal("PHP") && !args.uncommented.holds("allowed_classes"))?;
    Some(tainted(row, &args))
}

fn loads(row: &Row) -> Option<bool> {
    let marshal = row
        .calls("Marshal.load Marshal.restore YAML.unsafe_load")
        .into_iter()
        .next();
    let args = marshal.or_else(|| {
        row.calls("YAML.load")
            .into_iter()
            .find(|args| given(&args.uncommented))
    })?;
    Some(given(&args.uncommented) || tainted(row, &args))
}

fn given(text: &str) -> bool {
    text::mentions(text, "params cookies request body")
}

fn yaml(row: &Row) -> bool {
    let safe = |args: &str| text::mentions(args, "safeloader baseloader csafe");
    let loads = row
        .calls("yaml.load yaml.load_all")
        .iter()
        .any(|args| !safe(&args.uncommented) && !args.is_empty());
    loads || row.has("yaml.unsafe_load (")
}
