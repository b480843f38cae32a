//! What would make a workspace as an archive says, and doing it, one thing after the other.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::check::{self, Asked, Brought};
use super::compare::{self, differences};
use super::covers::Coverage;
use super::files::Files;
use super::inside::{Inside, Replied};
use super::kinds::{KINDS, Kind};
use super::read::{ByName, DRAFT, Known, Only, things};
use super::{contents, environments, labels, workflows};
use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorDetail, Faults};

const LAYOUT: &str = ".layout";

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Import {
    /// Only says what would be done.
    pub(crate) plan: bool,
    /// What the archive covers and does not hold is deleted.
    pub(crate) prune: bool,
    /// Secrets as well.
    pub(crate) prune_secrets: bool,
    /// Workflows are published as the archive has them.
    pub(crate) publish: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    Update,
    Delete,
    /// A secret that the archive does not hold: what it holds is nowhere else, and so it goes only where that is asked for.
    Keep,
    Unchanged,
    /// A secret that is not there: an archive does not hold what it holds.
    NeedsValue,
    /// A file that is not there, or holds something else: its bytes are to be sent.
    NeedsContent,
}

/// What is to be done with one thing.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) action: Action,
    /// Where it differs.
    pub(crate) changes: Vec<String>,
    /// Why it could not be done, or can't be.
    pub(crate) error: Option<Value>,
    /// Of a webhook that was made: where to send, and what its senders prove themselves with.
    pub(crate) webhook: Option<(String, Option<String>)>,
    /// Of a file that needs its content, the hash of that.
    pub(crate) content: Option<String>,
}

/// A thing as an archive wants it.
pub(super) struct Wanted {
    /// Of a workflow that has a draft, what is published where it comes from.
    pub(super) document: Value,
    pub(super) layout: Option<Value>,
    /// Of a workflow, its newest version, which is not to be published.
    pub(super) draft: Option<Value>,
}

/// Makes a workspace as an archive says, or only says how. What fails is told, and the rest is done. Says what the archive
/// covers besides.
pub(crate) async fn carry_out(
    app: &Scoped,
    inside: &Inside,
    mut files: Files,
    import: Import,
) -> ApiResult<(Vec<Step>, Coverage)> {
    let covers = Coverage::taken(&mut files)?;
    let Sorted {
        things: mut wanted,
        places,
        faults,
    } = sorted(files);
    if !faults.is_empty() {
        return Err(refusal(app, &wanted, &places, faults, import).await?);
    }
    // Of a kind without a folder, whoever wrote an archive that does not say what it covers need not have meant anything.
    let folders = wanted.keys().filter_map(|folder| Kind::of_folder(folder));
    let mut covers = covers.unwrap_or_else(|| Coverage::of(folders, None));
    // Whoever may not see files gets everything else in, as they get it out.
    let unseen = check::told(check::readable(app, Kind::File))?;
    if unseen.is_some() {
        covers = covers.without(Kind::File);
    }
    let (mut steps, mut surplus) = (Vec::new(), Vec::new());
    let mut known_workflows = BTreeMap::new();
    let mut brought = brought(&wanted, import);
    for kind in KINDS {
        let wanted = wanted.remove(kind.folder()).unwrap_or_default();
        let prunes = import.prune && kind.can_go() && covers.speaks_of(kind);
        if wanted.is_empty() && !prunes {
            continue;
        }
        if let (Kind::File, Some(error)) = (kind, &unseen) {
            for (name, thing) in &wanted {
                let mut step = planned(kind, name, thing, None, import.publish);
                step.error = Some(error.clone());
                steps.push(step);
            }
            continue;
        }
        let there = things(inside, app.workspace(), kind, &Only::default()).await?;
        for (name, thing) in &wanted {
            let known = there.get(name);
            let mut step = planned(kind, name, thing, known, import.publish);
            // Nothing is done to a file here, but whether its content could be sent is told in either case.
            if import.plan || kind == Kind::File {
                foresee(app, &mut step, thing, known, &mut brought).await?;
            } else {
                // Nobody is to ship it without what it needs, so that it waits for that as a whole.
                if kind == Kind::Application && step.action != Action::Unchanged {
                    let checked = match check::permitted(app, kind, step.action) {
                        Ok(()) => environments::check(app, &thing.document).await,
                        refused => refused,
                    };
                    step.error = check::told(checked)?;
                    if step.error.is_some() {
                        steps.push(step);
                        continue;
                    }
                }
                if let Some(place) = kind.place(app.workspace(), name) {
                    put(inside, &mut step, &place, thing).await?;
                    steps.push(step);
                    continue;
                }
                let workflows = &mut known_workflows;
                do_step(inside, &mut step, thing, known, workflows, import).await?;
            }
            steps.push(step);
        }
        if prunes {
            let stays = |name: &str| wanted.contains_key(name) || !covers.has(kind, name);
            surplus.extend(beyond(kind, &there, stays, import));
        }
    }
    // What is not wanted goes last, and first what needs other things.
    for (mut step, id) in surplus.into_iter().rev() {
        if step.action == Action::Keep {
            steps.push(step);
            continue;
        }
        if import.plan {
            step.error = check::told(check::permitted(app, step.kind, step.action))?;
        } else {
            let path = format!("/api/{}/{id}", step.kind.folder());
            let replied = inside.ask(Method::DELETE, &path, None).await?;
            // Schedules and webhooks go with their workflow.
            step.error = failure(&replied).filter(|_| replied.status != StatusCode::NOT_FOUND);
        }
        steps.push(step);
    }
    Ok((steps, covers))
}

