//! schemathesis against a real server: thousands of requests drawn from its own document, valid and not, and every answer held
//! against it. What is left out, and why, stands in `xtask/schemathesis/schemathesis.toml`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{
    Setting,
    counts::{Counts, from_junit},
    injection::library::Library,
    report::Report,
    rust::conclude,
    session,
};
use crate::{console, ports, process, server, server::Server, services::ServiceSet};

const EMAIL: &str = "schemathesis@example.org";

/// Operations that accept nothing here, each with its reason.
const NEVER: [(&str, &str); 60] = [
    ("change_email", "takes a mail server"),
    ("delete_profile", "takes the password of who asks"),
    ("logout", "not called: schemathesis.toml"),
    ("end_session", "not called"),
    ("leave_workspace", "not called"),
    (
        "put_extra",
        "takes the names of fields that a workspace has declared",
    ),
    ("delete_workspace", "not called"),
    ("generate_application", "not called"),
    ("preview_application", "not called"),
    ("watch_execution", "not called"),
    ("open_live", "not called"),
    ("import_workspace", "not called"),
    ("upload_file", "not called"),
    ("test_outgoing_webhook", "not called"),
    ("redeliver_outgoing", "nothing was delivered by then"),
    ("get_release", "nothing was deployed by then"),
    ("roll_back", "nothing was deployed by then"),
    (
        "get_openapi",
        "not called: it is what all calls are made of",
    ),
    ("get_docs", "the server is built without its web app"),
    ("send_verification", "no mail server"),
    ("forgot_password", "no mail server"),
    ("reset_password", "takes a word from a letter"),
    ("confirm_email", "takes a word from a letter"),
    ("accept_invitation", "takes a word from a letter"),
    ("login", "takes a password that is known"),
    ("show_second_factor", "comes after logging in"),
    ("refresh", "takes a cookie"),
    ("change_password", "takes the password"),
    ("confirm_second_factor", "takes a code of the moment"),
    ("set_up_second_factor", "takes the password"),
    ("remove_second_factor", "takes the password"),
    ("begin_oauth", "no provider is set up"),
    ("end_oauth", "no provider is set up"),
    ("begin_link", "no provider is set up"),
    ("unlink_identity", "no provider is set up"),
    ("show_link", "takes an address that is signed"),
    ("answer_link", "takes an address that is signed"),
    ("get_execution_blob", "no run here keeps a blob"),
    ("stop_application", "nothing is deployed"),
    ("change_member", "the only member is the last owner"),
    ("remove_member", "the only member is the last owner"),
    ("create_workflow", "its example is there already"),
    ("update_workflow", "its example has the name of another one"),
    ("preview_move", "names steps of the very run"),
    ("restore_file", "no file is in the trash"),
    ("restore_secret", "no secret is in the trash"),
    ("restore_variable", "no variable is in the trash"),
    ("restore_workspace", "no workspace is deleted"),
    ("get_hook", "the webhook takes POST"),
    ("put_hook", "the webhook takes POST"),
    ("post_hook", "the webhook is deleted by then"),
    ("delete_prompt_label", "the prompt has none by then"),
    ("create_schedule", "names inputs of the very workflow"),
    ("create_user", "its example is there already"),
    ("create_user_token", "names rights that the account has"),
    ("answer_wait", "takes what the very wait asks for"),
    ("withdraw_invitation", "there is none any more by then"),
    ("delete_role", "there is none any more by then"),
    (
        "decide_step",
        "names a step of the very run, and what to do with it",
    ),
    (
        "move_execution",
        "names steps of the very run, and where they go",
    ),
];

pub(super) fn run(setting: &Setting<'_>, report: &mut Report) {
    report.part("requests by schema", || {
        server::build(setting.project, setting.interrupt)?;
        let services = setting.services.context("Python was not looked for")?;
        let program = install(setting, services)?;
        try_all(setting, services, &program)
    });
}

