//! The `If-Match` header: a change is made to the state that its maker has read, or not at all.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, header};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::archive::Inside;
use crate::error::{ApiError, ApiResult};

/// The revision that is meant; none, where the header is left out or `*`.
pub(crate) struct IfMatch(pub(crate) Option<u32>);

/// Whether the header is `*`: for what is made where it is not there.
pub(crate) struct MustBeThere(pub(crate) bool);

/// `*`, or tags with commas between them.
const LIST: &str = r#"^(\*|(W/)?"[!#-~]*"([ \t]*,[ \t]*(W/)?"[!#-~]*")*)$"#;

/// No state has this revision: tags that are weak, or none of ours, match nothing.
const NEVER: u32 = 0x7fff_ffff;

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The `ETag` that it was read with: it is changed only if nobody else has changed it since. Of several, one \
                     has to fit; a weak one never does, and `*` fits whatever is there.";
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(LIST));
        let parameter = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(about))
            .schema(Some(schema.build()));
        vec![parameter.build()]
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> ApiResult<Self> {
        if !parts.headers.contains_key(header::IF_MATCH) {
            return Ok(Self(None));
        }
        let mut revisions = Vec::new();
        for value in parts.headers.get_all(header::IF_MATCH) {
            let text = value.to_str().unwrap_or_default().trim();
            if text == "*" {
                return Ok(Self(None));
            }
            revisions.extend(read(text).ok_or_else(refused)?);
        }
        revisions.retain(|revision| *revision != NEVER);
        revisions.sort_unstable();
        revisions.dedup();
        let revision = match revisions[..] {
            [] => NEVER,
            [revision] => revision,
            // The store knows of one: the one that it is now, if that is among them.
            _ => {
                let now = now(parts).await?;
                now.filter(|now| revisions.contains(now)).unwrap_or(NEVER)
            }
        };
        Ok(Self(Some(revision)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MustBeThere {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> ApiResult<Self> {
        let mut values = parts.headers.get_all(header::IF_MATCH).iter();
        Ok(Self(
            values.any(|value| value.as_bytes().trim_ascii() == b"*"),
        ))
    }
}

/// The revisions that a list of tags names; none, if it is no such list.
fn read(mut text: &str) -> Option<Vec<u32>> {
    let mut revisions = Vec::new();
    loop {
        let strong = text.strip_prefix("W/");
        let (is_weak, quoted) = (strong.is_some(), strong.unwrap_or(text));
        let (tag, rest) = quoted.strip_prefix('"')?.split_once('"')?;
        revisions.push(match is_weak {
            true => NEVER,
            false => revision_of(tag).unwrap_or(NEVER),
        });
        let rest = rest.trim_start();
        if rest.is_empty() {
            return Some(revisions);
        }
        text = rest.strip_prefix(',')?.trim_start();
    }
}

/// Tags are compared letter by letter, so that there is one way to write each.
fn revision_of(tag: &str) -> Option<u32> {
    let revision = tag.parse::<u32>().ok()?;
    (revision < NEVER && revision.to_string() == tag).then_some(revision)
}

/// The revision of what an address is about as it is at this moment: its own, or that of what it is a part of.
async fn now(parts: &mut Parts) -> ApiResult<Option<u32>> {
    // Whoever may change a thing need not have the right to read it, and is not shown it.
    let inside = Inside::from_request_parts(parts, &()).await?;
    let inside = inside.for_the_record();
    let mut address = parts.uri.path();
    while address.starts_with("/api/") {
        let reply = inside.reply(Method::GET, address, None).await?;
        let tag = reply.headers().get(header::ETAG);
        let tag = tag.and_then(|tag| tag.to_str().ok());
        if let (true, Some(tag)) = (reply.status().is_success(), tag) {
            return Ok(revision_of(tag.trim_matches('"')));
        }
        let Some((whole, _)) = address.rsplit_once('/') else {
            break;
        };
        address = whole;
    }
    Ok(None)
}

fn refused() -> ApiError {
    ApiError::bad_request(
        "`If-Match` takes the `ETag` that it was read with, quotes included, or several with commas between them",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_they_are_written() {
        assert_eq!(read("\"3\""), Some(vec![3]));
        assert_eq!(read("\"3\" ,W/\"4\", \"a,b\""), Some(vec![3, NEVER, NEVER]));
        assert_eq!(read("\"03\""), Some(vec![NEVER]));
        assert_eq!(read("\"4294967295\""), Some(vec![NEVER]));
        for wrong in ["", "3", "\"3", "\"3\" \"4\"", "\"3\",", "w/\"3\""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
