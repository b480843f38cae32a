//! `lathe run FILE`: runs a workflow from a file and shows how it goes.

mod applications;
mod feed;
mod inputs;
mod local;
mod news;
mod order;
mod plain;
mod remote;
mod tree;
mod view;

use std::path::{Path, PathBuf};

use clap::Args;
use engine::plan::Plan;
use engine::problem::Problem;
use serde_json::Value;

use super::configure;
use crate::config::{
    Allowed, DataArgs, DataFolder, GlobalArgs, Layers, NodeArgs, RunnerArgs, Running,
};
use crate::console;
use crate::documents::{DocumentKind, SourceFile, show};
use crate::fault::{Fault, UNUSABLE};
use crate::server::{Server, recorded};
use crate::wire;

pub(crate) use news::News;

#[derive(Args)]
pub(crate) struct RunArgs {
    /// The workflow document, in YAML or JSON
    file: PathBuf,
    /// An input by name; texts become what the workflow's schema asks for
    #[arg(long = "input", short, value_name = "NAME=VALUE")]
    inputs: Vec<String>,
    /// Inputs as one JSON object
    #[arg(long, value_name = "JSON")]
    inputs_json: Option<String>,
    /// Print one line of JSON per event, and a last one with the result
    #[arg(long)]
    json: bool,
    /// Run on this server instead of in this process
    #[arg(long, env = "LATHE_SERVER", value_name = "URL")]
    server: Option<String>,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    nodes: NodeArgs,
    #[command(flatten)]
    runner: RunnerArgs,
}

/// A workflow that is ready to be run, and what it is given.
struct Order {
    file: SourceFile,
    plan: Plan,
    inputs: Value,
    json: bool,
}

pub(crate) async fn run(global: &GlobalArgs, args: &RunArgs) -> anyhow::Result<u8> {
    let give = |layers: &mut Layers| {
        // The run itself is what is shown; log lines would only disturb it.
        layers.prefer("log.level", "warn");
        args.data.give(layers);
        args.nodes.give(layers);
        args.runner.give(layers);
    };
    let (data, allowed, running) = configure(global, give, |layers| {
        let (data, allowed) = (DataFolder::read(layers), Allowed::read(layers));
        let running = Running::read(layers);
        Some((data?, allowed?, running?))
    })?;
    let Some(order) = prepare(args)? else {
        return Ok(UNUSABLE);
    };
    if let Some(address) = &args.server {
        return remote::run(&Server::at(address)?, &order).await;
    }
    match local::open(&data, &allowed, &running, &order).await? {
        Some(embedded) => embedded.run(&order).await,
        None => match server_of(&data).await? {
            Some(server) => {
                console::note(format_args!(
                    "{} is in use; running on its server, {}",
                    data.path.display(),
                    server.address()
                ));
                remote::run(&server, &order).await
            }
            None => Err(in_use(&data).into()),
        },
    }
}

/// Reads and checks everything that can be wrong before anything is done.
fn prepare(args: &RunArgs) -> anyhow::Result<Option<Order>> {
    let file = SourceFile::read(&args.file)?;
    if file.kind() == DocumentKind::Application {
        let sentence = format!(
            "{} describes an application; only workflows can be run",
            file.path.display()
        );
        let mend = "Run a workflow with a code.generate node that names it, such as the ship.yaml of an example.";
        return Err(Fault::unusable(sentence).mend(mend).into());
    }
    let plan = match wire::compile(&file.text, &wire::catalog_for_checking()) {
        Ok(plan) => plan,
        Err(places) => {
            console::note(show(&file, places).trim_end());
            return Ok(None);
        }
    };
    let inputs = inputs::gather(&plan.document, args.inputs_json.as_deref(), &args.inputs)?;
    let checked = plan
        .check_inputs(inputs.clone())
        .map_err(|problems| unfit(&plan, &problems.0))?;
    // A server looks for applications among its own, not beside this file.
    if args.server.is_none() {
        let faults = applications::faults(folder_of(&file), &plan, &checked);
        if !faults.is_empty() {
            console::note(faults.join("\n"));
            return Ok(None);
        }
    }
    Ok(Some(Order {
        file,
        plan,
        inputs,
        json: args.json,
    }))
}

fn folder_of(file: &SourceFile) -> &Path {
    file.path.parent().unwrap_or(Path::new(""))
}

fn unfit(plan: &Plan, problems: &[Problem]) -> Fault {
    let list: Vec<&str> = problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    let name = &plan.document.name;
    Fault::unusable(format!(
        "the inputs do not fit the workflow `{name}`: {}",
        list.join("; ")
    ))
    .mend("Give inputs with --input name=value or --inputs-json '{\"name\": value}'.")
}

/// The server that keeps the data folder to itself, if it answers where it said.
async fn server_of(data: &DataFolder) -> anyhow::Result<Option<Server>> {
    let Some(recorded) = recorded(&data.path) else {
        return Ok(None);
    };
    let server = Server::at(&recorded.address)?;
    Ok(server.answers().await.then_some(server))
}

fn in_use(data: &DataFolder) -> Fault {
    Fault::new(format!("another process uses the data folder {}", data.path.display())).mend(
        "If it is a `lathe run`, wait for its end. If it is a server, run on it with --server URL.\nOr use another \
         folder with --data DIR.",
    )
}
