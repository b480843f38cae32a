//! Which requests are tried: every operation of the server's document that reads and takes a parameter, each parameter with a
//! value that means something, marked with the star behind which sqlmap writes.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::library::Library;

/// The planted request that is written as it should be.
pub(super) const BOUND: &str = "GET /bound";

/// Operations that look things up by texts of their body. Logging in is none of them: it is limited to a few guesses, and that
/// limit has no switch.
const WITH_BODIES: [&str; 1] = ["send_signal"];

/// What is tried of all operations alike, on one of them.
const WORKSPACE_HEADER: &str = "Lathe-Workspace";

pub(super) struct Target {
    /// As the report names it.
    pub(super) operation: String,
    /// In the order of their marks.
    pub(super) parameters: Vec<String>,
    pub(super) path: String,
    pub(super) headers: Vec<String>,
    pub(super) body: Option<String>,
    /// What sqlmap writes before the number of a mark.
    place: &'static str,
}

impl Target {
    fn reading(path: &str, marked: &str, parameters: Vec<String>, headers: &[String]) -> Self {
        Self {
            operation: format!("GET {path}"),
            parameters,
            path: marked.to_owned(),
            headers: headers.to_vec(),
            body: None,
            place: "",
        }
    }

    pub(super) fn mark(&self, number: usize) -> String {
        format!("{}#{number}*", self.place)
    }
}

/// What sqlmap must find: in a LIKE, and on SQLite, where this costs little, in a path and in JSON; and what it must not.
pub(super) fn planted(everything: bool) -> Vec<Target> {
    let named = |name: &str| vec![name.to_owned()];
    let mut targets = vec![Target::reading(
        "/search",
        "/search?q=sec*",
        named("q"),
        &[],
    )];
    if everything {
        targets.push(Target::reading(
            "/things/{id}",
            "/things/a1*",
            named("id"),
            &[],
        ));
        targets.push(Target::reading(
            "/bound",
            "/bound?q=second*",
            named("q"),
            &[],
        ));
        targets.push(Target {
            operation: "POST /things".to_owned(),
            body: Some(json!({"name": "first*"}).to_string()),
            place: "JSON ",
            ..Target::reading("/things", "/things", named("name"), &[])
        });
    }
    targets
}

/// Which parameters are tried.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Which {
    All,
    /// Those that may be any text. Ids, numbers, cursors and the like are refused for their form before any database is asked.
    Texts,
}

pub(super) fn of_document(library: &Library, which: Which) -> Result<Vec<Target>> {
    let paths = library.document["paths"]
        .as_object()
        .context("the document has no paths")?;
    let mut targets = vec![in_the_header(library)?];
    for (path, operations) in paths {
        // What becomes a WebSocket is nothing that sqlmap can ask; its id is read as that of its neighbours is.
        if operations["get"].is_object() && operations["get"]["responses"]["101"].is_null() {
            targets.extend(of_reading(library, path, &operations["get"], which)?);
        }
        let operation = &operations["post"];
        if operation["operationId"]
            .as_str()
            .is_some_and(|id| WITH_BODIES.contains(&id))
        {
            targets.push(of_body(library, path, operation)?);
        }
    }
    let bodies = targets.iter().filter(|target| target.body.is_some());
    ensure!(
        bodies.count() == WITH_BODIES.len(),
        "the document has not all of {WITH_BODIES:?}: name those that look things up by their body"
    );
    let mut refused = Vec::new();
    for target in &targets {
        refused.extend(library.refusal(target)?);
    }
    ensure!(
        refused.is_empty(),
        "what is refused for its form, or for who asks, reaches no database, and would be tried in vain:\n{}",
        refused.join("\n")
    );
    Ok(targets)
}

/// A parameter with its value.
struct Given<'a> {
    name: &'a str,
    value: String,
    is_tried: bool,
}

impl<'a> Given<'a> {
    fn new(parameter: &'a Value, value: String, which: Which) -> Self {
        Self {
            name: parameter["name"].as_str().unwrap_or_default(),
            value,
            is_tried: which == Which::All || is_any_text(parameter),
        }
    }

    fn marked(&self) -> String {
        let star = if self.is_tried { "*" } else { "" };
        format!("{}{star}", self.value)
    }
}

