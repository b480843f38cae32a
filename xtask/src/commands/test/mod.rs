//! `cargo xtask test`: sets up what the tests need, runs all of them, stops what it started, and says how it went.

mod api;
mod browser;
mod chaos;
mod counts;
mod generated;
mod injection;
mod report;
mod rust;
mod session;
mod simulation;
mod web;

use std::{
    process::{Command, ExitCode},
    thread,
};

use anyhow::Result;
use clap::{Args, ValueEnum};

use self::report::Report;
use crate::{
    console,
    interrupt::Interrupt,
    project::Project,
    services::{ServiceSet, Wanted},
    tools,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Run only the Rust tests that match this nextest expression, for instance `package(store)`.
    #[arg(long, value_name = "EXPR", conflicts_with = "only")]
    filter: Option<String>,
    /// Run only one part.
    #[arg(long)]
    only: Option<Part>,
    /// Keep the folders of the services and of the server, with their logs.
    #[arg(long)]
    keep: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    Rust,
    Simulation,
    Web,
    E2e,
    Chaos,
    Api,
    Injection,
}

/// What every part works with.
struct Setting<'a> {
    project: &'a Project,
    interrupt: &'a Interrupt,
    services: Option<&'a ServiceSet>,
    filter: Option<&'a str>,
}

impl Setting<'_> {
    /// A command in the checkout that sees the private services, and no others by mistake.
    fn prepare<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env_remove("DATABASE_URL").env_remove("REDIS_URL");
        command.envs(
            self.services
                .into_iter()
                .flat_map(ServiceSet::environment)
                .cloned(),
        )
    }

    fn cargo(&self) -> Command {
        let mut command = self.project.cargo();
        self.prepare(&mut command);
        command
    }
}

pub(crate) fn run(project: &Project, interrupt: &Interrupt, options: &Options) -> Result<ExitCode> {
    let wants = |part| options.filter.is_none() && options.only.is_none_or(|only| only == part);
    let rust = wants(Part::Rust) || options.filter.is_some();
    let (web, e2e) = (wants(Part::Web), wants(Part::E2e));
    let simulation = wants(Part::Simulation);
    let chaos = wants(Part::Chaos);
    let api = wants(Part::Api);
    let injection = wants(Part::Injection);
    tools::require_build_tools(web || e2e)?;

    // Either all parts run, or one of them.
    let wanted = [
        (rust, Wanted::All),
        (e2e, Wanted::Browser),
        (chaos, Wanted::Chaos),
        (api, Wanted::Python),
        (injection, Wanted::DatabasesAndPython),
    ]
    .into_iter()
    .find_map(|(runs, wanted)| runs.then_some(wanted));
    let services = wanted
        .map(|wanted| ServiceSet::start(interrupt, wanted, false, options.keep))
        .transpose()?;
    let setting = Setting {
        project,
        interrupt,
        services: services.as_ref(),
        filter: options.filter.as_deref(),
    };
    let mut report = Report::default();
    // The web app comes before the Rust code, which embeds it; what is quick to check comes first.
    if wants(Part::Rust) {
        rust::check_style(&setting, &mut report);
        rust::check_supply(&setting, &mut report);
    }
    if web || e2e {
        web::build(&setting, &mut report);
    }
    if web {
        web::check(&setting, &mut report);
    }
    if wants(Part::Rust) {
        rust::check_lints(&setting, &mut report);
        rust::check_browser_build(&setting, &mut report);
    }
    if rust {
        rust::run_tests(&setting, &mut report);
    }
    if simulation {
        simulation::run(&setting, &mut report);
    }
    if chaos {
        chaos::run(&setting, &mut report);
    }
    let built = e2e && browser::build(&setting, &mut report);
    // A browser waits more than it computes: those that ask one server after another run beside it.
    let mut beside = report.beside();
    thread::scope(|scope| {
        scope.spawn(|| {
            if api {
                api::run(&setting, &mut beside);
            }
            if injection {
                injection::run(&setting, &mut beside);
            }
        });
        if built {
            browser::run(&setting, &mut report);
        }
    });
    report.append(beside);
    if built && rust && web {
        generated::check(&setting, &mut report);
    }
    let unavailable = services
        .as_ref()
        .map(|set| set.unavailable().to_vec())
        .unwrap_or_default();
    drop(services);
    for sentence in unavailable {
        console::line(&format!("not available: {sentence}"));
    }
    report.print();
    interrupt.check()?;
    Ok(if report.is_green() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
