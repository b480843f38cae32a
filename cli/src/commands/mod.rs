//! The subcommands, one file each.

mod api;
mod applications;
mod archive;
mod audit;
mod by_name;
mod executions;
mod files;
mod listening;
mod migrate;
mod node_page;
mod nodes;
mod openapi;
mod operating;
mod preview_application;
mod run;
mod runner;
mod schedules;
mod secrets;
mod seed;
mod serve;
mod tokens;
mod users;
mod validate;
mod variables;
mod waits;
mod webhooks;
mod workflows;

use anyhow::Context;
use clap::Subcommand;

use crate::config::{Backend, GlobalArgs, Log};
use crate::fault::Fault;
use crate::logging;

pub(crate) use run::News;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run everything in one process: the interface, the web app, and a runner
    Serve(serve::ServeArgs),
    /// Serve the interface and the web app only; runners are elsewhere (needs Postgres and Redis)
    Api(api::ApiArgs),
    /// Run steps only (needs Postgres and Redis)
    Runner(runner::RunnerOnlyArgs),
    /// Run the workflow in a file, and watch it; no server is needed
    Run(run::RunArgs),
    /// Check workflow and application documents
    Validate(validate::ValidateArgs),
    /// Serve an application straight from its models, as `PORT`, `BIND` and `DATA_DIR` say; no server is needed
    PreviewApplication(preview_application::PreviewArgs),
    /// List the kinds of nodes, or show the manual of one
    Nodes(nodes::NodesArgs),
    /// List, show, steer and follow executions on a running server
    #[command(subcommand)]
    Executions(executions::ExecutionsCommand),
    /// List steps that wait for an answer, answer them, and send signals
    #[command(subcommand)]
    Waits(waits::WaitsCommand),
    /// List workflows of a server or a data folder, compare their versions, and publish one
    #[command(subcommand)]
    Workflows(workflows::WorkflowsCommand),
    /// Let workflows run by themselves, and see when they do
    #[command(subcommand)]
    Schedules(schedules::SchedulesCommand),
    /// Make addresses at which other programs begin workflows, and give them new secrets
    #[command(subcommand)]
    Webhooks(webhooks::WebhooksCommand),
    /// List applications on a running server, and stop what is live of them
    #[command(subcommand)]
    Applications(applications::ApplicationsCommand),
    /// List accounts, make them, and set their passwords anew
    #[command(subcommand)]
    User(users::UserCommand),
    /// Make, list and end tokens for programs
    #[command(subcommand)]
    Token(tokens::TokenCommand),
    /// Keep secrets that workflows use by name, and list and remove them
    #[command(subcommand)]
    Secret(secrets::SecretCommand),
    /// Keep values that workflows read by name, and list and remove them
    #[command(subcommand)]
    Variable(variables::VariableCommand),
    /// List, upload, download, delete and bring back files of a workspace
    #[command(subcommand)]
    File(files::FileCommand),
    /// Read the audit log, and prove that it is whole
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Write a workspace as text files
    Export(archive::ExportArgs),
    /// Make a workspace as text files say, after showing what that changes
    Apply(archive::ApplyArgs),
    /// Store the applications and workflows found in folders
    Seed(seed::SeedArgs),
    /// Bring the database schema up to date, or take steps of it back
    Migrate(migrate::MigrateArgs),
    /// Print the OpenAPI document
    Openapi,
}

/// Runs a subcommand to its end; returns the exit code.
pub(crate) fn run(global: &GlobalArgs, command: Command) -> anyhow::Result<u8> {
    match command {
        Command::Validate(args) => return validate::run(&args),
        Command::Nodes(args) => return nodes::run(&args),
        Command::Openapi => return openapi::run(),
        Command::PreviewApplication(args) => return preview_application::run(&args),
        _ => {}
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Scripts can make values some thousand levels deep before that is noticed, and dropping these recurses.
        .thread_stack_size(4 << 20)
        .build()
        .context("start the async runtime")?;
    runtime.block_on(async {
        match command {
            Command::Serve(args) => serve::run(global, &args).await,
            Command::Api(args) => api::run(global, &args).await,
            Command::Runner(args) => runner::run(global, &args).await,
            Command::Run(args) => run::run(global, &args).await,
            Command::Executions(command) => executions::run(&command).await,
            Command::Waits(command) => waits::run(&command).await,
            Command::Workflows(command) => workflows::run(global, &command).await,
            Command::Schedules(command) => schedules::run(global, &command).await,
            Command::Webhooks(command) => webhooks::run(global, &command).await,
            Command::Applications(command) => applications::run(&command).await,
            Command::User(command) => users::run(global, &command).await,
            Command::Token(command) => tokens::run(global, &command).await,
            Command::Secret(command) => secrets::run(global, &command).await,
            Command::Variable(command) => variables::run(global, &command).await,
            Command::File(command) => files::run(global, &command).await,
            Command::Audit(command) => audit::run(global, &command).await,
            Command::Export(args) => archive::export(global, &args).await,
            Command::Apply(args) => archive::apply(global, &args).await,
            Command::Seed(args) => seed::run(global, &args).await,
            Command::Migrate(args) => migrate::run(global, &args).await,
            Command::Validate(_)
            | Command::Nodes(_)
            | Command::Openapi
            | Command::PreviewApplication(_) => Ok(0),
        }
    })
}

/// Reads a subcommand's configuration and starts logging as it says.
fn configure<T>(
    global: &GlobalArgs,
    give: impl FnOnce(&mut crate::config::Layers),
    read: impl FnOnce(&mut crate::config::Layers) -> Option<T>,
) -> anyhow::Result<T> {
    let mut layers = global.layers();
    give(&mut layers);
    let log = Log::read(&mut layers);
    let rest = read(&mut layers);
    let (log, rest) = layers.finish(log.zip(rest))?;
    logging::start(&log);
    Ok(rest)
}

/// Processes that share their work find each other through Postgres and Redis only.
fn need_servers(backend: &Backend, command: &str) -> Result<(), Fault> {
    if *backend != Backend::Embedded {
        return Ok(());
    }
    Err(Fault::unusable(format!("`{command}` needs Postgres and Redis, which processes share their work through")).mend(
        "Give --database-url postgres://… and --redis-url redis://…, or run everything in one process with `lathe serve`.",
    ))
}
