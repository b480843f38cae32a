//! Prompts: texts with places for values, in the syntax of Jinja. What is put in is never read as a template again, and
//! rendering is bounded in work and in what comes out.

use std::collections::BTreeSet;

use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde_json::{Map, Value};

/// The longest text of a prompt, and the longest that may come of it, in bytes.
pub(crate) const LONGEST: usize = 256 * 1024;
pub(crate) const LONGEST_RENDERED: usize = 1024 * 1024;

/// Instructions that one rendering may take.
const FUEL: u64 = 500_000;

const NAME: &str = "prompt";

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PromptError {
    #[error("the text is longer than {LONGEST} bytes")]
    TooLong,
    #[error("line {line}: {message}")]
    Syntax { line: usize, message: String },
    #[error("the value `{0}` is missing")]
    Missing(String),
    #[error("line {line}: {message}")]
    Failed { line: usize, message: String },
    #[error("what comes of it is longer than {LONGEST_RENDERED} bytes, or takes too much work")]
    TooMuch,
}

/// The names of the values that a text takes, in order.
pub(crate) fn variables(content: &str) -> Result<BTreeSet<String>, PromptError> {
    let environment = environment(content)?;
    let template = environment
        .get_template(NAME)
        .map_err(|error| syntax(&error))?;
    let mut names: BTreeSet<String> = template.undeclared_variables(false).into_iter().collect();
    // Functions such as `range` are the language's own.
    for (name, _) in environment.globals() {
        names.remove(name);
    }
    Ok(names)
}

/// The text with these values in their places. Each one that it takes has to be there.
pub(crate) fn render(content: &str, values: &Map<String, Value>) -> Result<String, PromptError> {
    if let Some(name) = variables(content)?
        .into_iter()
        .find(|name| !values.contains_key(name))
    {
        return Err(PromptError::Missing(name));
    }
    let environment = environment(content)?;
    let template = environment
        .get_template(NAME)
        .map_err(|error| syntax(&error))?;
    let mut out = Bounded::default();
    let rendered = template.render_captured_to(Serde(values), &mut out);
    match rendered {
        Ok(_) => String::from_utf8(out.bytes).map_err(|_| PromptError::TooMuch),
        Err(_) if out.is_full => Err(PromptError::TooMuch),
        Err(error) if error.kind() == ErrorKind::OutOfFuel => Err(PromptError::TooMuch),
        Err(error) => Err(PromptError::Failed {
            line: error.line().unwrap_or(1),
            message: error.to_string(),
        }),
    }
}

/// Without a loader: no prompt includes anything. Without escaping: a prompt is plain text.
fn environment(content: &str) -> Result<Environment<'_>, PromptError> {
    if content.len() > LONGEST {
        return Err(PromptError::TooLong);
    }
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(20);
    environment
        .add_template(NAME, content)
        .map_err(|error| syntax(&error))?;
    Ok(environment)
}

fn syntax(error: &minijinja::Error) -> PromptError {
    PromptError::Syntax {
        line: error.line().unwrap_or(1),
        message: error
            .detail()
            .map_or_else(|| error.to_string(), str::to_owned),
    }
}

#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    is_full: bool,
}

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + bytes.len() > LONGEST_RENDERED {
            self.is_full = true;
            return Err(std::io::Error::other("too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(content: &str, values: Value) -> Result<String, PromptError> {
        render(content, values.as_object().unwrap())
    }

    #[test]
    fn finds_what_a_text_takes_and_puts_it_in() {
        let text = "Dear {{ name }},\n{% for item in items %}- {{ item.title }}\n{% endfor %}{{ closing }}";
        let names: Vec<String> = variables(text).unwrap().into_iter().collect();
        assert_eq!(names, ["closing", "items", "name"]);
        let values = json!({"name": "Ada", "items": [{"title": "<a & b>"}], "closing": "Bye"});
        assert_eq!(filled(text, values).unwrap(), "Dear Ada,\n- <a & b>\nBye");
        let missing = filled(text, json!({"name": "Ada", "items": []}));
        assert_eq!(missing, Err(PromptError::Missing("closing".to_owned())));
    }

    /// S15: a value is text, whatever it looks like.
    #[test]
    fn values_are_never_templates() {
        let hostile = "{{ secret }}{% for x in range(9) %}x{% endfor %}{# #}";
        let values = json!({"name": hostile, "secret": "hunter2"});
        assert_eq!(filled("{{ name }}", values).unwrap(), hostile);
    }

    #[test]
    fn says_where_it_is_wrong() {
        let error = variables("one\n{{ two").unwrap_err();
        assert!(
            matches!(error, PromptError::Syntax { line: 2, .. }),
            "{error}"
        );
        assert!(
            variables("{% include 'x' %}").is_ok(),
            "it is found wanting when it is rendered"
        );
        assert!(filled("{% include '/etc/passwd' %}", json!({})).is_err());
        assert_eq!(
            variables(&"x".repeat(LONGEST + 1)),
            Err(PromptError::TooLong)
        );
    }

    /// S15: fuel, and a cap on what comes out.
    #[test]
    fn work_and_length_are_bounded() {
        let endless =
            "{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}";
        assert_eq!(filled(endless, json!({})), Err(PromptError::TooMuch));
        let long = "{% for a in range(5000) %}{{ text }}{% endfor %}";
        let values = json!({"text": "x".repeat(1_000)});
        assert_eq!(filled(long, values), Err(PromptError::TooMuch));
    }
}
