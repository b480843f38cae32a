//! `lathe workflows …`: the workflows of a server or of a data folder, their versions, and which of them runs.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::by_name::WORKFLOW;
use super::executions::{moment, word};
use super::operating::Operating;
use crate::config::GlobalArgs;
use crate::console;
use crate::documents::SourceFile;
use crate::library::Library;
use crate::server::{Server, given};

#[derive(Subcommand)]
pub(crate) enum WorkflowsCommand {
    /// All workflows, with their newest and their published version
    List(Operating),
    /// Keep the workflow in a file as the next version, or as a new workflow
    Push {
        #[command(flatten)]
        operating: Operating,
        /// The workflow document, in YAML or JSON
        file: PathBuf,
        /// Publish it too
        #[arg(long)]
        publish: bool,
    },
    /// The versions of a workflow, newest first
    Versions(Named),
    /// What changed from one version to another
    Diff {
        #[command(flatten)]
        named: Named,
        /// The newer version; the newest one unless given
        #[arg(long, value_name = "VERSION")]
        to: Option<u32>,
        /// The version that it is compared with; the one before unless given
        #[arg(long, value_name = "VERSION")]
        from: Option<u32>,
    },
    /// Let a version run whenever no other one is asked for; newer ones are drafts then
    Publish {
        #[command(flatten)]
        named: Named,
        /// The version; the newest one unless given
        #[arg(long = "workflow-version", value_name = "VERSION")]
        workflow_version: Option<u32>,
        /// What is new in it, for people
        #[arg(long)]
        note: Option<String>,
    },
    /// Make an older version the newest one again; what is published stays
    Restore {
        #[command(flatten)]
        named: Named,
        /// The version to bring back
        #[arg(long = "workflow-version", value_name = "VERSION")]
        workflow_version: u32,
    },
}

#[derive(Args)]
pub(crate) struct Named {
    #[command(flatten)]
    operating: Operating,
    /// The workflow's name
    name: String,
}

pub(crate) async fn run(global: &GlobalArgs, command: &WorkflowsCommand) -> anyhow::Result<u8> {
    let operating = match command {
        WorkflowsCommand::List(operating) | WorkflowsCommand::Push { operating, .. } => operating,
        WorkflowsCommand::Versions(named)
        | WorkflowsCommand::Diff { named, .. }
        | WorkflowsCommand::Publish { named, .. }
        | WorkflowsCommand::Restore { named, .. } => &named.operating,
    };
    let work = async |server: &Server| carry_out(server, command).await;
    operating.with_either(global, work).await?;
    Ok(0)
}

async fn carry_out(server: &Server, command: &WorkflowsCommand) -> anyhow::Result<()> {
    match command {
        WorkflowsCommand::List(operating) => list(server, operating).await,
        WorkflowsCommand::Push {
            operating,
            file,
            publish,
        } => push(server, operating, file, *publish).await,
        WorkflowsCommand::Versions(named) => versions(server, named).await,
        WorkflowsCommand::Diff { named, to, from } => diff(server, named, *to, *from).await,
        WorkflowsCommand::Publish {
            named,
            workflow_version,
            note,
        } => {
            let body = given(json!({ "version": workflow_version, "note": note }));
            tell(server, named, "publish", &body).await
        }
        WorkflowsCommand::Restore {
            named,
            workflow_version,
        } => {
            let what = format!("versions/{workflow_version}/restore");
            tell(server, named, &what, &json!({})).await
        }
    }
}

async fn list(server: &Server, operating: &Operating) -> anyhow::Result<()> {
    let workflows = server.all("api/workflows").await?;
    if operating.json {
        console::json(&Value::Array(workflows));
        return Ok(());
    }
    let mut table = console::table(["NAME", "NEWEST", "PUBLISHED", "CHANGED"]);
    for workflow in &workflows {
        table.add_row([
            word(&workflow["name"]),
            &number(&workflow["version"]),
            &number(&workflow["published_version"]),
            &moment(&workflow["updated_at"]),
        ]);
    }
    console::line(table.trim_fmt());
    Ok(())
}

