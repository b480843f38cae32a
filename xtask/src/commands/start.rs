//! `cargo xtask start`: from a fresh clone to a running Lathe with something to try.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::{
    console, http, interrupt::Interrupt, ports, process, project::Project, server::Server, tools,
    web,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Where Lathe keeps its data; by default `.lathe` in the checkout.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The port on this machine at which Lathe answers.
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// Start empty, without the examples.
    #[arg(long)]
    no_seed: bool,
}

pub(crate) fn run(project: &Project, interrupt: &Interrupt, options: &Options) -> Result<ExitCode> {
    let Options {
        data,
        port,
        no_seed,
    } = options;
    refuse_taken_port(*port)?;
    tools::require_build_tools(true)?;
    web::install(project, interrupt)?;
    web::build(project, interrupt)?;
    console::line("lathe: building the release program (the first time takes some minutes)");
    let mut cargo = project.cargo();
    cargo.args(["build", "--release", "--package", "cli"]);
    process::run(interrupt, &mut cargo)?;

    let data = match data {
        Some(folder) => std::path::absolute(folder).context("--data is no usable path")?,
        None => project.root().join(".lathe"),
    };
    // Building took its time, so the port may be gone by now.
    refuse_taken_port(*port)?;
    console::line(&format!("lathe: starting, data in {}", data.display()));
    let server = Server {
        project,
        interrupt,
        profile: "release",
        port: *port,
        environment: None,
    };
    let lathe = server.start(&data, None)?;
    if !no_seed {
        server.seed()?;
    }
    greet(&server.address(), *no_seed);
    interrupt.wait_until(|| lathe.has_ended());
    ensure!(
        !lathe.has_ended() || interrupt.check().is_err(),
        "lathe ended on its own; its last lines above say why"
    );
    console::line("lathe: stopping");
    lathe.stop();
    Ok(ExitCode::SUCCESS)
}

fn greet(address: &str, empty: bool) {
    console::plain(&format!("\n  Lathe is running:  {address}\n"));
    if !empty {
        console::plain(
            "  Next: open it and make the first account, which operates this server and owns the examples.",
        );
        console::plain(
            "  Then choose the workflow ship_bookshop and press Run. It generates an application",
        );
        console::plain(
            "  from its models, compiles it, deploys it and checks it, while you watch. Then follow its link.",
        );
    }
    console::plain("  Ctrl-C stops Lathe; its data stays.\n");
}

fn refuse_taken_port(port: u16) -> Result<()> {
    if !ports::is_taken(port) {
        return Ok(());
    }
    let other = port.checked_add(1).unwrap_or(4000);
    if http::get(port, "/healthz").is_ok_and(|answer| answer.is_success()) {
        bail!(
            "Lathe already runs at http://127.0.0.1:{port}. Use it, stop it, or choose another port: --port {other}"
        );
    }
    bail!(
        "port {port} is taken by another program. Stop that, or choose another port: --port {other}"
    )
}