/// All that is wrong with an archive that is refused: with its files as such, and with what they hold.
async fn refusal(
    app: &Scoped,
    wanted: &Things,
    places: &BTreeMap<(&'static str, String), String>,
    faults: Vec<ErrorDetail>,
    import: Import,
) -> ApiResult<ApiError> {
    let mut faults = Faults::from(faults);
    let brought = brought(wanted, import);
    let kinds = KINDS.into_iter().filter(|kind| *kind != Kind::File);
    for (kind, of_kind) in kinds.filter_map(|kind| Some((kind, wanted.get(kind.folder())?))) {
        for (name, thing) in of_kind {
            let asked = Asked {
                kind,
                // Of what is there and what is new, what is asked less of.
                action: Action::Update,
                document: &thing.document,
                layout: None,
                publishes: false,
                changes: &[],
            };
            let place = (kind.folder(), name.clone());
            if let (Some(path), true) = (places.get(&place), thing.document.is_object()) {
                check::further(app, &asked, &brought, (path, &mut faults)).await?;
            }
        }
    }
    let refused = faults.end("the archive is not valid");
    Ok(refused
        .err()
        .unwrap_or_else(|| ApiError::internal("an archive was refused for nothing")))
}

/// What the documents of an archive may name of each other.
fn brought(wanted: &Things, import: Import) -> Brought {
    let of_kind = |kind: Kind| wanted.get(kind.folder()).into_iter().flatten();
    Brought {
        workflows: of_kind(Kind::Workflow)
            .map(|(name, wanted)| (name.clone(), Some(wanted.document.clone())))
            .collect(),
        prompts: of_kind(Kind::Prompt)
            .map(|(name, _)| name.clone())
            .collect(),
        publish: import.publish,
    }
}

/// Finds out whether a step could be done.
async fn foresee(
    app: &Scoped,
    step: &mut Step,
    wanted: &Wanted,
    known: Option<&Known>,
    brought: &mut Brought,
) -> ApiResult<()> {
    if !matches!(
        step.action,
        Action::Create | Action::Update | Action::NeedsContent
    ) {
        return Ok(());
    }
    step.error = moved(step.kind, &wanted.document, known);
    let (kind, publish) = (step.kind, brought.publish);
    let publishes = kind == Kind::Workflow && workflows::publishes(wanted, known, publish);
    let texts = [
        (workflows::first(wanted, known, publish), publishes),
        (workflows::draft(wanted, known, publish), false),
    ];
    for (document, publishes) in texts {
        let (Some(document), None) = (document, &step.error) else {
            continue;
        };
        let asked = Asked {
            kind,
            action: step.action,
            document,
            layout: wanted.layout.as_ref(),
            changes: &step.changes,
            publishes,
        };
        step.error = check::fault(app, &asked, brought).await?;
    }
    Ok(())
}

/// Why a thing that begins a workflow can't go on as another one's.
fn moved(kind: Kind, wanted: &Value, known: Option<&Known>) -> Option<Value> {
    let before = kind.workflow(&known?.document);
    (kind.workflow(wanted) != before).then(|| {
        let message =
            "it belongs to another workflow: delete it first, or give this one another name";
        json!({ "code": "conflict", "message": message })
    })
}

/// What an archive holds, by folder and name.
type Things = BTreeMap<&'static str, BTreeMap<String, Wanted>>;

struct Sorted {
    things: Things,
    /// The path of each.
    places: BTreeMap<(&'static str, String), String>,
    /// All that is wrong with the files as such.
    faults: Vec<ErrorDetail>,
}

/// The files of each folder, by name.
fn sorted(files: Files) -> Sorted {
    let mut sorted = Things::new();
    let mut places = BTreeMap::new();
    let mut faults = Vec::new();
    let mut beside = Vec::new();
    for (path, mut document) in files {
        let mut fault = |pointer: &str, message: String| {
            faults.push(ErrorDetail {
                path: Some(format!("{path}{pointer}")),
                message,
                ..ErrorDetail::default()
            });
        };
        let (folder, file) = path.split_once('/').unwrap_or_default();
        let Some(kind) = Kind::of_folder(folder) else {
            let folders = KINDS.map(Kind::folder).join(", ");
            fault(
                "",
                format!("there is no folder `{folder}` in an archive: there are {folders}"),
            );
            continue;
        };
        let Some((name, "yaml" | "yml" | "json")) = file.rsplit_once('.') else {
            fault(
                "",
                "a document is a file that ends in .yaml, .yml or .json".to_owned(),
            );
            continue;
        };
        if kind == Kind::File {
            let listed = sorted.entry(kind.folder()).or_default();
            match contents::wanted(name, document) {
                Ok(files) if files.keys().any(|name| listed.contains_key(name)) => {
                    fault("", "a file of this list is in another one, too".to_owned());
                }
                Ok(files) => listed.extend(files),
                Err((pointer, message)) => fault(&format!("#{pointer}"), message),
            }
            continue;
        }
        if let (Kind::Workflow, Some(name)) = (kind, name.strip_suffix(LAYOUT)) {
            beside.push((path.clone(), name.to_owned(), LAYOUT, document));
            continue;
        }
        if let (Kind::Workflow, Some(name)) = (kind, name.strip_suffix(DRAFT)) {
            if let Some(message) = kind.fault(name, &document) {
                fault("", message);
            }
            beside.push((path.clone(), name.to_owned(), DRAFT, document));
            continue;
        }
        if let Some(message) = kind.fault(name, &document) {
            fault("", message);
        }
        if kind == Kind::Prompt {
            if let Some((pointer, message)) = labels::fault(&document) {
                fault(&format!("#{pointer}"), message);
            }
            labels::sort(&mut document);
        }
        kind.complete(&mut document);
        let wanted = Wanted {
            document,
            layout: None,
            draft: None,
        };
        let of_kind = sorted.entry(kind.folder()).or_default();
        if of_kind.insert(name.to_owned(), wanted).is_some() {
            fault("", format!("there are two files for `{name}`"));
        }
        places.insert((kind.folder(), name.to_owned()), path.clone());
    }
    for (path, name, what, document) in beside {
        let of_kind = sorted.entry(Kind::Workflow.folder()).or_default();
        match of_kind.get_mut(&name) {
            Some(wanted) if what == DRAFT => wanted.draft = Some(document),
            Some(wanted) => wanted.layout = Some(document),
            None => faults.push(ErrorDetail {
                path: Some(path),
                message: format!("there is no file for the workflow `{name}`"),
                ..ErrorDetail::default()
            }),
        }
    }
    Sorted {
        things: sorted,
        places,
        faults,
    }
}

fn planned(kind: Kind, name: &str, wanted: &Wanted, there: Option<&Known>, publish: bool) -> Step {
    let (action, changes) = match there {
        None if kind == Kind::Secret => (Action::NeedsValue, Vec::new()),
        None if kind == Kind::File => (Action::NeedsContent, Vec::new()),
        None => (Action::Create, Vec::new()),
        Some(known) => {
            let mut changes = changes(kind, wanted, known, publish);
            if let Some(layout) = &wanted.layout {
                let there = known.layout.clone().unwrap_or_else(|| json!({}));
                if *layout != there {
                    changes.push("/layout".to_owned());
                }
            }
            match changes.is_empty() {
                true => (Action::Unchanged, changes),
                false if kind == Kind::File => (Action::NeedsContent, changes),
                false => (Action::Update, changes),
            }
        }
    };
    let content = wanted.document["sha256"].as_str().map(str::to_owned);
    Step {
        kind,
        name: name.to_owned(),
        action,
        changes,
        error: None,
        webhook: None,
        content: content.filter(|_| action == Action::NeedsContent),
    }
}

/// Where the texts of a thing differ from what there is.
fn changes(kind: Kind, wanted: &Wanted, known: &Known, publish: bool) -> Vec<String> {
    match kind {
        Kind::Workflow => return workflows::changes(wanted, known, publish),
        Kind::File => return contents::changes(wanted, known),
        _ => {}
    }
    if let Some(apart) = kind.apart()
        && wanted.document.get(apart).is_none()
    {
        let mut there = known.document.clone();
        if let Value::Object(fields) = &mut there {
            fields.shift_remove(apart);
        }
        return differences(&wanted.document, &there);
    }
    differences(&wanted.document, &known.document)
}

/// What there is and is not wanted, with its id.
fn beyond(
    kind: Kind,
    there: &ByName,
    stays: impl Fn(&str) -> bool,
    import: Import,
) -> Vec<(Step, String)> {
    let action = match kind {
        Kind::Secret if !import.prune_secrets => Action::Keep,
        _ => Action::Delete,
    };
    let surplus = there.iter().filter(|(name, _)| !stays(name));
    surplus
        .map(|(name, known)| {
            let step = Step {
                kind,
                name: name.clone(),
                action,
                changes: Vec::new(),
                error: None,
                webhook: None,
                content: None,
            };
            (step, known.id.clone())
        })
        .collect()
}

/// Puts what is made and changed in the same way.
async fn put(inside: &Inside, step: &mut Step, place: &str, wanted: &Wanted) -> ApiResult<()> {
    if matches!(step.action, Action::Create | Action::Update) {
        let body = step.kind.change(&wanted.document, None);
        let replied = inside.ask(Method::PUT, place, Some(&body)).await?;
        step.error = failure(&replied);
    }
    Ok(())
}

async fn do_step(
    inside: &Inside,
    step: &mut Step,
    wanted: &Wanted,
    known: Option<&Known>,
    workflows: &mut BTreeMap<String, String>,
    import: Import,
) -> ApiResult<()> {
    let (kind, document, layout) = (step.kind, &wanted.document, wanted.layout.as_ref());
    let list = format!("/api/{}", kind.folder());
    let is_put = matches!(step.action, Action::Create | Action::Update);
    if is_put && kind == Kind::Workflow {
        step.error = workflows::put(inside, wanted, known, import.publish).await?;
        return Ok(());
    }
    if is_put && kind == Kind::Prompt && document.get("labels").is_some() {
        step.error = labels::put(inside, document, known).await?;
        return Ok(());
    }
    let replied = match (step.action, known) {
        (Action::Create, _) => {
            let workflow = match kind.workflow(document) {
                Some(name) => match workflow_id(inside, name, workflows).await? {
                    Some(id) => Some(id),
                    None => {
                        let message = format!("there is no workflow called `{name}`");
                        step.error = Some(json!({ "code": "not_found", "message": message }));
                        return Ok(());
                    }
                },
                None => None,
            };
            let body = kind.creation(document, layout, workflow.as_deref());
            inside.ask(Method::POST, &list, Some(&body)).await?
        }
        (Action::Update, Some(known)) => {
            step.error = moved(kind, document, Some(known));
            if step.error.is_some() {
                return Ok(());
            }
            let path = format!("{list}/{}", known.id);
            let body = kind.change(document, layout);
            inside.ask(Method::PUT, &path, Some(&body)).await?
        }
        _ => return Ok(()),
    };
    step.error = failure(&replied);
    let text = |name: &str| replied.body[name].as_str().map(str::to_owned);
    let made = text("id").filter(|_| kind == Kind::Application && step.error.is_none());
    if let Some(id) = made
        && changes_environment(step)
    {
        step.error = environments::put(inside, &format!("{list}/{id}"), document).await?;
    }
    if (kind, step.action) == (Kind::Webhook, Action::Create) {
        step.webhook = text("url").map(|url| (url, text("secret")));
    }
    Ok(())
}

/// Whoever has the form of an environment open is not to lose it to a change of the application's label.
fn changes_environment(step: &Step) -> bool {
    let is_environment = |place: &String| place.starts_with(&format!("/{}", environments::FIELD));
    step.action == Action::Create
        || step.changes.iter().any(is_environment)
        || step.changes.len() >= compare::MOST
}

/// The id of a workflow, which may have been made a moment ago.
async fn workflow_id(
    inside: &Inside,
    name: &str,
    workflows: &mut BTreeMap<String, String>,
) -> ApiResult<Option<String>> {
    if workflows.is_empty() {
        for workflow in inside.all("/api/workflows").await? {
            if let (Some(name), Some(id)) = (workflow["name"].as_str(), workflow["id"].as_str()) {
                workflows.insert(name.to_owned(), id.to_owned());
            }
        }
    }
    Ok(workflows.get(name).cloned())
}

pub(super) fn failure(replied: &Replied) -> Option<Value> {
    (!replied.status.is_success()).then(|| replied.body["error"].clone())
}
