//! Sends whoever comes without TLS to where this server speaks it. Where that is comes from the operator, never from the
//! request. An authority that looks whether a name leads here by HTTP-01 gets its answer instead.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::get;

use super::acme::Acme;

pub(super) fn redirect(url: &str, acme: Option<Arc<Acme>>) -> Router {
    let base = url.trim_end_matches('/').to_owned();
    let router = match acme {
        Some(acme) => Router::new().route(
            "/.well-known/acme-challenge/{token}",
            get(async move |Path(token): Path<String>| {
                let text = acme.answers().text(&token).ok_or(StatusCode::NOT_FOUND)?;
                Ok::<_, StatusCode>(([(header::CONTENT_TYPE, "application/octet-stream")], text))
            }),
        ),
        None => Router::new(),
    };
    router.fallback(move |asked: Uri| async move {
        let path = asked.path_and_query().map_or("/", |path| path.as_str());
        // Of an address that begins with two slashes, browsers would make another host.
        let path = path.trim_start_matches('/');
        (
            StatusCode::PERMANENT_REDIRECT,
            [(header::LOCATION, format!("{base}/{path}"))],
        )
            .into_response()
    })
}
