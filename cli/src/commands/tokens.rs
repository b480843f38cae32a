//! `lathe token …`: tokens for programs.

use clap::Subcommand;
use serde_json::{Value, json};

use super::executions::word;
use super::operating::Operating;
use super::users::find;
use crate::config::GlobalArgs;
use crate::console;
use crate::server::Server;

#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// The tokens of a workspace (LATHE_WORKSPACE, or the first one), with LATHE_TOKEN
    List(Operating),
    /// Make a token in somebody's name, for a workspace of theirs (LATHE_WORKSPACE, or the first one), on the server's own machine
    Create {
        #[command(flatten)]
        operating: Operating,
        /// The e-mail address of whose rights bound it
        #[arg(long, value_name = "EMAIL")]
        user: String,
        /// What it is for
        #[arg(long)]
        name: String,
        /// Permissions, separated by commas, such as workflows:run,executions:read
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<String>,
        /// After so many days it is worth nothing [default: never]
        #[arg(long, value_name = "DAYS")]
        expires_in: Option<u32>,
    },
    /// End a token
    Revoke {
        #[command(flatten)]
        operating: Operating,
        /// Its id, as `lathe token list` shows it
        #[arg(value_parser = crate::server::parse_id)]
        id: uuid::Uuid,
    },
}

pub(crate) async fn run(global: &GlobalArgs, command: &TokenCommand) -> anyhow::Result<u8> {
    let operating = match command {
        TokenCommand::List(operating)
        | TokenCommand::Create { operating, .. }
        | TokenCommand::Revoke { operating, .. } => operating,
    };
    let work = async |server: &Server| carry_out(server, operating, command).await;
    if matches!(command, TokenCommand::List(_)) {
        operating.with_installation(global, work).await?;
    } else {
        operating.with_server(global, work).await?;
    }
    Ok(0)
}

async fn carry_out(
    server: &Server,
    operating: &Operating,
    command: &TokenCommand,
) -> anyhow::Result<()> {
    match command {
        TokenCommand::List(_) => {
            let tokens = server.all("api/tokens").await?;
            if operating.json {
                console::json(&Value::Array(tokens));
                return Ok(());
            }
            let mut table = console::table(["ID", "NAME", "SCOPES", "EXPIRES", "USED"]);
            for token in &tokens {
                let scopes = token["scopes"].as_array().into_iter().flatten();
                let scopes: Vec<&str> = scopes.filter_map(Value::as_str).collect();
                table.add_row([
                    word(&token["id"]),
                    word(&token["name"]),
                    &scopes.join(" "),
                    token["expires_at"].as_str().unwrap_or("never"),
                    token["used_at"].as_str().unwrap_or("never"),
                ]);
            }
            console::line(table.trim_fmt());
        }
        TokenCommand::Create {
            user,
            name,
            scopes,
            expires_in,
            ..
        } => {
            let id = find(server, user).await?;
            let mut body = json!({ "name": name, "scopes": scopes });
            if let Some(days) = expires_in {
                body["expires_in_days"] = (*days).into();
            }
            let path = format!("api/users/{id}/tokens");
            let made: Value = server.post(&path, &body).await?;
            match operating.json {
                true => console::json(&made),
                // Alone, so that a script can take it.
                false => console::line(word(&made["token"])),
            }
        }
        TokenCommand::Revoke { id, .. } => {
            server.delete(&format!("api/tokens/{id}")).await?;
            if !operating.json {
                console::line(format_args!("{id} is worth nothing any more"));
            }
        }
    }
    Ok(())
}