/// Done again only when what is to be installed has changed.
fn install(setting: &Setting<'_>, services: &ServiceSet) -> Result<PathBuf> {
    let wanted = settings(setting).join("requirements.txt");
    let list =
        fs::read_to_string(&wanted).with_context(|| format!("cannot read {}", wanted.display()))?;
    let place = setting.project.state()?.join("python");
    let program = place.join("bin/schemathesis");
    let stamp = place.join(".installed-from");
    if program.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == list) {
        return Ok(program);
    }
    console::line("installing schemathesis in a Python environment of its own");
    let python = services
        .environment()
        .iter()
        .find(|(name, _)| name == "PYTHON");
    let (_, python) = python.context("no Python was found")?;
    process::run(
        setting.interrupt,
        Command::new(python)
            .args(["-m", "venv", "--clear"])
            .arg(&place),
    )?;
    process::run(
        setting.interrupt,
        Command::new(place.join("bin/python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
            ])
            .arg(&wanted),
    )
    .context("schemathesis can't be installed: is a Python package index within reach?")?;
    fs::write(&stamp, list).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(program)
}

fn try_all(setting: &Setting<'_>, services: &ServiceSet, program: &Path) -> Result<Option<Counts>> {
    let folder = services.folder("schemathesis")?;
    let data = folder.join("data");
    let mut environment = services.environment().clone();
    // Registering has to be possible to be tried.
    environment.push(("LATHE_REGISTRATION".into(), "open".into()));
    // Whoever is refused for asking too often is not told what becomes of a request.
    for limit in ["PER_ADDRESS", "PER_ACCOUNT", "PER_TOKEN", "EXECUTIONS"] {
        environment.push((format!("LATHE_LIMIT_{limit}"), "0".into()));
    }
    let server = Server {
        project: setting.project,
        interrupt: setting.interrupt,
        profile: "debug",
        port: ports::free()?,
        environment: Some(&environment),
    };
    let _running = server.start(&data, Some(&folder.join("lathe.log")))?;
    server.seed()?;
    let session = session::first(server.port, EMAIL)?;
    let library = Library::fill(server.port, &session, setting.interrupt)?;
    let reports = setting.project.state()?.join("schemathesis");
    fs::create_dir_all(&reports)?;
    let junit = reports.join("junit.xml");
    let accepted = folder.join("accepted");
    for old in [&junit, &accepted] {
        let _ = fs::remove_file(old);
    }
    let mut command = Command::new(program);
    setting
        .prepare(&mut command)
        .current_dir(&folder)
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", settings(setting))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("LATHE_ADDRESS", server.address())
        .env("LATHE_ACCEPTED", &accepted)
        .env("LATHE_SESSION", &session)
        .env("LATHE_MACHINE", machine(&data)?)
        .arg("--config-file")
        .arg(settings(setting).join("schemathesis.toml"))
        .arg("run")
        .arg(format!("{}/api/openapi.json", server.address()))
        .args(["--no-color", "--report", "junit,html,json"])
        .arg("--report-junit-path")
        .arg(&junit)
        .arg("--report-html-path")
        .arg(reports.join("report.html"))
        .arg("--report-json-path")
        .arg(reports.join("report.json"));
    let ended = process::run(setting.interrupt, &mut command);
    console::line(&format!("the report is in {}", reports.display()));
    let counts = fs::read_to_string(&junit)
        .ok()
        .and_then(|text| from_junit(&text));
    let concluded = conclude(ended, counts)?;
    let accepted = fs::read_to_string(&accepted).unwrap_or_default();
    reaches_all(&library.document, &accepted.lines().collect())?;
    Ok(concluded)
}

/// That nothing was wrong says little of an operation whose every request was refused.
fn reaches_all(document: &Value, accepted: &BTreeSet<&str>) -> Result<()> {
    let mut missed = Vec::new();
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let Some(id) = operation["operationId"].as_str() else {
                continue;
            };
            let called = format!("{} {path}", method.to_uppercase());
            let excused = NEVER.iter().any(|(known, _)| *known == id);
            if !excused && !accepted.contains(&*called) {
                missed.push(format!("{called} ({id})"));
            }
        }
    }
    ensure!(
        missed.is_empty(),
        "these operations accepted no request at all: let xtask/schemathesis/hooks.py give them what they need, or name them in \
         NEVER with the reason:\n{}",
        missed.join("\n")
    );
    Ok(())
}

/// What the server has left in its data folder for whoever operates the machine.
fn machine(data: &Path) -> Result<String> {
    let text = fs::read_to_string(data.join("server.json")).context("the server left no token")?;
    let left: Value = serde_json::from_str(&text)?;
    Ok(left["token"]
        .as_str()
        .context("the server left no token")?
        .to_owned())
}

fn settings(setting: &Setting<'_>) -> PathBuf {
    setting.project.root().join("xtask/schemathesis")
}
