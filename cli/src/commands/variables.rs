//! `lathe variable …`: values that workflows read by name.

use clap::Subcommand;
use serde_json::{Value, json};

use super::by_name::VARIABLE;
use super::executions::word;
use super::operating::Operating;
use crate::config::GlobalArgs;
use crate::console;
use crate::server::Server;

#[derive(Subcommand)]
pub(crate) enum VariableCommand {
    /// The variables of a workspace (LATHE_WORKSPACE, or the first one)
    List(Operating),
    /// Keep a variable, or give it another value
    Set {
        #[command(flatten)]
        operating: Operating,
        /// What workflows call it
        name: String,
        /// Any JSON; what is none is taken as text
        value: String,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
    },
    /// Remove a variable; it can be brought back for a while
    Remove {
        #[command(flatten)]
        operating: Operating,
        /// What workflows call it
        name: String,
        /// Past the trash: it can't be brought back
        #[arg(long)]
        for_good: bool,
        /// For good although workflows use it
        #[arg(long, requires = "for_good")]
        force: bool,
    },
    /// Bring a removed variable back, the last one of that name
    Restore {
        #[command(flatten)]
        operating: Operating,
        /// What workflows called it
        name: String,
        /// Another name, where that one was taken meanwhile
        #[arg(long)]
        new_name: Option<String>,
    },
}

pub(crate) async fn run(global: &GlobalArgs, command: &VariableCommand) -> anyhow::Result<u8> {
    let operating = match command {
        VariableCommand::List(operating)
        | VariableCommand::Set { operating, .. }
        | VariableCommand::Remove { operating, .. }
        | VariableCommand::Restore { operating, .. } => operating,
    };
    let work = async |server: &Server| carry_out(server, operating, command).await;
    if matches!(command, VariableCommand::List(_)) {
        operating.with_installation(global, work).await?;
    } else {
        operating.with_server(global, work).await?;
    }
    Ok(0)
}

async fn carry_out(
    server: &Server,
    operating: &Operating,
    command: &VariableCommand,
) -> anyhow::Result<()> {
    match command {
        VariableCommand::List(_) => {
            let variables = server.all("api/variables").await?;
            if operating.json {
                console::json(&Value::Array(variables));
                return Ok(());
            }
            let mut table = console::table(["NAME", "VALUE", "CHANGED"]);
            for variable in &variables {
                table.add_row([
                    word(&variable["name"]),
                    &variable["value"].to_string(),
                    word(&variable["updated_at"]),
                ]);
            }
            console::line(table.trim_fmt());
        }
        VariableCommand::Set {
            name,
            value,
            description,
            ..
        } => {
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value.as_str()));
            let mut body = json!({ "value": value });
            if let Some(description) = description {
                body["description"] = description.as_str().into();
            }
            let kept: Value = match VARIABLE.look_for(server, name).await? {
                Some(known) => server.put(&VARIABLE.path(&known), &body).await?,
                None => {
                    body["name"] = name.as_str().into();
                    server.post("api/variables", &body).await?
                }
            };
            match operating.json {
                true => console::json(&kept),
                false => console::line(format_args!("kept; workflows read it as vars.{name}")),
            }
        }
        VariableCommand::Remove {
            name,
            for_good,
            force,
            ..
        } => {
            VARIABLE.delete(server, name, *for_good, *force).await?;
            if !operating.json {
                console::line(format_args!("`{name}` is gone"));
            }
        }
        VariableCommand::Restore { name, new_name, .. } => {
            let back = VARIABLE.restore(server, name, new_name.as_deref()).await?;
            match operating.json {
                true => console::json(&back),
                false => console::line(format_args!(
                    "brought back `{}`",
                    new_name.as_ref().unwrap_or(name)
                )),
            }
        }
    }
    Ok(())
}
