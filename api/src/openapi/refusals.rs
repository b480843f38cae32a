//! How each operation may refuse, as far as that follows from what it is: whom it takes, whether it has a body, whether
//! something is named in its address. What only a handler knows (409, a 422 without body) is said there.

use serde_json::{Value, json};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Content, HeaderBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

use super::each_operation;
use crate::error::Code;

/// A refusal that any number of operations share.
struct Shared {
    /// Its name among the components.
    name: &'static str,
    code: Code,
    description: &'static str,
    /// What a person is told, for instance.
    message: &'static str,
}

const SHARED: [Shared; 13] = [
    Shared {
        name: "BadRequest",
        code: Code::BadRequest,
        description: "The request can't be understood: its address, its query, a header, or a body that is no JSON.",
        message: "`limit` has to be at most 1000",
    },
    Shared {
        name: "Unauthorized",
        code: Code::Unauthorized,
        description: "Nobody is known by what was shown, or nothing was.",
        message: "log in, or send a token that is good: `Authorization: Bearer …`",
    },
    Shared {
        name: "Forbidden",
        code: Code::Forbidden,
        description: "Whoever asks may not do this, or a page of another site asks.",
        message: "this takes the permission `workflows:write`",
    },
    Shared {
        name: "NotFound",
        code: Code::NotFound,
        description: "What the request names is not there, or belongs to another workspace.",
        message: "there is no such workflow; it may have been deleted",
    },
    Shared {
        name: "RequestTimeout",
        code: Code::RequestTimeout,
        description: "The body did not come to its end in time.",
        message: "the body did not come to its end in time: send it again",
    },
    Shared {
        name: "PreconditionFailed",
        code: Code::PreconditionFailed,
        description: "It was changed since it was read with the `ETag` that `If-Match` names.",
        message: "it was changed by somebody else in the meantime; read it again",
    },
    Shared {
        name: "PayloadTooLarge",
        code: Code::PayloadTooLarge,
        description: "The body is larger than this server accepts.",
        message: "the body is larger than this server accepts",
    },
    Shared {
        name: "UnsupportedMediaType",
        code: Code::UnsupportedMediaType,
        description: "The body is not said to be JSON.",
        message: "send the body as JSON, with the header `content-type: application/json`",
    },
    Shared {
        name: "Misdirected",
        code: Code::Misdirected,
        description: "This server does not answer for the name in `Host`.",
        message: "this server does not answer for `example.org`",
    },
    Shared {
        name: "ValidationFailed",
        code: Code::ValidationFailed,
        description: "The body can be read, but is not valid. `details` has all that is wrong with it.",
        message: "`name` is missing",
    },
    Shared {
        name: "RateLimited",
        code: Code::RateLimited,
        description: "This was tried too often. `Retry-After` says when it can be tried again.",
        message: "too many attempts: try again in 30 s",
    },
    Shared {
        name: "Internal",
        code: Code::Internal,
        description: "The server failed in a way it did not foresee.",
        message: "the server failed in a way it did not foresee; its log has the cause",
    },
    Shared {
        name: "Unavailable",
        code: Code::Unavailable,
        description: "Something that this takes can't be reached now. `Retry-After` says when it makes sense to try again.",
        message: "the database or the blob store can't be reached or is busy; try again in a moment",
    },
];

/// Asked by machines that know an address only; nothing stands before it.
const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

pub(super) fn add(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for shared in &SHARED {
        let reply = RefOr::T(shared.reply());
        components.responses.insert(shared.name.to_owned(), reply);
    }
    each_operation(document, |method, path, operation| {
        for shared in SHARED
            .iter()
            .filter(|shared| may(shared.code, method, path, operation))
            .collect::<Vec<_>>()
        {
            let status = shared.code.status().as_str().to_owned();
            let reply = || RefOr::Ref(Ref::from_response_name(shared.name));
            operation
                .responses
                .responses
                .entry(status)
                .or_insert_with(reply);
        }
        for (status, reply) in &mut operation.responses.responses {
            if let RefOr::T(reply) = reply {
                complete(status, reply);
            }
        }
    });
}

/// Whether an operation may refuse with this code, by what it is.
fn may(code: Code, method: &str, path: &str, operation: &Operation) -> bool {
    let is_public = operation
        .security
        .as_deref()
        .is_some_and(|security| security == [Default::default()]);
    let has_body = operation.request_body.is_some();
    let takes = |name: &str| {
        let parameters = operation.parameters.iter().flatten();
        parameters
            .filter_map(|parameter| match parameter {
                RefOr::T(parameter) => Some(parameter),
                RefOr::Ref(_) => None,
            })
            .any(|parameter| {
                parameter.parameter_in == ParameterIn::Header && parameter.name == name
            })
    };
    let is_health = HEALTH.contains(&path);
    match code {
        Code::Internal => true,
        Code::BadRequest | Code::Misdirected => !is_health,
        Code::Unavailable => path != "/healthz",
        Code::Unauthorized => !is_public,
        Code::Forbidden => !is_public || method != "get",
        // The workspace that the header `Lathe-Workspace` names may not be there.
        Code::NotFound => path.contains('{') || !is_public,
        Code::RequestTimeout
        | Code::PayloadTooLarge
        | Code::UnsupportedMediaType
        | Code::ValidationFailed => has_body,
        Code::PreconditionFailed => takes("If-Match"),
        // Whatever can be asked for can be asked for too often.
        Code::RateLimited => !is_health,
        _ => false,
    }
}

impl Shared {
    fn reply(&self) -> Response {
        let schema = Ref::from_schema_name("ErrorEnvelope");
        let mut content = Content::new(Some(schema));
        content.example = Some(example(self.code, self.message));
        let mut reply = ResponseBuilder::new()
            .description(self.description)
            .content("application/json", content)
            .build();
        add_headers(self.code.status().as_str(), &mut reply);
        reply
    }
}

/// What is the same for all refusals with a status, in one that a handler describes.
fn complete(status: &str, reply: &mut Response) {
    add_headers(status, reply);
    let code = Code::ALL
        .iter()
        .find(|code| code.status().as_str() == status);
    let content = reply.content.get_mut("application/json");
    if let (Some(code), Some(RefOr::T(content))) = (code, content)
        && content.example.is_none()
        && content.examples.is_empty()
    {
        content.example = Some(example(*code, &reply.description));
    }
}

fn add_headers(status: &str, reply: &mut Response) {
    let header = |kind, about: &str| {
        let schema = ObjectBuilder::new().schema_type(kind).build();
        let mut header = HeaderBuilder::new().schema(Some(schema)).build();
        header.description = Some(about.to_owned());
        RefOr::T(header)
    };
    let (name, header) = match status {
        "401" => ("WWW-Authenticate", header(Type::String, "Always `Bearer`.")),
        "429" | "503" => {
            let about = "After how many seconds trying again makes sense.";
            ("Retry-After", header(Type::Integer, about))
        }
        _ => return,
    };
    reply.headers.entry(name.to_owned()).or_insert(header);
}

fn example(code: Code, message: &str) -> Value {
    json!({"error": {"code": code.as_str(), "message": message}})
}
