//! What the server holds while it is tried: something of everything that its document has an example for, so that a parameter
//! finds something when it means what it should, and nothing otherwise.

use std::{collections::HashMap, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::targets::Target;
use crate::{
    http::{self, Answer},
    interrupt::Interrupt,
};

/// Values of parameters that no list gives.
const KNOWN: [(&str, &str); 20] = [
    ("version", "1"),
    ("from", "1"),
    ("provider", "github"),
    ("token", "AUnvjHpCKs4Yn7MAUnvjHpCKs4Yn7M"),
    ("step", "greet"),
    ("q", "hello"),
    ("kind", "workflows"),
    ("name", "hello"),
    ("label", "latest"),
    ("signal", "payment"),
    ("count", "2"),
    ("after", "0"),
    ("all", "true"),
    ("deleted", "true"),
    ("head", HEAD),
    ("model", "workflows"),
    ("sort", "name"),
    ("since", "2020-01-01T00:00:00Z"),
    ("until", "2120-01-01T00:00:00Z"),
    ("id__in", "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11"),
];
const HEAD: &str = "1:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

pub(in crate::commands::test) struct Library {
    port: u16,
    session: String,
    pub(in crate::commands::test) document: Value,
    /// The first thing of every list, by the list's path.
    first: HashMap<String, Value>,
    /// Examples of the document that made nothing.
    refused: Vec<String>,
}

impl Library {
    /// Makes two of everything, where the document tells how, and lets some workflows run.
    pub(in crate::commands::test) fn fill(
        port: u16,
        session: &str,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let document = http::get(port, "/api/openapi.json")?;
        let mut library = Self {
            port,
            session: session.to_owned(),
            document: serde_json::from_str(&document.body).context("the document is no JSON")?,
            first: HashMap::new(),
            refused: Vec::new(),
        };
        library.look_around()?;
        library.refused = library.make()?;
        library.upload()?;
        library.look_around()?;
        library.add_what_has_no_example()?;
        library.run_workflows(interrupt)?;
        library.look_around()?;
        Ok(library)
    }

    pub(super) fn headers(&self) -> Vec<String> {
        vec![format!("Authorization: Bearer {}", self.session)]
    }

    pub(super) fn in_path(&self, path: &str, name: &str) -> Result<String> {
        let (list, _) = path.split_once("/{").unwrap_or((path, ""));
        let first = self.first.get(list);
        let of_first = first.and_then(|thing| thing[name].as_str());
        let known = match name {
            "id" if path.starts_with("/api/records/") => self.id_of("/api/workflows"),
            // Nothing was deployed by then: it finds nothing, and means what it should.
            "id" if path.starts_with("/api/releases/") => {
                of_first.or(self.id_of("/api/executions"))
            }
            "id" => of_first,
            "kind" => of_first.or(Some("data.set")),
            "execution" => self.id_of("/api/executions"),
            "user_id" => self.id_of("/api/users"),
            "sha256" => Some(HASH),
            _ => known(name),
        };
        let missing = || {
            let refused = self.refused.join("\n");
            format!(
                "{path}: no value is known for {name}: let xtask/src/commands/test/injection/library.rs make such a thing, or \
                 name a value in KNOWN. Examples of the document that were refused:\n{refused}"
            )
        };
        Ok(known.with_context(missing)?.to_owned())
    }

    /// What the first thing of the list has under that name, or what the document permits.
    pub(super) fn in_query(&self, path: &str, parameter: &Value) -> String {
        let name = parameter["name"].as_str().unwrap_or_default();
        let schema = &parameter["schema"];
        let of_first = self.first.get(path).and_then(|thing| thing[name].as_str());
        let of_list = name
            .strip_suffix("_id")
            .and_then(|thing| self.id_of(&format!("/api/{thing}s")));
        let of_type = match schema["type"].as_str() {
            Some("integer") => "1",
            Some("boolean") => "true",
            _ if schema["format"] == "uuid" => self.id_of("/api/executions").unwrap_or(name),
            _ => "hello",
        };
        of_first
            .or(of_list)
            .or(schema["enum"][0].as_str())
            .or(known(name).filter(|_| schema["type"] == "string"))
            .unwrap_or(of_type)
            .to_owned()
    }

    /// Where the second page of a list begins.
    pub(super) fn cursor(&self, path: &str) -> Result<Option<String>> {
        let answer = self.ask("GET", &format!("{path}?limit=1"), "")?;
        ensure!(answer.is_success(), "GET {path}: {}", answer.body);
        let page: Value = serde_json::from_str(&answer.body)?;
        Ok(page["next_cursor"].as_str().map(str::to_owned))
    }

    /// What the server says when it does not let a request in as it is meant, without anything tried.
    pub(super) fn refusal(&self, target: &Target) -> Result<Option<String>> {
        let plain = |text: &str| text.replace('*', "");
        let headers: Vec<String> = target.headers.iter().map(|one| plain(one)).collect();
        let (method, body) = match &target.body {
            Some(body) => ("POST", plain(body)),
            None => ("GET", String::new()),
        };
        let path = plain(&target.path);
        let answer = http::send(self.port, method, &path, &headers, &body)?;
        let made_up = target.parameters == ["cursor"];
        let let_in = (200..400).contains(&answer.status) || answer.status == 404 || made_up;
        let (status, said) = (answer.status, answer.body);
        Ok((!let_in).then(|| format!("{method} {path} is answered {status}: {said}")))
    }

    /// The slug of a workspace other than the caller's own.
    pub(super) fn workspace(&self) -> Result<&str> {
        let workspace = self.first.get("/api/workspaces");
        let slug = workspace.and_then(|workspace| workspace["slug"].as_str());
        slug.context("there is no workspace with a slug")
    }

    pub(super) fn example(&self, operation: &Value) -> Option<Value> {
        let body = &operation["requestBody"]["content"]["application/json"];
        let mut schema = &body["schema"];
        if !body["example"].is_null() {
            return Some(body["example"].clone());
        }
        while let Some(reference) = schema["$ref"].as_str() {
            schema = self.document.pointer(reference.strip_prefix('#')?)?;
        }
        Some(schema["example"].clone()).filter(|example| !example.is_null())
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Result<Answer> {
        http::send(self.port, method, path, &self.headers(), body)
    }

    fn id_of(&self, list: &str) -> Option<&str> {
        self.first.get(list)?["id"].as_str()
    }

    fn paths(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.document["paths"].as_object().into_iter().flatten()
    }

    /// Remembers the first thing of every list.
    fn look_around(&mut self) -> Result<()> {
        let lists = self
            .paths()
            .filter(|(path, operations)| !path.contains('{') && operations["get"].is_object())
            .filter(|(_, operations)| operations["get"]["responses"]["101"].is_null());
        let mut found = HashMap::new();
        for (path, _) in lists {
            let Ok(listed) = serde_json::from_str::<Value>(&self.ask("GET", path, "")?.body) else {
                continue;
            };
            let things = listed.get("items").unwrap_or(&listed);
            if let Some(thing) = things.get(0) {
                found.insert(path.clone(), thing.clone());
            }
        }
        self.first = found;
        Ok(())
    }

    /// What the examples of the document make. That some are refused matters only where something of them is needed.
    fn make(&self) -> Result<Vec<String>> {
        let mut refused = Vec::new();
        for (path, operations) in self.paths() {
            let makes = !path.contains('{') && operations["get"].is_object();
            let Some(mut thing) = self.example(&operations["post"]).filter(|_| makes) else {
                continue;
            };
            for (field, list) in [
                ("workflow_id", "/api/workflows"),
                ("application_id", "/api/applications"),
            ] {
                if let (true, Some(id)) = (thing.get(field).is_some(), self.id_of(list)) {
                    thing[field] = json!(id);
                }
            }
            // Those of the example are of a workflow that is not there.
            if let Some(thing) = thing.as_object_mut() {
                thing.remove("inputs");
            }
            let answer = self.ask("POST", path, &thing.to_string())?;
            if !answer.is_success() {
                refused.push(format!("POST {path}: {}", answer.body));
            }
            for field in ["name", "slug", "email"] {
                if let Some(text) = thing[field].as_str() {
                    thing[field] = json!(format!("second{text}"));
                }
            }
            self.ask("POST", path, &thing.to_string())?;
        }
        Ok(refused)
    }

    /// Files come as forms, which no example tells.
    fn upload(&self) -> Result<()> {
        let mut headers = self.headers();
        headers.push("Content-Type: multipart/form-data; boundary=edge".to_owned());
        for name in ["hello.txt", "again.txt"] {
            let form = format!(
                "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{name}\r\n--edge--\r\n"
            );
            let answer = http::send(self.port, "POST", "/api/files", &headers, &form)?;
            ensure!(answer.is_success(), "POST /api/files: {}", answer.body);
        }
        Ok(())
    }

    /// What lies within another thing, is kept for later, or is in the trash.
    fn add_what_has_no_example(&self) -> Result<()> {
        let prompt = self.id_of("/api/prompts").context("there is no prompt")?;
        let workspace = self.id_of("/api/workspaces");
        let workspace = workspace.context("there is no workspace")?;
        let label = format!("/api/prompts/{prompt}/labels/latest");
        self.must("PUT", &label, &json!({"version": 1}))?;
        for number in ["one", "two"] {
            let invitation = json!({"email": format!("{number}@example.org"), "role": "viewer"});
            let invitations = format!("/api/workspaces/{workspace}/invitations");
            self.must("POST", &invitations, &invitation)?;
            let signal = json!({"name": "kept", "key": number, "keep": "1h"});
            self.must("POST", "/api/signals", &signal)?;
            let gone = json!({"name": format!("gone_{number}"), "content": "Say nothing."});
            let gone = self.must("POST", "/api/prompts", &gone)?;
            let id = gone["id"].as_str().context("the prompt has no id")?;
            self.must("DELETE", &format!("/api/prompts/{id}"), &Value::Null)?;
        }
        Ok(())
    }

    /// One that ends, and once more from there, and two that wait for a signal.
    fn run_workflows(&self, interrupt: &Interrupt) -> Result<()> {
        let listed = self.must("GET", "/api/workflows?limit=100", &Value::Null)?;
        let workflows = listed["items"].as_array().context("no workflows")?;
        let address_of = |name: &str| {
            let workflow = workflows.iter().find(|one| one["name"] == name);
            let id = workflow.and_then(|one| one["id"].as_str());
            let id = id.with_context(|| format!("the example {name} is missing"))?;
            anyhow::Ok(format!("/api/workflows/{id}/execute"))
        };
        for order in ["order-8", "order-9"] {
            let inputs = json!({"inputs": {"order": order}});
            self.must("POST", &address_of("flow_await")?, &inputs)?;
        }
        let waiting = interrupt.retry(Duration::from_secs(60), || {
            let waits = self.must("GET", "/api/waits", &Value::Null)?;
            Ok(waits["items"].get(1).map(|_| ()))
        })?;
        waiting.context("no two runs of flow_await have come to wait within a minute")?;
        let hello = format!("{}?wait=30s", address_of("hello")?);
        let run = self.must("POST", &hello, &json!({}))?;
        let id = run["id"].as_str().context("the execution has no id")?;
        let again = format!("/api/executions/{id}/rerun?wait=30s");
        self.must("POST", &again, &json!({})).map(drop)
    }

    fn must(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let answer = self.ask(method, path, &body)?;
        ensure!(
            answer.is_success(),
            "{method} {path} is answered {}: {}",
            answer.status,
            answer.body
        );
        Ok(serde_json::from_str(&answer.body).unwrap_or_default())
    }
}

fn known(name: &str) -> Option<&'static str> {
    KNOWN
        .iter()
        .find_map(|(known, value)| (*known == name).then_some(*value))
}
