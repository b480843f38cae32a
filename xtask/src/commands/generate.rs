//! stub
use crate::{interrupt::Interrupt, project::Project};
use std::process::ExitCode;
#[derive(clap::Args)]
pub(crate) struct Options {}
pub(crate) fn run(_: &Project, _: &Interrupt, _: &Options) -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
