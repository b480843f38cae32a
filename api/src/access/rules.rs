//! What each route takes, as its description says it: the same text is the API's document and its lock.

use std::collections::HashMap;

use axum::http::Method;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};

use super::permission::Permissions;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Anybody.
    Public,
    /// Whoever has come in, by whatever way.
    Known,
    /// Whoever has logged in, and no program of theirs.
    Session,
    /// Whoever operates the machine itself.
    Machine,
    /// Whoever has this permission.
    Permission(&'static str, Permissions),
}

/// By method and path.
#[derive(Debug, Default)]
pub(crate) struct Rules(HashMap<String, HashMap<Method, (Rule, String)>>);

/// The ways in, by their names in the document.
pub(crate) const BEARER: &str = "bearer";
pub(crate) const SESSION: &str = "session";
pub(crate) const MACHINE: &str = "machine";

impl Rules {
    /// Operations that do not say what they take are not among them, and so are closed to everybody.
    pub(crate) fn of(document: &OpenApi) -> Self {
        let mut rules: HashMap<String, HashMap<Method, (Rule, String)>> = HashMap::new();
        for (path, item) in &document.paths.paths {
            let of_path = rules.entry(path.clone()).or_default();
            for (method, operation) in operations(item) {
                if let Some(rule) = rule(operation) {
                    let name = operation.operation_id.clone().unwrap_or_default();
                    of_path.insert(method, (rule, name));
                }
            }
        }
        Self(rules)
    }

    pub(crate) fn get(&self, path: &str, method: &Method) -> Option<&Rule> {
        self.operation(path, method).map(|(rule, _)| rule)
    }

    /// The same with the name of the operation.
    pub(crate) fn operation(&self, path: &str, method: &Method) -> Option<(&Rule, &str)> {
        // What can be read can be asked for its headers.
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let (rule, name) = self.0.get(path)?.get(method)?;
        Some((rule, name))
    }

    /// The methods that a path knows, for the header `Allow`.
    pub(crate) fn allowed(&self, path: &str) -> String {
        let methods = self.0.get(path);
        let known = |method: &Method| methods.is_some_and(|methods| methods.contains_key(method));
        let order = [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ];
        let mut names: Vec<&str> = Vec::new();
        for method in order.iter().filter(|method| known(method)) {
            names.push(method.as_str());
            if method == Method::GET {
                names.push("HEAD");
            }
        }
        names.join(",")
    }
}

fn operations(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::DELETE, &item.delete),
        (Method::PATCH, &item.patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

pub(crate) fn rule(operation: &Operation) -> Option<Rule> {
    let stated = operation.security.as_ref()?;
    let [requirement] = stated.as_slice() else {
        return None;
    };
    let requirement = serde_json::to_value(requirement).ok()?;
    let mut ways = requirement.as_object()?.iter();
    let Some((way, permissions)) = ways.next() else {
        return Some(Rule::Public);
    };
    let permissions = permissions.as_array()?.as_slice();
    match (way.as_str(), permissions, ways.next()) {
        (SESSION, [], None) => Some(Rule::Session),
        (MACHINE, [], None) => Some(Rule::Machine),
        (BEARER, [], None) => Some(Rule::Known),
        (BEARER, [name], None) => {
            let permission = Permissions::one(name.as_str()?)?;
            let name = permission.names().next()?;
            Some(Rule::Permission(name, permission))
        }
        _ => None,
    }
}
