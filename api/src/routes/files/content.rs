//! `GET /api/files/{id}/content`

use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use store::FileRecord;
use utoipa::IntoParams;

use super::find;
use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, Code, ErrorEnvelope};
use crate::extract::{Id, Query};

/// Whatever a file holds, it is no page of ours: nothing in it runs, and it is nobody's frame.
const NOTHING_RUNS: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// What may stand in a name as it is, by RFC 5987.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// For a browser to show it in place of downloading it, where nothing in it can run: pictures, plain text, PDF.
    #[serde(default)]
    inline: bool,
}

/// The bytes of a file. `Range` asks for a part of them, `If-None-Match` with the `ETag` for none that are known already.
#[utoipa::path(get, path = "/api/files/{id}/content", tag = "files", security(("bearer" = ["files:read"])), params(Id, How),
    responses(
    (status = 200, description = "The bytes, as what they are.", body = String, content_type = "*/*"),
    (status = 206, description = "The part of them that was asked for.", body = String, content_type = "*/*"),
    (status = 304, description = "The caller has them already."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 416, description = "It has no such part; `Content-Range` says how long it is.", body = ErrorEnvelope),
))]
pub(crate) async fn get_file_content(
    app: Scoped,
    Id(id): Id,
    Query(how): Query<How>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let file = find(&app, id).await?;
    let tag = HeaderValue::try_from(format!("\"{}\"", file.sha256)).map_err(ApiError::internal)?;
    let about = [
        (header::ETAG, tag.clone()),
        // Who may read it may change, and so may what it holds.
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
    ];
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    let wanted = match wanted(&headers, &tag, file.size) {
        Wanted::All => None,
        Wanted::Part(range) => Some(range),
        Wanted::Nothing => return Ok(no_such_part(file.size)),
    };
    let Some(bytes) = app.store.file_bytes(&file, wanted.clone()).await? else {
        // It was replaced, or deleted for good, since it was looked up.
        find(&app, id).await?;
        let message = "the file was replaced in this moment: ask again";
        return Err(ApiError::unavailable(message));
    };
    let (status, length) = match &wanted {
        None => (StatusCode::OK, file.size),
        Some(range) => (StatusCode::PARTIAL_CONTENT, range.end - range.start),
    };
    let shown = how.inline && file.is_shown;
    let mut response = (
        status,
        about,
        described(&file, shown)?,
        Body::from_stream(bytes),
    )
        .into_response();
    let sent = response.headers_mut();
    sent.insert(header::CONTENT_LENGTH, length.into());
    if let Some(Range { start, end }) = wanted {
        let place = format!("bytes {start}-{}/{}", end - 1, file.size);
        let place = HeaderValue::try_from(place).map_err(ApiError::internal)?;
        sent.insert(header::CONTENT_RANGE, place);
    }
    Ok(response)
}

fn described(file: &FileRecord, shown: bool) -> ApiResult<[(HeaderName, HeaderValue); 5]> {
    let media_type = HeaderValue::try_from(&*file.media_type).map_err(ApiError::internal)?;
    let disposition = HeaderValue::try_from(disposition(&file.name, shown));
    Ok([
        (header::CONTENT_TYPE, media_type),
        (
            header::CONTENT_DISPOSITION,
            disposition.map_err(ApiError::internal)?,
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(NOTHING_RUNS),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ])
}

/// By RFC 6266: the name in plain letters for those who know no better, and as it is.
fn disposition(name: &str, shown: bool) -> String {
    let kind = if shown { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            // Some take a percent sign for the beginning of a code.
            '"' | '\\' | '%' => '_',
            ' '..='~' => letter,
            _ => '_',
        })
        .collect();
    let whole = utf8_percent_encode(name, PLAIN);
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let tag = tag.to_str().unwrap_or_default();
    let named = headers.get_all(header::IF_NONE_MATCH).iter();
    let named = named.filter_map(|named| named.to_str().ok());
    named
        .flat_map(|named| named.split(','))
        .map(str::trim)
        .any(|named| named == "*" || named.strip_prefix("W/").unwrap_or(named) == tag)
}

enum Wanted {
    All,
    Part(Range<u64>),
    Nothing,
}

/// Several parts at once are answered with all, as they may be.
fn wanted(headers: &HeaderMap, tag: &HeaderValue, size: u64) -> Wanted {
    let Some(asked) = headers
        .get(header::RANGE)
        .and_then(|asked| asked.to_str().ok())
    else {
        return Wanted::All;
    };
    let is_of_this = headers
        .get(header::IF_RANGE)
        .is_none_or(|named| named == tag);
    if !is_of_this || !asked.starts_with("bytes=") {
        return Wanted::All;
    }
    if size == 0 {
        return Wanted::Nothing;
    }
    // The last bytes, more of them than there are, are all.
    if let Some(last) = asked.strip_prefix("bytes=-")
        && last.parse::<u64>().is_ok_and(|last| last >= size)
    {
        return Wanted::Part(0..size);
    }
    let parsed = http_range_header::parse_range_header(asked);
    let ranges = parsed.and_then(|ranges| ranges.validate(size));
    match ranges.as_deref() {
        Ok([one]) => Wanted::Part(*one.start()..one.end().saturating_add(1).min(size)),
        Ok(_) => Wanted::All,
        Err(_) if asked.contains(',') => Wanted::All,
        Err(_) => Wanted::Nothing,
    }
}

fn no_such_part(size: u64) -> Response {
    let message = format!("the file has {size} bytes, and none of those that `Range` asks for");
    let mut response = ApiError::new(Code::RangeNotSatisfiable, message).into_response();
    if let Ok(place) = HeaderValue::try_from(format!("bytes */{size}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, place);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S16, C12: nothing in a name ends the header that it stands in, or the text within.
    #[test]
    fn names_stand_in_headers_as_data() {
        assert_eq!(
            disposition("Größe \"x\".txt", false),
            "attachment; filename=\"Gr__e _x_.txt\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%22x%22.txt"
        );
        let odd = disposition("a\r\nSet-Cookie: x=1\0;\u{202e}.txt", true);
        assert!(odd.starts_with("inline; "), "{odd}");
        assert!(HeaderValue::try_from(&*odd).is_ok(), "{odd}");
        assert!(!odd.contains(['\r', '\n', '\0']), "{odd}");
    }

    #[test]
    fn one_part_is_sent_and_several_are_not() {
        let tag = HeaderValue::from_static("\"x\"");
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, HeaderValue::from_str(text).unwrap());
            match wanted(&headers, &tag, 10) {
                Wanted::All => None,
                Wanted::Part(range) => Some(range),
                Wanted::Nothing => Some(0..0),
            }
        };
        assert_eq!(asked("bytes=2-4"), Some(2..5));
        assert_eq!(asked("bytes=2-"), Some(2..10));
        assert_eq!(asked("bytes=-3"), Some(7..10));
        assert_eq!(asked("bytes=0-99"), Some(0..10));
        for whole in ["items=0-1", "bytes=0-1,3-4", "bytes=0-1,99-"] {
            assert_eq!(asked(whole), None, "{whole}");
        }
        for nothing in [
            "bytes=10-",
            "bytes=99-100",
            "bytes=x",
            "bytes=5-2",
            "bytes=-0",
        ] {
            assert_eq!(asked(nothing), Some(0..0), "{nothing}");
        }
    }
}
