//! The names that changed lines mention: what they call, and the types that they use.

/// The least bytes of a name that is worth a look.
const LEAST: usize = 3;

/// Words of many languages that name nothing of the repository.
const COMMON: &str = "if for while switch return catch function def class new await async sizeof typeof assert print \
    println printf fprintf sprintf len range int str bool list dict set tuple self this super true false null None nil \
    True False String Vec Some Err Box Option Result Arc Error Exception Promise Object Array Map Set Date Math JSON \
    console require import export from let const var func fn impl struct enum trait interface type public private \
    protected static final void string number boolean append push pop get put add remove delete size length join \
    split map filter reduce find sort contains keys values items format log info warn debug error open close read \
    write next then else elif case match not and or in is lambda yield raise throw throws try except finally with \
    isinstance hasattr getattr setattr super make copy panic recover defer unwrap expect clone iter collect into \
    toString equals hashCode valueOf parseInt malloc free memcpy memset strlen strcmp include define empty isset \
    puts attr_accessor attr_reader foreach echo array count byte char long short double float uint8 uint32 uint64";

/// A name in a line of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub name: String,
    /// An opening bracket follows it.
    pub is_call: bool,
}

/// The names of a line that may be defined elsewhere in the repository: what it calls, and names that begin with a
/// capital letter. Strings and comments are left out.
pub fn mentions(line: &str) -> Vec<Mention> {
    let code = code_of(line);
    let mut found: Vec<Mention> = Vec::new();
    let mut rest = code.as_str();
    while let Some(start) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
        let (before, from) = rest.split_at(start);
        let end = from
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        rest = after;
        let is_number = before.ends_with(|c: char| c.is_ascii_digit());
        let is_call = after.starts_with(['(', '!']) || after.starts_with("::<");
        let is_type = name.starts_with(char::is_uppercase) && name.chars().any(char::is_lowercase);
        let is_named = name.len() >= LEAST && !COMMON.split_whitespace().any(|word| word == name);
        let mention = Mention {
            name: name.to_string(),
            is_call,
        };
        if is_named && !is_number && (is_call || is_type) && !found.contains(&mention) {
            found.push(mention);
        }
    }
    found
}

/// The line without strings, and without a comment at its end.
fn code_of(line: &str) -> String {
    let mut code = String::new();
    let mut quote: Option<char> = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match quote {
            Some(_) if c == '\\' => {
                chars.next();
            }
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '`' => quote = Some(c),
            // A quote after a letter is an apostrophe or a lifetime.
            None if c == '\''
                && !code.ends_with(|c: char| c.is_alphanumeric() || c == '<' || c == '&') =>
            {
                quote = Some(c);
            }
            None if c == '#' && code.trim().is_empty() => break,
            None if c == '/' && chars.peek() == Some(&'/') => break,
            None => code.push(c),
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Vec<String> {
        mentions(line).into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn calls_and_types_are_mentioned() {
        assert_eq!(
            names("    return Money(total_of(cart.items))"),
            ["Money", "total_of"]
        );
        assert_eq!(
            names("let cart = Cart::load(&store).await?;"),
            ["Cart", "load"]
        );
        assert_eq!(names("if (user.isAdmin() && LIMIT > 3) {"), ["isAdmin"]);
    }

    #[test]
    fn common_words_strings_and_comments_are_not() {
        assert!(names("if len(items) > 3: return str(x)  ").is_empty());
        assert!(names("# calls total_of(cart)").is_empty());
        assert!(names("x = \"total_of(cart)\" // total_of(cart)").is_empty());
        assert_eq!(names("let x: &'a Cart = it's(total_of)"), ["Cart"]);
    }
}
