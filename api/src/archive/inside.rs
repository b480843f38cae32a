//! Asks the routes of this process in the name of whoever made the request at hand.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use axum::response::Response;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::error::{ApiError, ApiResult};
use crate::layers::audit::ForTheRecord;

/// The longest reply that is taken.
const LONGEST: usize = 64 * 1024 * 1024;

/// Of the request for an archive, what those for its parts say as well.
const SAME: [HeaderName; 4] = [
    header::HOST,
    header::AUTHORIZATION,
    HeaderName::from_static("lathe-workspace"),
    HeaderName::from_static("x-forwarded-for"),
];

/// All routes with their layers, for requests that come from within.
#[derive(Clone)]
pub(crate) struct InsideRouter(pub(crate) Router);

/// Marks a request that comes from within: the one that it is made for was counted.
#[derive(Clone, Copy)]
pub(crate) struct FromWithin;

/// The routes as whoever asks for an archive may use them.
pub(crate) struct Inside {
    router: Router,
    headers: HeaderMap,
    peer: Option<ConnectInfo<SocketAddr>>,
    for_the_record: bool,
}

/// What a route replied.
pub(crate) struct Replied {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Inside {
    /// The same, reading what is told to the audit log and to nobody else.
    pub(crate) fn for_the_record(self) -> Self {
        Self {
            for_the_record: true,
            ..self
        }
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> ApiResult<Replied> {
        let response = self.reply(method, path, body).await?;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), LONGEST).await;
        let bytes = bytes.map_err(ApiError::internal)?;
        let body = match bytes.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&bytes).map_err(ApiError::internal)?,
        };
        Ok(Replied { status, body })
    }

    /// The same as it was replied.
    pub(crate) async fn reply(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> ApiResult<Response> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let mut request = request.body(body).map_err(ApiError::internal)?;
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(peer);
        }
        let extensions = request.extensions_mut();
        extensions.insert(FromWithin);
        extensions.insert(InsideRouter(self.router.clone()));
        if self.for_the_record {
            extensions.insert(ForTheRecord);
        }
        match self.router.clone().oneshot(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }

    /// Reads something that has to be readable.
    pub(crate) async fn get(&self, path: &str) -> ApiResult<Value> {
        let Replied { status, body } = self.ask(Method::GET, path, None).await?;
        match status.is_success() {
            true => Ok(body),
            false => Err(ApiError::passed_on(status, &body)),
        }
    }

    /// All items of a list, page after page.
    pub(crate) async fn all(&self, list: &str) -> ApiResult<Vec<Value>> {
        let (mut items, mut next) = (Vec::new(), Some(String::new()));
        while let Some(cursor) = next {
            let (page, after) = self.page(list, &cursor).await?;
            items.extend(page);
            next = after;
        }
        Ok(items)
    }

    /// The item of a list in which a field has this value.
    pub(crate) async fn find(
        &self,
        list: &str,
        field: &str,
        value: &str,
    ) -> ApiResult<Option<Value>> {
        let mut next = Some(String::new());
        while let Some(cursor) = next {
            let (page, after) = self.page(list, &cursor).await?;
            let found = page.into_iter().find(|item| item[field] == value);
            if found.is_some() {
                return Ok(found);
            }
            next = after;
        }
        Ok(None)
    }

    /// A page of a list, and what asks for the next one.
    async fn page(&self, list: &str, cursor: &str) -> ApiResult<(Vec<Value>, Option<String>)> {
        // A list that is whole takes neither a limit nor a cursor.
        let path = match (cursor, list.contains('?')) {
            ("", _) => list.to_owned(),
            (cursor, true) => format!("{list}&limit=200&{cursor}"),
            (cursor, false) => format!("{list}?limit=200&{cursor}"),
        };
        let mut page = self.get(&path).await?;
        let items = match page["items"].take() {
            Value::Array(items) => items,
            _ => Vec::new(),
        };
        let next = page["next_cursor"].as_str();
        Ok((items, next.map(|cursor| format!("cursor={cursor}"))))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Inside {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> ApiResult<Self> {
        let router = parts.extensions.get::<InsideRouter>();
        let router = router.ok_or_else(|| ApiError::internal("no routes from within"))?;
        let mut headers = HeaderMap::new();
        for name in SAME {
            for value in parts.headers.get_all(&name) {
                headers.append(&name, value.clone());
            }
        }
        Ok(Self {
            router: router.0.clone(),
            headers,
            peer: parts.extensions.get().copied(),
            for_the_record: false,
        })
    }
}
