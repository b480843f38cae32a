//! A fault with its place: `file:line:column: sentence`, the line itself, and a caret under it.

use std::fmt::Write;

use super::SourceFile;

/// Where something is wrong in a document, and what.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    pub(crate) message: String,
}

impl From<&engine::problem::Problem> for Place {
    fn from(problem: &engine::problem::Problem) -> Self {
        // The place is shown by line and column; the rest of the sentence names node and field.
        let bare = engine::problem::Problem {
            line: None,
            column: None,
            ..problem.clone()
        };
        Self {
            line: problem.line,
            column: problem.column,
            message: bare.to_string(),
        }
    }
}

impl From<&blueprint::Problem> for Place {
    fn from(problem: &blueprint::Problem) -> Self {
        let bare = blueprint::Problem {
            line: None,
            column: None,
            ..problem.clone()
        };
        Self {
            line: problem.line,
            column: problem.column,
            message: bare.to_string(),
        }
    }
}

/// Lays out the faults of one file in the order of their places.
pub(crate) fn show(file: &SourceFile, mut places: Vec<Place>) -> String {
    places.sort_by_key(|place| (place.line, place.column));
    let mut text = String::new();
    for place in &places {
        let _ = write!(text, "{}", file.path.display());
        if let Some(line) = place.line {
            let _ = write!(text, ":{line}:{}", place.column.unwrap_or(1));
        }
        let _ = writeln!(text, ": {}", place.message);
        if let Some(line) = place.line {
            excerpt(&mut text, &file.text, line, place.column.unwrap_or(1));
        }
    }
    text
}

fn excerpt(text: &mut String, source: &str, line: usize, column: usize) {
    let Some(content) = source.lines().nth(line.saturating_sub(1)) else {
        return;
    };
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    // Tabs keep their width under the caret when they are repeated before it.
    let before = content.chars().take(column.saturating_sub(1));
    let indent: String = before
        .map(|letter| if letter == '\t' { '\t' } else { ' ' })
        .collect();
    let _ = writeln!(
        text,
        " {number} | {}\n {margin} | {indent}^",
        content.trim_end()
    );
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_caret_stands_under_the_fault() {
        let file = SourceFile {
            path: PathBuf::from("a.yaml"),
            text: "lathe: 1\nnodes:\n  - id: A!\n".to_owned(),
        };
        let late = Place {
            line: Some(3),
            column: Some(9),
            message: "not an id".to_owned(),
        };
        let whole = Place {
            line: None,
            column: None,
            message: "no name".to_owned(),
        };
        assert_eq!(
            show(&file, vec![late, whole]),
            "a.yaml: no name\na.yaml:3:9: not an id\n 3 |   - id: A!\n   |         ^\n"
        );
    }
}
