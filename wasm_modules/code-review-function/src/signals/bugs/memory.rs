//! Memory errors of C and C++: use after free, wrong deallocation.

use crate::signals::rule::Fits::When;
use crate::signals::rule::InTests::Same;
use crate::signals::rule::{C, Rule};
use crate::signals::signal::Signal;
use crate::signals::source_file::Row;
use crate::signals::text::{self, Name, Search};
use crate::wit::Severity::{Major, Minor};

const FREED: Signal = Signal::bug(
    "c/used-after-free",
    Major,
    0.85,
    "Memory is used after it is freed",
    "The memory may already belong to something else. Use it before `free`, or free it later.",
);

const LOCAL: Signal = Signal::bug(
    "c/returned-local",
    Major,
    0.9,
    "Address of a local variable is returned",
    "The variable is destroyed when the function returns, so the caller gets a dangling pointer. Allocate the \
     memory, or let the caller pass a buffer.",
);

const DELETE: Signal = Signal::bug(
    "c/delete-array",
    Major,
    0.9,
    "Array is deleted with `delete`",
    "Memory from `new[]` must be released with `delete[]`; anything else is undefined behaviour. Write \
     `delete[]`, or use `std::vector`.",
);

const MOVED: Signal = Signal::bug(
    "c/moved",
    Minor,
    0.65,
    "Value is used after it was moved",
    "A moved-from object is in an unspecified state. Use it before the move, or assign a new value first.",
);

const RESIZED: Signal = Signal::bug(
    "c/realloc",
    Minor,
    0.85,
    "Memory leaks when `realloc` fails",
    "On failure `realloc` returns NULL and keeps the old block, whose only pointer is overwritten here. Assign \
     to a temporary pointer and check it.",
);

pub const RULES: &[Rule] = &[
    Rule::new(C, When("free", freed), FREED).in_tests(Same),
    Rule::new(C, When("delete", deleted), FREED).in_tests(Same),
    Rule::new(C, When("return", returns_local), LOCAL).in_tests(Same),
    Rule::new("C++", When("delete", deletes_array), DELETE).in_tests(Same),
    Rule::new("C++", When("move", moved), MOVED),
    Rule::new(C, When("realloc", resizes), RESIZED),
];

/// A use of freed memory in the lines below, at the same depth, before a new value is assigned.
fn freed(row: &Row) -> bool {
    let code = row.code().trim();
    let name = code
        .strip_prefix("free(")
        .and_then(|rest| rest.strip_suffix(");"))
        .and_then(Name::path);
    name.is_some_and(|name| used_below(row, name))
}

fn deleted(row: &Row) -> bool {
    let code = row.code().trim();
    let name = code
        .strip_prefix("delete ")
        .or_else(|| code.strip_prefix("delete[] "))
        .and_then(|rest| rest.strip_suffix(';'))
        .and_then(Name::path);
    name.is_some_and(|name| used_below(row, name))
}

fn used_below(row: &Row, name: Name) -> bool {
    let indent = text::indent(row.text());
    let mut below = row
        .below()
        .take(6)
        .filter(|below| !below.code().trim().is_empty())
        .take_while(|below| text::indent(below.text()) == indent && !leaves(below.code()));
    let last = row
        .below()
        .filter(|below| !below.code().trim().is_empty())
        .find(|below| leaves(below.code()) || text::indent(below.text()) != indent);
    let first = below
        .find(|below| text::has_name(below.code(), "{}", name))
        .or(last.filter(|last| {
            last.code().trim().starts_with("return") && last.code().holds(&format!("{name}->"))
        }));
    first.is_some_and(|first| uses(first.code(), name))
}

fn leaves(code: &str) -> bool {
    let code = code.trim();
    code.starts_with("return")
        || code.starts_with("goto ")
        || code.starts_with("break")
        || code.starts_with("continue")
        || code.starts_with("case ")
        || code.starts_with('}')
}

