//! `lathe audit …`: what was changed and by whom, and the proof that the log of it is whole.

use clap::{Args, Subcommand};
use reqwest::Url;
use serde_json::Value;

use super::executions::word;
use super::operating::Operating;
use crate::config::GlobalArgs;
use crate::console;
use crate::fault::Fault;
use crate::server::Server;

/// Which entries are shown.
#[derive(Args)]
pub(crate) struct Wanted {
    /// Only what this one did: an account's id or address, a token's id, or a way to come in (machine, token, stranger)
    #[arg(long, value_name = "WHO")]
    actor: Option<String>,
    /// Only this operation, such as update_prompt
    #[arg(long, value_name = "NAME")]
    action: Option<String>,
    /// Only what was done to this address, or to what lies below it: /api/prompts
    #[arg(long, value_name = "PATH")]
    resource: Option<String>,
    /// Only what was not done before this moment, such as 2026-11-23T18:04:05Z
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only what was done before this moment
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

impl Wanted {
    /// The address of the list, relative to the server's.
    fn address(&self, limit: u16) -> anyhow::Result<String> {
        let given = [
            ("actor", &self.actor),
            ("action", &self.action),
            ("resource", &self.resource),
            ("since", &self.since),
            ("until", &self.until),
        ];
        let given = given
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let whole = Url::parse_with_params("http://localhost/", given)?;
        let more = whole.query().filter(|query| !query.is_empty());
        let more = more.map(|query| format!("&{query}")).unwrap_or_default();
        Ok(format!("api/audit?all=true&limit={limit}{more}"))
    }
}

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// The newest entries, of all workspaces. A search looks through the newest 20,000
    List {
        #[command(flatten)]
        operating: Operating,
        /// So many
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        #[command(flatten)]
        wanted: Wanted,
    },
    /// All entries, the newest first, one JSON object a line
    Export(Operating),
    /// Follow the chain of all entries; ends with 1 when one was changed, deleted, moved, cut off or slipped in. Keep the
    /// head that it prints elsewhere: who puts back an older state of the whole database is found out by that only
    Verify {
        #[command(flatten)]
        operating: Operating,
        /// A head that an earlier verification printed: the chain has to pass through it
        #[arg(long, value_name = "SEQ:HASH")]
        head: Option<String>,
    },
}

pub(crate) async fn run(global: &GlobalArgs, command: &AuditCommand) -> anyhow::Result<u8> {
    let operating = match command {
        AuditCommand::List { operating, .. }
        | AuditCommand::Export(operating)
        | AuditCommand::Verify { operating, .. } => operating,
    };
    let work = async |server: &Server| carry_out(server, operating, command).await;
    operating.with_installation(global, work).await
}

async fn carry_out(
    server: &Server,
    operating: &Operating,
    command: &AuditCommand,
) -> anyhow::Result<u8> {
    match command {
        AuditCommand::List { limit, wanted, .. } => {
            let page: Value = server.get(&wanted.address(*limit)?).await?;
            if operating.json {
                console::json(&page["items"]);
                return Ok(0);
            }
            let mut table = console::table(["SEQ", "AT", "WHO", "WHAT", "WHERE", "STATUS"]);
            for entry in page["items"].as_array().into_iter().flatten() {
                let who = &entry["actor"];
                let who = match (&who["email"], &who["tried"]) {
                    (Value::String(email), _) => email.clone(),
                    (_, Value::String(tried)) => format!("stranger as {tried}"),
                    _ => word(&who["via"]).to_owned(),
                };
                table.add_row([
                    &entry["seq"].to_string(),
                    word(&entry["at"]),
                    &who,
                    word(&entry["action"]),
                    word(&entry["resource"]),
                    &entry["status"].to_string(),
                ]);
            }
            console::line(table.trim_fmt());
        }
        AuditCommand::Export(_) => {
            for entry in server.all("api/audit?all=true").await? {
                console::line(entry);
            }
        }
        AuditCommand::Verify { head, .. } => {
            let query = head.as_ref().map(|head| format!("?head={head}"));
            let path = format!("api/audit/verify{}", query.unwrap_or_default());
            let proof: Value = server.get(&path).await?;
            if operating.json {
                console::json(&proof);
            } else if proof["sound"] == true {
                let (entries, head) = (&proof["entries"], word(&proof["head"]));
                console::line(format_args!(
                    "{entries} entries, all as they were written; head {head}"
                ));
                console::line(
                    "Keep this head elsewhere, and give it with --head next time: a whole older state of the database can't \
                     be told without it.",
                );
            }
            if proof["sound"] != true {
                let problem = word(&proof["problem"]);
                return Err(Fault::new(format!("the audit log is not whole: {problem}"))
                    .mend("Compare it with a copy; who had access to the database could do this.")
                    .into());
            }
        }
    }
    Ok(0)
}
