//! Other spellings of a name, and the names of what undoes it.

/// The pairs of what one does and the other undoes.
const PAIRS: &[(&str, &str)] = &[
    ("encode", "decode"),
    ("serialize", "deserialize"),
    ("serialise", "deserialise"),
    ("marshal", "unmarshal"),
    ("dump", "load"),
    ("save", "load"),
    ("store", "load"),
    ("write", "read"),
    ("pack", "unpack"),
    ("format", "parse"),
    ("render", "parse"),
    ("encrypt", "decrypt"),
    ("sign", "verify"),
    ("escape", "unescape"),
    ("compress", "decompress"),
    ("export", "import"),
    ("open", "close"),
    ("lock", "unlock"),
    ("acquire", "release"),
    ("reserve", "release"),
    ("subscribe", "unsubscribe"),
    ("register", "unregister"),
    ("push", "pop"),
    ("add", "remove"),
    ("grant", "revoke"),
    ("deposit", "withdraw"),
    ("increment", "decrement"),
    ("start", "stop"),
    ("begin", "commit"),
    ("to", "from"),
    ("send", "receive"),
    ("publish", "consume"),
    ("create", "delete"),
    ("get", "set"),
];

/// The words of a name: "perPage" and "per_page" have two.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        let is_start = c.is_uppercase() && !before.is_uppercase();
        if !c.is_alphanumeric() {
            words.push(String::new());
        } else {
            if is_start || words.is_empty() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The word with a capital letter.
pub fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), chars.as_str())
}

/// The name as other languages and files write it, without itself: snake, camel, Pascal, kebab and constant case;
/// the property behind a getter.
pub fn variants(name: &str) -> Vec<String> {
    let words = words(name);
    let mut found = Vec::new();
    if words.len() == 1 {
        found.extend([words.concat(), capitalised(&words.concat())]);
    } else {
        let pascal: String = words.iter().map(|word| capitalised(word)).collect();
        let camel = words.iter().enumerate().map(|(nth, word)| {
            if nth == 0 {
                word.clone()
            } else {
                capitalised(word)
            }
        });
        found.extend([
            words.join("_"),
            camel.collect(),
            pascal,
            words.join("-"),
            words.join("_").to_uppercase(),
        ]);
        let is_getter =
            ["get", "set", "is", "has"].contains(&words.first().map_or("", String::as_str));
        if is_getter {
            let rest: Vec<String> = words.iter().skip(1).cloned().collect();
            let camel = rest.iter().enumerate().map(|(nth, word)| {
                if nth == 0 {
                    word.clone()
                } else {
                    capitalised(word)
                }
            });
            found.extend([camel.collect(), rest.join("_")]);
        }
    }
    // One of what a name in the plural holds.
    let one = |many: &String| {
        let one = many.strip_suffix('s')?;
        (!one.ends_with('s')).then(|| one.to_string())
    };
    let singular: Vec<String> = found.iter().filter_map(one).take(2).collect();
    found.extend(singular);
    let mut known = vec![name.to_string()];
    found.retain(|variant| {
        let is_new = variant.len() > 3 && !known.contains(variant);
        known.push(variant.clone());
        is_new
    });
    found
}

/// The names of what undoes `name`, in its own spelling: "decode_row" for "encode_row".
pub fn counterparts(name: &str) -> Vec<String> {
    let words = words(name);
    let mut found = Vec::new();
    for (one, other) in PAIRS {
        for (from, to) in [(one, other), (other, one)] {
            if words.iter().any(|word| word == from) {
                found.push(replaced(name, from, to));
            }
        }
    }
    found.retain(|other| other != name);
    found.dedup();
    found
}

/// The name with one word in place of another, in the same case.
fn replaced(name: &str, from: &str, to: &str) -> String {
    for (from, to) in [
        (from.to_string(), to.to_string()),
        (capitalised(from), capitalised(to)),
        (from.to_uppercase(), to.to_uppercase()),
    ] {
        if name.contains(&from) {
            return name.replacen(&from, &to, 1);
        }
    }
    name.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_the_spelling_of_other_languages() {
        assert_eq!(
            variants("per_page"),
            ["perPage", "PerPage", "per-page", "PER_PAGE"]
        );
        assert_eq!(
            variants("getDueDate"),
            [
                "get_due_date",
                "GetDueDate",
                "get-due-date",
                "GET_DUE_DATE",
                "dueDate",
                "due_date"
            ]
        );
        assert_eq!(variants("total"), ["Total"]);
        assert_eq!(variants("Energy"), ["energy"]);
    }

    #[test]
    fn what_undoes_it_is_found_in_the_same_spelling() {
        assert_eq!(counterparts("encode_row"), ["decode_row"]);
        assert_eq!(counterparts("WriteHeader"), ["ReadHeader"]);
        assert!(counterparts("total").is_empty());
    }
}