async fn push(
    server: &Server,
    operating: &Operating,
    file: &Path,
    publish: bool,
) -> anyhow::Result<()> {
    let kept = server.put_workflow(&SourceFile::read(file)?).await?;
    let path = format!("api/workflows/{}", kept.id);
    let workflow: Value = match publish {
        true => {
            let body = json!({ "version": kept.version });
            server.post(&format!("{path}/publish"), &body).await?
        }
        false => server.get(&path).await?,
    };
    say(operating, &workflow);
    Ok(())
}

async fn versions(server: &Server, named: &Named) -> anyhow::Result<()> {
    let workflow = WORKFLOW.find(server, &named.name).await?;
    let path = format!("api/workflows/{}/versions", word(&workflow["id"]));
    let versions = server.all(&path).await?;
    if named.operating.json {
        console::json(&Value::Array(versions));
        return Ok(());
    }
    let mut table = console::table(["VERSION", "MADE", "BY", "PUBLISHED", "NOTE"]);
    for version in &versions {
        let runs = version["version"] == workflow["published_version"];
        let published = match runs {
            true => format!("{} (runs)", moment(&version["published_at"])),
            false => moment(&version["published_at"]),
        };
        table.add_row([
            &number(&version["version"]),
            &moment(&version["created_at"]),
            word(&version["author"]["name"]),
            &published,
            word(&version["note"]),
        ]);
    }
    console::line(table.trim_fmt());
    Ok(())
}

async fn diff(
    server: &Server,
    named: &Named,
    to: Option<u32>,
    from: Option<u32>,
) -> anyhow::Result<()> {
    let workflow = WORKFLOW.find(server, &named.name).await?;
    let to = to.map_or_else(|| number(&workflow["version"]), |to| to.to_string());
    let from = from.map(|from| format!("?from={from}")).unwrap_or_default();
    let id = word(&workflow["id"]);
    let diff: Value = server
        .get(&format!("api/workflows/{id}/versions/{to}/diff{from}"))
        .await?;
    if named.operating.json {
        console::json(&diff);
        return Ok(());
    }
    let list = |name: &str| diff[name].as_array().into_iter().flatten();
    console::line(format_args!(
        "{} v{} → v{}",
        named.name, diff["from"], diff["to"]
    ));
    for field in list("fields") {
        console::line(format_args!("~ {}", word(field)));
    }
    for node in list("nodes") {
        let fields = node["fields"].as_array().into_iter().flatten().map(word);
        let fields = fields.collect::<Vec<_>>().join(", ");
        let sign = sign(&node["change"]);
        console::line(format_args!("{sign} node {}  {fields}", word(&node["id"])));
    }
    for edge in list("edges") {
        let (sign, from, to) = (
            sign(&edge["change"]),
            word(&edge["from"]),
            word(&edge["to"]),
        );
        let port = match word(&edge["port"]) {
            "out" => String::new(),
            port => format!(".{port}"),
        };
        console::line(format_args!("{sign} edge {from}{port} -> {to}"));
    }
    Ok(())
}

fn sign(change: &Value) -> char {
    match word(change) {
        "added" => '+',
        "removed" => '-',
        _ => '~',
    }
}

/// Asks something of a workflow.
async fn tell(server: &Server, named: &Named, what: &str, body: &Value) -> anyhow::Result<()> {
    let workflow = WORKFLOW.find(server, &named.name).await?;
    let path = format!("api/workflows/{}/{what}", word(&workflow["id"]));
    let workflow: Value = server.post(&path, body).await?;
    say(&named.operating, &workflow);
    Ok(())
}

/// Says how a workflow stands.
fn say(operating: &Operating, workflow: &Value) {
    if operating.json {
        console::json(workflow);
        return;
    }
    let published = match &workflow["published_version"] {
        Value::Null => "none is published: the newest runs".to_owned(),
        version => format!("v{version} is published"),
    };
    let (name, newest) = (word(&workflow["name"]), &workflow["version"]);
    console::line(format_args!("{name}: v{newest} is the newest, {published}"));
}

fn number(value: &Value) -> String {
    value
        .as_u64()
        .map(|number| number.to_string())
        .unwrap_or_default()
}
