//! Sends whoever comes without TLS to where this server speaks it. Where that is comes from the operator, never from the
//! request.

use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;

pub(super) fn redirect(url: &str) -> Router {
    let base = url.trim_end_matches('/').to_owned();
    Router::new().fallback(move |asked: Uri| async move {
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
