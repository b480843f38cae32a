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
    #[error(
        "line {line}: `{tag}` finds nothing here: a prompt stands for itself, so put the text in its place"
    )]
    Foreign { line: usize, tag: String },
    #[error("the value `{0}` is missing")]
    Missing(String),
    #[error("line {line}: {message}")]
    Failed { line: usize, message: String },
    #[error("what comes of it is longer than {LONGEST_RENDERED} bytes, or takes too much work")]
    TooMuch,
}

/// What a filter or function says that was asked for too long a list.
const TOO_MANY: &str = "range has too many elements";

/// Tags that would read another text.
const FOREIGN: [&str; 4] = ["include", "extends", "import", "from"];

/// The names of the values that a text takes, if it can ever be rendered: what fails with whatever values is found now, as far as
/// that shows without them.
pub(crate) fn checked(content: &str) -> Result<BTreeSet<String>, PromptError> {
    let names = variables(content)?;
    if let Some((line, tag)) = foreign(content) {
        let tag = tag.to_owned();
        return Err(PromptError::Foreign { line, tag });
    }
    if content.contains("range") {
        let mut environment = environment(content)?;
        // What lacks its value is passed over, and so is whatever fails for the lack of it.
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        let hopeless = |error: &PromptError| match error {
            PromptError::TooMuch => true,
            PromptError::Failed { message, .. } => message.contains(TOO_MANY),
            _ => false,
        };
        if let Some(error) = rendered(&environment, &Map::new()).err().filter(hopeless) {
            return Err(error);
        }
    }
    Ok(names)
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
    rendered(&environment(content)?, values)
}

fn rendered(
    environment: &Environment<'_>,
    values: &Map<String, Value>,
) -> Result<String, PromptError> {
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

/// The first tag that would read another text, and its line. One that may find nothing is left alone.
fn foreign(content: &str) -> Option<(usize, &str)> {
    let mut rest = content;
    while let Some(at) = rest.find('{') {
        let tag = &rest[at..];
        if let Some(comment) = tag.strip_prefix("{#") {
            rest = comment.split_once("#}")?.1;
        } else if let Some(expression) = tag.strip_prefix("{{") {
            rest = behind(expression, "}}")?;
        } else if let Some(statement) = tag.strip_prefix("{%") {
            let word = first_word(statement);
            rest = behind(statement, "%}")?;
            let whole = &statement[..statement.len() - rest.len()];
            let may_be_missing = whole.contains("ignore") && whole.contains("missing");
            if word == "raw" {
                rest = behind_raw(rest)?;
            } else if FOREIGN.contains(&word) && !may_be_missing {
                let before = &content[..content.len() - tag.len()];
                return Some((before.matches('\n').count() + 1, word));
            }
        } else {
            rest = &tag[1..];
        }
    }
    None
}

fn first_word(statement: &str) -> &str {
    let said = statement.trim_start_matches(['-', '+']).trim_start();
    let end = said.find(|letter: char| !letter.is_ascii_alphabetic());
    &said[..end.unwrap_or(said.len())]
}

/// What follows the end of a tag or expression, which is not one within a text in it.
fn behind<'t>(text: &'t str, end: &str) -> Option<&'t str> {
    let mut quote = None;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (Some(_), '\\') => {
                letters.next();
            }
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, _) if text[at..].starts_with(end) => return Some(&text[at + end.len()..]),
            _ => {}
        }
    }
    None
}

fn behind_raw(mut text: &str) -> Option<&str> {
    loop {
        let (_, statement) = text.split_once("{%")?;
        if first_word(statement) == "endraw" {
            return behind(statement, "%}");
        }
        text = statement;
    }
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

    /// The web app renders what is not saved yet by the same cases (`webapp/src/features/prompts/text`).
    #[test]
    fn comes_to_what_the_shared_cases_say() {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Case {
            content: String,
            #[serde(default)]
            values: Map<String, Value>,
            fault: Option<usize>,
            variables: Option<Vec<String>>,
            text: Option<String>,
            missing: Option<String>,
            #[serde(default)]
            fails: bool,
        }
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../tests/fixtures/prompt_texts.json")).unwrap();
        assert!(cases.len() > 50);
        for case in cases {
            let content = &case.content;
            let read = checked(content);
            if let Some(expected) = case.fault {
                let told = matches!(
                    &read,
                    Err(PromptError::Syntax { line, .. } | PromptError::Foreign { line, .. }) if *line == expected
                );
                assert!(told, "{content}: {read:?}");
                continue;
            }
            let names = read.map(|names| names.into_iter().collect::<Vec<_>>());
            assert_eq!(Some(names), case.variables.map(Ok), "{content}");
            let made = render(content, &case.values);
            match (case.text, case.missing) {
                (Some(text), _) => assert_eq!(made, Ok(text), "{content}"),
                (_, Some(name)) => assert_eq!(made, Err(PromptError::Missing(name)), "{content}"),
                _ => assert!(
                    case.fails && matches!(made, Err(PromptError::Failed { .. })),
                    "{content}: {made:?}"
                ),
            }
        }
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

    /// S15: what would fail with whatever values is refused when it is saved, and nothing else is.
    #[test]
    fn what_can_never_be_rendered_is_found_before() {
        for (text, line) in [
            ("{% include 'x' %}", 1),
            ("one\n\n{%- extends \"base\" %}", 3),
            ("{{ '{% raw %}' }}\n{% import 'x' as y %}", 2),
            (
                "{% raw %}{% include 'x' %}{%- endraw %}{% from 'x' import y %}",
                1,
            ),
        ] {
            let refused = checked(text);
            assert!(
                matches!(&refused, Err(PromptError::Foreign { line: found, .. }) if *found == line),
                "{text}: {refused:?}"
            );
        }
        for text in [
            "{% for a in range(1000000) %}{{ name }}{% endfor %}",
            "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        ] {
            assert!(checked(text).is_err(), "{text}");
        }
        for text in [
            "{# {% include 'x' %} #}{% raw %}{% include 'x' %}{% endraw %} { {é include",
            "{% include 'x' ignore missing %}",
            "{% for a in range(count) %}{{ names[a] }}{% endfor %}",
            "{% for item in items %}{{ item.title | upper }}{% endfor %}{{ \"{% include 'x' %}\" }}",
        ] {
            assert!(checked(text).is_ok(), "{text}: {:?}", checked(text));
        }
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
