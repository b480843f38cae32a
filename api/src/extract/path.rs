//! The id in a path, and the number of a version or the hash of a blob below it.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};

pub(crate) struct Id(pub(crate) Uuid);

impl IntoParams for Id {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![in_path("id", uuid())]
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let text = Path::<String>::from_request_parts(parts, state)
            .await
            .map(|Path(text)| text)
            .unwrap_or_default();
        read(&text).map(Self)
    }
}

/// A version of what the id names.
pub(crate) struct Numbered {
    pub(crate) id: Uuid,
    pub(crate) version: u32,
}

impl IntoParams for Numbered {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1));
        let mut parameters = Id::into_params(place);
        parameters.push(in_path("version", schema));
        parameters
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Numbered {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let (id, version) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map(|Path(texts)| texts)
            .unwrap_or_default();
        let id = read(&id)?;
        let number = version.parse().ok().filter(|number| {
            (1..=i32::MAX.cast_unsigned()).contains(number) && number.to_string() == version
        });
        let version = number.ok_or_else(|| {
            let shown: String = version.chars().take(60).collect();
            ApiError::bad_request(format!(
                "`{shown}` is not a version: versions are 1, 2, 3 …"
            ))
        })?;
        Ok(Self { id, version })
    }
}

/// A blob of an execution.
pub(crate) struct BlobId {
    pub(crate) id: Uuid,
    /// The hash of its bytes, as it was sent.
    pub(crate) sha256: String,
}

impl IntoParams for BlobId {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = Id::into_params(place);
        let hash = ObjectBuilder::new().schema_type(Type::String);
        parameters.push(in_path("sha256", hash));
        parameters
    }
}

impl<S: Send + Sync> FromRequestParts<S> for BlobId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let (id, sha256) = path.map(|Path(both)| both).unwrap_or_default();
        let id = read(&id)?;
        Ok(Self { id, sha256 })
    }
}

/// A delivery of a webhook out.
pub(crate) struct DeliveryId {
    pub(crate) id: Uuid,
    pub(crate) delivery: Uuid,
}

impl IntoParams for DeliveryId {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = Id::into_params(place);
        parameters.push(in_path("delivery", uuid()));
        parameters
    }
}

impl<S: Send + Sync> FromRequestParts<S> for DeliveryId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let (id, delivery) = path.map(|Path(both)| both).unwrap_or_default();
        Ok(Self {
            id: read(&id)?,
            delivery: read(&delivery)?,
        })
    }
}

/// A member of a workspace.
pub(crate) struct MemberId {
    pub(crate) user_id: Uuid,
}

/// An invitation to a workspace.
pub(crate) struct InvitationId {
    pub(crate) invitation_id: Uuid,
}

/// A role of a workspace.
pub(crate) struct RoleName {
    pub(crate) name: String,
}

/// The workspace in front is found by the layer that knows who asks; what follows is an id.
macro_rules! below_a_workspace {
    ($what:ident, $field:ident) => {
        impl IntoParams for $what {
            fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                let mut parameters = Id::into_params(place);
                parameters.push(in_path(stringify!($field), uuid()));
                parameters
            }
        }

        impl<S: Send + Sync> FromRequestParts<S> for $what {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
                let path = Path::<(String, String)>::from_request_parts(parts, state).await;
                let (_, id) = path.map(|Path(both)| both).unwrap_or_default();
                let $field = read(&id)?;
                Ok(Self { $field })
            }
        }
    };
}

below_a_workspace!(MemberId, user_id);
below_a_workspace!(InvitationId, invitation_id);

impl IntoParams for RoleName {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = Id::into_params(place);
        let name = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(WORD));
        parameters.push(in_path("name", name));
        parameters
    }
}

/// A label of what the id names.
pub(crate) struct Labelled {
    pub(crate) id: Uuid,
    pub(crate) label: String,
}

impl IntoParams for Labelled {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = Id::into_params(place);
        let label = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(WORD));
        parameters.push(in_path("label", label));
        parameters
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Labelled {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let (id, label) = path.map(|Path(both)| both).unwrap_or_default();
        let id = read(&id)?;
        Ok(Self {
            id,
            label: word(label)?,
        })
    }
}

const WORD: &str = "^[a-z][a-z0-9_-]{0,47}$";

impl<S: Send + Sync> FromRequestParts<S> for RoleName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let (_, name) = path.map(|Path(both)| both).unwrap_or_default();
        Ok(Self { name: word(name)? })
    }
}

/// What roles and labels are called.
fn word(text: String) -> ApiResult<String> {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    let fits = text.len() <= 48
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(inside);
    match fits {
        true => Ok(text),
        false => Err(ApiError::bad_request(format!(
            "names of roles and labels look like this: {WORD}"
        ))),
    }
}

fn uuid() -> ObjectBuilder {
    let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(format))
}

pub(super) fn in_path(name: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .schema(Some(schema.build()))
        .build()
}

/// Other spellings of a UUID are refused: one thing has one address.
fn read(text: &str) -> ApiResult<Uuid> {
    let id = Uuid::try_parse(text)
        .ok()
        .filter(|id| id.hyphenated().to_string().eq_ignore_ascii_case(text));
    id.ok_or_else(|| {
        let shown: String = text.chars().take(60).collect();
        ApiError::bad_request(format!(
            "`{shown}` is not an id: ids look like 0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11"
        ))
    })
}