/// Whether the line reads or writes through the name without assigning it first.
fn uses(code: &str, name: Name) -> bool {
    let through = [format!("{name}->"), format!("{name}[")];
    let given = [
        format!("*{name}"),
        format!("free({name})"),
        format!("delete {name}"),
        format!("({name})"),
        format!("({name},"),
        format!(", {name})"),
        format!(", {name},"),
    ];
    let any = |forms: &[String]| forms.iter().any(|form| code.holds(form.as_str()));
    let set = text::has_name(code, "{} =", name)
        && !code.holds("==")
        && code.trim().starts_with(name.as_str());
    any(&through) || any(&given) && !set
}

/// `return buffer;` where the function declares `char buffer[64];`, and `return &local;`.
fn returns_local(row: &Row) -> bool {
    let Some(value) = row
        .code()
        .trim()
        .strip_prefix("return ")
        .and_then(|rest| rest.strip_suffix(';'))
    else {
        return false;
    };
    let (name, address) = value
        .strip_prefix('&')
        .map_or((value, false), |name| (name, true));
    let Some(name) = Name::word(name) else {
        return false;
    };
    let text = row.above().chain([*row]).any(|above| {
        above.code().starts_with(|c: char| c.is_ascii_alphabetic()) && above.code().holds("string")
    });
    !text && inside_function(row).any(|above| declares(above.code(), name, address))
}

/// The lines above, up to the start of the function.
fn inside_function<'r>(row: &Row<'r>) -> impl Iterator<Item = Row<'r>> {
    row.above().take(60).take_while(|above| {
        above.text().starts_with([' ', '\t', '{']) || above.text().trim().is_empty()
    })
}

fn declares(code: &str, name: Name, address: bool) -> bool {
    let code = code.trim();
    let types = [
        "char ",
        "int ",
        "unsigned ",
        "float ",
        "double ",
        "uint8_t ",
        "struct ",
        "std::string ",
        "long ",
        "size_t ",
        "wchar_t ",
    ];
    let typed = types.iter().any(|kind| code.starts_with(kind)) && !code.contains('*');
    let array = text::has_name(code, "{} [", name) && !address;
    let plain =
        address && (text::has_name(code, "{} ;", name) || text::has_name(code, "{} =", name));
    typed && (array || plain)
}

fn deletes_array(row: &Row) -> bool {
    let name = row
        .code()
        .trim()
        .strip_prefix("delete ")
        .and_then(|rest| rest.strip_suffix(';'))
        .and_then(Name::path);
    let made = |above: &Row, name: Name| text::has_name(above.code(), "{} = new $ [", name);
    name.is_some_and(|name| row.above().any(|above| made(&above, name)))
}

fn moved(row: &Row) -> bool {
    let code = row.code();
    let Some((_, rest)) = code.cut("std::move(") else {
        return false;
    };
    let Some(name) = rest.split(')').next().and_then(Name::word) else {
        return false;
    };
    let indent = text::indent(row.text());
    let lasting = !code.holds("return") && !text::has_name(code, "{} = std::move", name);
    let mut below = row
        .below()
        .take(5)
        .take_while(|below| text::indent(below.text()) == indent);
    let first = below.find(|below| text::has_name(below.code(), "{}", name));
    lasting
        && first.is_some_and(|first| {
            (first.code().holds(&format!("{name}."))
                || first.code().holds(&format!("{name}->"))
                || first.code().holds(&format!("{name}[")))
                && !text::mentions(first.code(), ".clear() .reset( .assign(")
        })
}

/// `p = realloc(p, n)`.
fn resizes(row: &Row) -> bool {
    let name = row.code().trim().cut(" = ").map(|(name, _)| {
        name.rsplit(' ')
            .next()
            .unwrap_or_default()
            .trim_start_matches('*')
    });
    row.calls("realloc")
        .iter()
        .any(|args| name == Some(args.first().code.trim()))
}
