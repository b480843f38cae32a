//! `lathe user …`: accounts, for who operates the installation.

use std::io::Read;

use anyhow::Context;
use clap::Subcommand;
use serde_json::{Value, json};

use super::executions::word;
use super::operating::Operating;
use crate::config::GlobalArgs;
use crate::console;
use crate::fault::Fault;
use crate::server::Server;

#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// All accounts
    List(Operating),
    /// Make an account; without a password, print a link to set one
    Add {
        #[command(flatten)]
        operating: Operating,
        /// The e-mail address
        email: String,
        /// What others call them [default: the beginning of the address]
        #[arg(long)]
        name: Option<String>,
        /// Let them operate the installation
        #[arg(long)]
        admin: bool,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Say whether somebody operates the installation, or may come in at all
    Role {
        #[command(flatten)]
        operating: Operating,
        /// The e-mail address
        email: String,
        #[arg(value_enum)]
        role: ServerRole,
    },
    /// Print a link with which somebody sets another password
    Reset {
        #[command(flatten)]
        operating: Operating,
        /// The e-mail address
        email: String,
        /// Remove their second factor as well
        #[arg(long)]
        second_factor: bool,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum ServerRole {
    /// Operates the installation
    Admin,
    /// Comes in, and does what workspaces let them do
    User,
    /// Does not come in any more
    Disabled,
}

pub(crate) async fn run(global: &GlobalArgs, command: &UserCommand) -> anyhow::Result<u8> {
    let operating = match command {
        UserCommand::List(operating)
        | UserCommand::Add { operating, .. }
        | UserCommand::Role { operating, .. }
        | UserCommand::Reset { operating, .. } => operating,
    };
    let work = async |server: &Server| carry_out(server, operating, command).await;
    if matches!(command, UserCommand::List(_)) {
        operating.with_installation(global, work).await?;
    } else {
        operating.with_server(global, work).await?;
    }
    Ok(0)
}

async fn carry_out(
    server: &Server,
    operating: &Operating,
    command: &UserCommand,
) -> anyhow::Result<()> {
    match command {
        UserCommand::List(_) => {
            let users = server.all("api/users").await?;
            if operating.json {
                console::json(&Value::Array(users));
                return Ok(());
            }
            let mut table = console::table(["EMAIL", "NAME", "ROLE", "SINCE"]);
            for user in &users {
                table.add_row([
                    word(&user["email"]),
                    word(&user["name"]),
                    role(user),
                    word(&user["created_at"]),
                ]);
            }
            console::line(table.trim_fmt());
        }
        UserCommand::Add {
            email,
            name,
            admin,
            password_stdin,
            ..
        } => {
            let mut body = json!({ "email": email });
            if let Some(name) = name {
                body["name"] = name.as_str().into();
            }
            if *admin {
                body["is_admin"] = true.into();
            }
            if *password_stdin {
                body["password"] = password()?.into();
            }
            let made: Value = server.post("api/users", &body).await?;
            if operating.json {
                console::json(&made);
                return Ok(());
            }
            console::line(format_args!("{} {}", word(&made["email"]), role(&made)));
            if let Some(link) = made["link"].as_str() {
                console::line(format_args!("sets a password, for a day: {link}"));
            }
        }
        UserCommand::Role {
            email,
            role: wanted,
            ..
        } => {
            let id = find(server, email).await?;
            let body = match wanted {
                ServerRole::Admin => json!({ "is_admin": true, "disabled": false }),
                ServerRole::User => json!({ "is_admin": false, "disabled": false }),
                ServerRole::Disabled => json!({ "disabled": true }),
            };
            let user: Value = server.put(&format!("api/users/{id}"), &body).await?;
            match operating.json {
                true => console::json(&user),
                false => console::line(format_args!("{email} {}", role(&user))),
            }
        }
        UserCommand::Reset {
            email,
            second_factor,
            ..
        } => {
            let id = find(server, email).await?;
            let body = json!({ "second_factor": second_factor });
            let reset: Value = server.post(&format!("api/users/{id}/reset"), &body).await?;
            match operating.json {
                true => console::json(&reset),
                false => console::line(word(&reset["link"])),
            }
        }
    }
    Ok(())
}

fn role(user: &Value) -> &'static str {
    match (user["disabled"].as_bool(), user["is_admin"].as_bool()) {
        (Some(true), _) => "disabled",
        (_, Some(true)) => "admin",
        _ => "user",
    }
}

fn password() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .context("read the password from standard input")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

pub(super) async fn find(server: &Server, email: &str) -> anyhow::Result<String> {
    let users = server.all("api/users").await?;
    let wanted = email.to_lowercase();
    let found = users.iter().find(|user| user["email"] == *wanted);
    let found = found.ok_or_else(|| {
        Fault::new(format!("there is no account with the address `{email}`"))
            .mend("`lathe user list` shows those that there are.")
    })?;
    Ok(word(&found["id"]).to_owned())
}
