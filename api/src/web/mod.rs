//! The web app, embedded in the binary, and a word of help when it was not built.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::error::{ApiError, Code};

struct Asset {
    /// From the root: `/assets/index-BodTuMZp.css`.
    path: &'static str,
    content_type: &'static str,
    etag: &'static str,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
}

mod embedded {
    //! Written by the build script.
    use super::Asset;
    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
}

const NOT_BUILT: &str = include_str!("not-built.html");

/// Everything that no route knows: a file of the web app, one of its pages, or nothing.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if is_machine_path(path) {
        return ApiError::new(
            Code::NotFound,
            "there is nothing at this address; /api/docs shows what there is",
        )
        .into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        let mut response =
            ApiError::new(Code::MethodNotAllowed, "the web app can only be read").into_response();
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    if let Some(asset) = find(path) {
        return send(asset, &headers);
    }
    // A missing file is missing; every other address is a page that the web app draws by itself.
    if path.starts_with("/assets/")
        || path
            .rsplit('/')
            .next()
            .is_some_and(|name| name.contains('.'))
    {
        return ApiError::new(Code::NotFound, "there is no such file").into_response();
    }
    match find("/index.html") {
        Some(index) => send(index, &headers),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            axum::response::Html(NOT_BUILT),
        )
            .into_response(),
    }
}

/// A page of the web app by the name of its file, unless the app was not built.
pub(crate) fn page(path: &str, headers: &HeaderMap) -> Option<Response> {
    find(path).map(|page| send(page, headers))
}

fn is_machine_path(path: &str) -> bool {
    let first = path
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    matches!(first, "api" | "healthz" | "readyz" | "metrics")
}

fn find(path: &str) -> Option<&'static Asset> {
    embedded::ASSETS.iter().find(|asset| asset.path == path)
}

fn send(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tags| names(tags, asset.etag));
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        let gzip = asset.gzip.filter(|_| accepts_gzip(headers));
        *response.body_mut() = Body::from(gzip.unwrap_or(asset.plain));
        if gzip.is_some() {
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(asset.content_type),
        );
    }
    // The names of files in /assets hold a hash of what is in them.
    let caching = if asset.path.starts_with("/assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let reply = response.headers_mut();
    reply.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    reply.insert(header::ETAG, HeaderValue::from_static(asset.etag));
    reply.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn names(tags: &HeaderValue, etag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.to_str()
        .is_ok_and(|tags| tags.split(',').any(|tag| bare(tag) == bare(etag)))
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("gzip") && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0"))
    })
}
