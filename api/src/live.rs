//! What is live of an application, and where it listens.

use std::net::SocketAddr;

use crate::error::ApiResult;
use crate::schemas::application::LiveRelease;
use crate::state::App;

pub(crate) async fn address(_app: &App, _name: &str) -> ApiResult<Option<SocketAddr>> {
    Ok(None)
}

pub(crate) async fn release(_app: &App, _name: &str) -> Option<LiveRelease> {
    None
}
