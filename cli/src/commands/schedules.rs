//! `lathe schedules …`: when workflows run by themselves.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::by_name::{SCHEDULE, WORKFLOW};
use super::executions::{moment, read_json, word};
use super::operating::Operating;
use crate::config::GlobalArgs;
use crate::console;
use crate::server::{Server, given};

#[derive(Subcommand)]
pub(crate) enum SchedulesCommand {
    /// All schedules, and when each runs next
    List(Operating),
    /// Let a workflow run by itself
    Add(Box<AddArgs>),
    /// Remove a schedule; runs that it began go on
    Remove(Named),
    /// Let a schedule run again, from now on
    Enable(Named),
    /// Let a schedule rest
    Disable(Named),
    /// Show when an expression would run
    Preview {
        #[command(flatten)]
        operating: Operating,
        /// Such as "0 6 * * MON-FRI", with the seconds first where there are six fields, or @daily
        cron: String,
        /// Whose clock counts
        #[arg(long, value_name = "ZONE", default_value = "UTC")]
        timezone: String,
        /// How many moments
        #[arg(long, value_name = "NUMBER", default_value_t = 5)]
        count: u32,
    },
}

#[derive(Args)]
pub(crate) struct Named {
    #[command(flatten)]
    operating: Operating,
    /// The schedule's name
    name: String,
}

#[derive(Args)]
pub(crate) struct AddArgs {
    #[command(flatten)]
    operating: Operating,
    /// What it is called
    name: String,
    /// The workflow's name
    #[arg(long, value_name = "NAME")]
    workflow: String,
    /// Such as "0 6 * * MON-FRI", with the seconds first where there are six fields, or @daily
    #[arg(long, value_name = "EXPRESSION")]
    cron: String,
    /// Whose clock counts
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    timezone: String,
    /// What each run is given, as JSON
    #[arg(long, value_name = "JSON")]
    inputs: Option<String>,
    /// When a run is due and an earlier one goes on still
    #[arg(long, value_enum, default_value_t = Overlap::Skip)]
    overlap: Overlap,
    /// What becomes of runs that were due while nobody could begin them
    #[arg(long, value_enum, default_value_t = CatchUp::Latest)]
    catch_up: CatchUp,
    /// With `--catch-up all`: older ones are left out
    #[arg(long, value_name = "DURATION", default_value = "24h")]
    within: String,
    /// Keep it without letting it run
    #[arg(long)]
    disabled: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Overlap {
    /// Both go on
    Allow,
    /// The new one is left out
    Skip,
    /// The earlier one is cancelled
    CancelRunning,
    /// The new one waits
    Queue,
}

#[derive(Clone, Copy, ValueEnum)]
enum CatchUp {
    /// They are left out
    Skip,
    /// One run is made up for all of them
    Latest,
    /// Each is made up for, up to a hundred
    All,
}

pub(crate) async fn run(global: &GlobalArgs, command: &SchedulesCommand) -> anyhow::Result<u8> {
    let operating = match command {
        SchedulesCommand::List(operating) | SchedulesCommand::Preview { operating, .. } => {
            operating
        }
        SchedulesCommand::Add(args) => &args.operating,
        SchedulesCommand::Remove(named)
        | SchedulesCommand::Enable(named)
        | SchedulesCommand::Disable(named) => &named.operating,
    };
    let work = async |server: &Server| carry_out(server, operating, command).await;
    if matches!(command, SchedulesCommand::List(_)) {
        operating.with_installation(global, work).await?;
    } else {
        operating.with_server(global, work).await?;
    }
    Ok(0)
}

async fn carry_out(
    server: &Server,
    operating: &Operating,
    command: &SchedulesCommand,
) -> anyhow::Result<()> {
    match command {
        SchedulesCommand::List(_) => return list(server, operating).await,
        SchedulesCommand::Add(args) => {
            let made = add(server, args).await?;
            tell(operating, &made);
        }
        SchedulesCommand::Remove(named) => {
            let schedule = SCHEDULE.find(server, &named.name).await?;
            let path = SCHEDULE.path(&schedule);
            server.delete(&path).await?;
            if !operating.json {
                console::line(format_args!("{} is gone", named.name));
            }
        }
        SchedulesCommand::Enable(named) => {
            let changed = turn(server, &named.name, true).await?;
            tell(operating, &changed);
        }
        SchedulesCommand::Disable(named) => {
            let changed = turn(server, &named.name, false).await?;
            tell(operating, &changed);
        }
        SchedulesCommand::Preview {
            cron,
            timezone,
            count,
            ..
        } => {
            let body = given(json!({ "cron": cron, "timezone": timezone, "count": count }));
            let upcoming: Value = server.post("api/schedules/preview", &body).await?;
            if operating.json {
                console::json(&upcoming["times"]);
                return Ok(());
            }
            for time in upcoming["times"].as_array().into_iter().flatten() {
                console::line(word(time));
            }
        }
    }
    Ok(())
}

async fn list(server: &Server, operating: &Operating) -> anyhow::Result<()> {
    let schedules = server.all("api/schedules").await?;
    if operating.json {
        console::json(&Value::Array(schedules));
        return Ok(());
    }
    let mut table = console::table(["NAME", "WORKFLOW", "CRON", "ZONE", "NEXT", "LAST"]);
    for schedule in &schedules {
        let next = match schedule["enabled"] == true {
            true => moment(&schedule["next_at"]),
            false => "disabled".to_owned(),
        };
        table.add_row([
            word(&schedule["name"]),
            word(&schedule["workflow_name"]),
            word(&schedule["cron"]),
            word(&schedule["timezone"]),
            &next,
            &moment(&schedule["last_tick_at"]),
        ]);
    }
    console::line(table.trim_fmt());
    Ok(())
}

async fn add(server: &Server, args: &AddArgs) -> anyhow::Result<Value> {
    let workflow = WORKFLOW.find(server, &args.workflow).await?;
    let inputs = args.inputs.as_deref().map(read_json).transpose()?;
    let overlap = match args.overlap {
        Overlap::Allow => "allow",
        Overlap::Skip => "skip",
        Overlap::CancelRunning => "cancel_running",
        Overlap::Queue => "queue",
    };
    let catch_up = match args.catch_up {
        CatchUp::Skip => json!("skip"),
        CatchUp::Latest => json!("latest"),
        CatchUp::All => json!({ "all": { "within": args.within } }),
    };
    let body = json!({
        "name": args.name,
        "workflow_id": workflow["id"],
        "cron": args.cron,
        "timezone": args.timezone,
        "inputs": inputs.unwrap_or_else(|| json!({})),
        "overlap": overlap,
        "catch_up": catch_up,
        "enabled": !args.disabled,
    });
    server.post("api/schedules", &body).await
}

async fn turn(server: &Server, name: &str, enabled: bool) -> anyhow::Result<Value> {
    let schedule = SCHEDULE.find(server, name).await?;
    let path = SCHEDULE.path(&schedule);
    server.put(&path, &json!({ "enabled": enabled })).await
}

fn tell(operating: &Operating, schedule: &Value) {
    if operating.json {
        console::json(schedule);
        return;
    }
    let name = word(&schedule["name"]);
    match schedule["next_at"].as_str() {
        Some(next) => console::line(format_args!("{name} runs next at {next}")),
        None if schedule["enabled"] == true => console::line(format_args!("{name} never runs")),
        None => console::line(format_args!("{name} is disabled")),
    }
}
