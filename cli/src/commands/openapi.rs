//! `lathe openapi`: the description of the interface, as the server tells it.

use anyhow::Context;

use crate::console;

pub(crate) fn run() -> anyhow::Result<u8> {
    console::line(
        api::openapi_json()
            .context("write the OpenAPI document")?
            .trim_end(),
    );
    Ok(0)
}
