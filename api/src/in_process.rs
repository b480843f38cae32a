//! The same interface without a network: for commands that work on a data folder when no server has it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use tower::ServiceExt as _;

use crate::config::Config;
use crate::serve::router;
use crate::state::State;

/// Answers requests within this process.
#[derive(Clone)]
pub struct InProcess {
    router: Router,
}

/// A request as a client would send it.
#[derive(Debug, Default)]
pub struct Asked<'a> {
    pub method: &'a str,
    /// With the query.
    pub path: &'a str,
    pub headers: Vec<(&'static str, String)>,
    /// With its media type.
    pub body: Option<(&'a str, Vec<u8>)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub body: Vec<u8>,
}

impl InProcess {
    pub fn new(config: Config, state: State) -> Self {
        let (router, _) = router(config, state);
        Self { router }
    }

    pub async fn ask(&self, asked: Asked<'_>) -> Result<Answered, AskError> {
        let mut request = Request::builder()
            .method(asked.method)
            .uri(asked.path)
            .header(header::HOST, "localhost");
        for (name, value) in asked.headers {
            request = request.header(name, value);
        }
        let body = match asked.body {
            Some((media_type, body)) => {
                request = request.header(header::CONTENT_TYPE, media_type);
                Body::from(body)
            }
            None => Body::empty(),
        };
        let request = request.body(body)?;
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await?;
        Ok(Answered {
            status,
            body: body.to_vec(),
        })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("the request can't be made: {0}")]
    Request(#[from] axum::http::Error),
    #[error("the answer broke off: {0}")]
    Answer(#[from] axum::Error),
}
