//! `lathe workflows …`: the workflows of a running server, their versions, and which of them runs.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::by_name::WORKFLOW;
use super::executions::{Common, moment, word};
use crate::console;
use crate::documents::SourceFile;
use crate::library::Library;
use crate::server::{Server, given};

#[derive(Subcommand)]
pub(crate) enum WorkflowsCommand {
    /// All workflows, with their newest and their published version
    List(Common),
    /// Keep the workflow in a file as the next version, or as a new workflow
    Push {
        #[command(flatten)]
        common: Common,
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
    common: Common,
    /// The workflow's name
    name: String,
}

pub(crate) async fn run(command: &WorkflowsCommand) -> anyhow::Result<u8> {
    match command {
        WorkflowsCommand::List(common) => list(common).await?,
        WorkflowsCommand::Push {
            common,
            file,
            publish,
        } => push(common, file, *publish).await?,
        WorkflowsCommand::Versions(named) => versions(named).await?,
        WorkflowsCommand::Diff { named, to, from } => diff(named, *to, *from).await?,
        WorkflowsCommand::Publish {
            named,
            workflow_version,
            note,
        } => {
            let body = given(json!({ "version": workflow_version, "note": note }));
            tell(named, "publish", &body).await?;
        }
        WorkflowsCommand::Restore {
            named,
            workflow_version,
        } => {
            let what = format!("versions/{workflow_version}/restore");
            tell(named, &what, &json!({})).await?;
        }
    }
    Ok(0)
}

async fn list(common: &Common) -> anyhow::Result<()> {
    let workflows = Server::at(&common.server)?.all("api/workflows").await?;
    if common.json {
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

async fn push(common: &Common, file: &Path, publish: bool) -> anyhow::Result<()> {
    let server = Server::at(&common.server)?;
    let kept = server.put_workflow(&SourceFile::read(file)?).await?;
    let path = format!("api/workflows/{}", kept.id);
    let workflow: Value = match publish {
        true => {
            let body = json!({ "version": kept.version });
            server.post(&format!("{path}/publish"), &body).await?
        }
        false => server.get(&path).await?,
    };
    say(common, &workflow);
    Ok(())
}

async fn versions(named: &Named) -> anyhow::Result<()> {
    let server = Server::at(&named.common.server)?;
    let workflow = WORKFLOW.find(&server, &named.name).await?;
    let path = format!("api/workflows/{}/versions", word(&workflow["id"]));
    let versions = server.all(&path).await?;
    if named.common.json {
        console::json(&Value::Array(versions));
        return Ok(());
    }
    let mut table = console::table(["VERSION", "MADE", "PUBLISHED", "NOTE"]);
    for version in &versions {
        let runs = version["version"] == workflow["published_version"];
        let published = match runs {
            true => format!("{} (runs)", moment(&version["published_at"])),
            false => moment(&version["published_at"]),
        };
        table.add_row([
            &number(&version["version"]),
            &moment(&version["created_at"]),
            &published,
            word(&version["note"]),
        ]);
    }
    console::line(table.trim_fmt());
    Ok(())
}

async fn diff(named: &Named, to: Option<u32>, from: Option<u32>) -> anyhow::Result<()> {
    let server = Server::at(&named.common.server)?;
    let workflow = WORKFLOW.find(&server, &named.name).await?;
    let to = to.map_or_else(|| number(&workflow["version"]), |to| to.to_string());
    let from = from.map(|from| format!("?from={from}")).unwrap_or_default();
    let id = word(&workflow["id"]);
    let diff: Value = server
        .get(&format!("api/workflows/{id}/versions/{to}/diff{from}"))
        .await?;
    if named.common.json {
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
async fn tell(named: &Named, what: &str, body: &Value) -> anyhow::Result<()> {
    let server = Server::at(&named.common.server)?;
    let workflow = WORKFLOW.find(&server, &named.name).await?;
    let path = format!("api/workflows/{}/{what}", word(&workflow["id"]));
    let workflow: Value = server.post(&path, body).await?;
    say(&named.common, &workflow);
    Ok(())
}

/// Says how a workflow stands.
fn say(common: &Common, workflow: &Value) {
    if common.json {
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
