//! Renders the prompt templates, which can thus be changed without a rebuild.

use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use crate::ask::host::Stop;
use crate::text::visible::{fence, visible};
use crate::wit::Template;

pub struct Templates<'a> {
    templates: Environment<'a>,
}

impl<'a> Templates<'a> {
    /// Refuses a template that does not parse, and names it.
    pub fn new(templates: &'a [Template]) -> Result<Self, Stop> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|_| AutoEscape::None);
        env.set_trim_blocks(true);
        env.set_lstrip_blocks(true);
        env.add_test("defined", |value: &Value| !value.is_undefined());
        env.add_filter("data", |text: &str| fence(&visible(text)));
        for template in templates {
            env.add_template(&template.name, &template.text)
                .map_err(|error| broken(&template.name, &error))?;
        }
        Ok(Templates { templates: env })
    }

    /// Refuses if there is no such template, or if it cannot be rendered with `values`.
    pub fn render(&self, name: &str, values: &[(&str, &str)]) -> Result<String, Stop> {
        let values: Value = values
            .iter()
            .map(|(name, text)| (*name, Value::from(*text)))
            .collect();
        let template = self
            .templates
            .get_template(name)
            .map_err(|error| broken(name, &error))?;
        let text = template
            .render(values)
            .map_err(|error| broken(name, &error))?;
        Ok(text.trim().to_string())
    }
}

/// What is wrong with the template `name`, where, and what to do.
fn broken(name: &str, error: &Error) -> Stop {
    if error.kind() == ErrorKind::TemplateNotFound {
        return Stop::Refuse(format!(
            "the prompt template \"{name}\" is missing; add {name}.md to the prompts folder"
        ));
    }
    let line = error
        .line()
        .map(|line| format!(", line {line}"))
        .unwrap_or_default();
    let detail = error
        .detail()
        .map(|detail| format!(": {detail}"))
        .unwrap_or_default();
    Stop::Refuse(format!(
        "the prompt template \"{name}\"{line} is broken: {}{detail}",
        error.kind()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str, asked: &str) -> String {
        let templates = [Template {
            name: "chunk".into(),
            text: text.into(),
        }];
        let values = [("title", "T"), ("body", "")];
        match Templates::new(&templates).and_then(|prompts| prompts.render(asked, &values)) {
            Ok(text) | Err(Stop::Refuse(text)) => text,
            Err(Stop::Ask(_) | Stop::Fetch(_) | Stop::Look(_) | Stop::Small(_)) => {
                panic!("a template asks nothing")
            }
        }
    }

    #[test]
    fn a_template_renders_its_values() {
        let text = "{# note #}\nHello {{ title }}\n{% if body %}\n{{ body }}\n{% else %}\nnothing\n{% endif %}\n";
        assert_eq!(rendered(text, "chunk"), "Hello T\nnothing");
        assert_eq!(rendered("{{ title | data }}", "chunk"), fence("T"));
    }

    #[test]
    fn a_template_can_ask_whether_a_value_is_there() {
        let text = "{% if title is defined and title %}{{ title }}{% endif %}{% if rules is defined %}!{% endif %}";
        assert_eq!(rendered(text, "chunk"), "T");
    }

    #[test]
    fn a_broken_template_is_refused_by_name_and_line() {
        assert_eq!(
            rendered("one\n{{ titel }}", "chunk"),
            "the prompt template \"chunk\", line 2 is broken: undefined value"
        );
        assert!(
            rendered("one\n{% if %}", "chunk")
                .starts_with("the prompt template \"chunk\", line 2 is broken: syntax error")
        );
    }

    #[test]
    fn a_missing_template_is_refused_by_name() {
        assert_eq!(
            rendered("x", "summary"),
            "the prompt template \"summary\" is missing; add summary.md to the prompts folder"
        );
    }
}
