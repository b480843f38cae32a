//! Sentences that follow from what an operation is, where its own file has not said them already.

use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use super::each_operation;
use crate::access::{Rule, rules};

pub(super) fn add(document: &mut OpenApi) {
    each_operation(document, |_, _, operation| {
        if let Some(access) = access(operation) {
            let said = operation.description.take();
            let said = said.filter(|said| !said.is_empty());
            operation.description = Some(match said {
                Some(said) => format!("{said}\n\n{access}"),
                None => access,
            });
        }
        describe_parameters(operation);
    });
}

/// Whom it takes, for people: the document's `security` says the same to programs.
fn access(operation: &Operation) -> Option<String> {
    Some(match rules::rule(operation)? {
        Rule::Public => "Anybody may ask for this.".to_owned(),
        Rule::Known => {
            "Takes whoever is known: by a session, or by a token of whatever permissions."
                .to_owned()
        }
        Rule::Session => {
            "Takes somebody who has logged in: tokens of programs can't do this.".to_owned()
        }
        Rule::Machine => "Takes the operator of the server's own machine.".to_owned(),
        Rule::Permission(name, _) => format!("Takes the permission `{name}`."),
    })
}

fn describe_parameters(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        if parameter.description.is_some() || parameter.parameter_in != ParameterIn::Path {
            continue;
        }
        let about = match &*parameter.name {
            "id" => "The id of what is meant, as it was given when it was made.",
            "version" => "The number of the version: 1, 2, 3 …",
            "user_id" => "The id of the member's account.",
            "invitation_id" => "The id of the invitation.",
            "execution" => "The id of the execution.",
            "delivery" => "The id of the delivery.",
            "name" => "What it is called.",
            "provider" => "The service to log in by, as the server's configuration calls it.",
            "label" => "What the label is called.",
            "model" => "The kind of record, as `GET /api/meta` calls it.",
            "sha256" => "The SHA-256 of the bytes, in lower case hexadecimal digits.",
            _ => continue,
        };
        parameter.description = Some(about.to_owned());
    }
}