/// A list is asked as it pages and as it filters, apart from each other: a filter after a cursor often finds nothing, and of
/// nothing less can be told.
fn of_reading(
    library: &Library,
    path: &str,
    operation: &Value,
    which: Which,
) -> Result<Vec<Target>> {
    let described = operation["parameters"].as_array();
    let described: Vec<&Value> = described.into_iter().flatten().collect();
    let mut in_path = Vec::new();
    // In the order of their places, which is that of the marks.
    for part in path.split('/') {
        let Some(name) = part.strip_prefix('{').and_then(|it| it.strip_suffix('}')) else {
            continue;
        };
        let mut named = described.iter().filter(|one| one["in"] == "path");
        let one = named.find(|one| one["name"] == name);
        let one = one.with_context(|| format!("{part} of {path} is not described"))?;
        in_path.push(Given::new(one, library.in_path(path, name)?, which));
    }
    let written = |write: &dyn Fn(&Given<'_>) -> String| {
        in_path.iter().fold(path.to_owned(), |path, one| {
            path.replace(&format!("{{{}}}", one.name), &write(one))
        })
    };
    let (plain, marked) = (
        written(&|one| one.value.clone()),
        written(&|one| one.marked()),
    );
    let (mut paging, mut filters, mut lone) = (Vec::new(), Vec::new(), Vec::new());
    for one in described.iter().filter(|one| one["in"] == "query") {
        let give = |value| Given::new(one, value, which);
        match one["name"].as_str().unwrap_or_default() {
            "limit" => paging.push(give("2".to_owned())),
            "cursor" => match library.cursor(&plain)? {
                Some(cursor) => paging.push(give(cursor)),
                // A list of one page has none; what is made up is refused, and so stays by itself.
                None => lone.push(give("WyJub25lIl0".to_owned())),
            },
            _ => filters.push(give(library.in_query(&plain, one))),
        }
    }
    // What is no list takes all of it together: a part of it alone may mean nothing.
    let first = if paging.is_empty() {
        std::mem::take(&mut filters)
    } else {
        paging
    };
    let asked = [
        asked(library, path, &marked, &in_path, &first),
        asked(library, path, &plain, &[], &filters),
        asked(library, path, &plain, &[], &lone),
    ];
    Ok(asked.into_iter().flatten().collect())
}

/// One request, if anything of it is to be tried.
fn asked(
    library: &Library,
    path: &str,
    written: &str,
    in_path: &[Given<'_>],
    query: &[Given<'_>],
) -> Option<Target> {
    let tried = in_path.iter().chain(query).filter(|one| one.is_tried);
    let names: Vec<String> = tried.map(|one| one.name.to_owned()).collect();
    let pairs: Vec<String> = query
        .iter()
        .map(|one| format!("{}={}", one.name, one.marked()))
        .collect();
    let query = if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    };
    let headers = library.headers();
    (!names.is_empty())
        .then(|| Target::reading(path, &format!("{written}{query}"), names, &headers))
}

fn is_any_text(parameter: &Value) -> bool {
    let schema = &parameter["schema"];
    let is_text = schema["type"] == "string" && schema["format"].is_null();
    is_text && schema["enum"].is_null() && parameter["name"] != "cursor"
}

fn of_body(library: &Library, path: &str, operation: &Value) -> Result<Target> {
    let example = library
        .example(operation)
        .with_context(|| format!("POST {path} has no example of its body"))?;
    let mut body = example.as_object().context("no object")?.clone();
    let mut names = Vec::new();
    for (name, value) in &mut body {
        if let Value::String(text) = value {
            text.push('*');
            names.push(name.clone());
        }
    }
    Ok(Target {
        operation: format!("POST {path}"),
        body: Some(Value::Object(body).to_string()),
        place: "JSON ",
        ..Target::reading(path, path, names, &library.headers())
    })
}

/// One layer reads it for all operations.
fn in_the_header(library: &Library) -> Result<Target> {
    let path = "/api/workflows";
    let slug = library.workspace()?;
    let mut headers = library.headers();
    headers.push(format!("{WORKSPACE_HEADER}: {slug}*"));
    Ok(Target {
        place: "Lathe-Workspace ",
        ..Target::reading(path, path, vec![WORKSPACE_HEADER.to_owned()], &headers)
    })
}
