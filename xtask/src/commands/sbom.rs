//! `cargo xtask sbom`: writes down what Lathe is made of, as CycloneDX: one file for the program, one for the web app in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;

use crate::{console, interrupt::Interrupt, process, project::Project, supply::sbom, tools, web};

#[derive(Args)]
pub(crate) struct Options {
    /// The folder to write to [default: target/xtask/sbom]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(project: &Project, _: &Interrupt, options: &Options) -> Result<ExitCode> {
    tools::require_build_tools(true)?;
    let out = match &options.out {
        Some(out) => out.clone(),
        None => project.state()?.join("sbom"),
    };
    fs::create_dir_all(&out).with_context(|| format!("cannot create {}", out.display()))?;
    write(&out.join("lathe.cdx.json"), &sbom::of_program(project)?)?;
    // npm reads its lock file by itself; what is in it needs not be installed.
    let mut npm = web::npm(project)?;
    let npm = npm.args(["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"]);
    let webapp = serde_json::from_str(&process::capture(npm)?);
    let webapp = webapp.context("`npm sbom` gave no JSON; it needs npm 10 or newer")?;
    write(&out.join("webapp.cdx.json"), &webapp)?;
    Ok(ExitCode::SUCCESS)
}

fn write(file: &Path, list: &Value) -> Result<()> {
    let text = format!("{}\n", serde_json::to_string_pretty(list)?);
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    let count = list["components"].as_array().map_or(0, Vec::len);
    console::line(&format!("{}: {count} packages", file.display()));
    Ok(())
}
