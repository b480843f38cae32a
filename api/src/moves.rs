//! Moves a paused execution to another version of its workflow.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use engine::catalog::Catalog;
use engine::document::compare::compare;
use engine::document::parse;
use engine::execution::{
    Earlier, Execution, Failures, Illegal, Move, MoveClass, NoMove, RunOptions, moved_to, plan_move,
};
use engine::plan::{self, Plan};
use engine::ports::definitions::Definition;
use engine::ports::executions::{ExecutionStore, Loaded};
use engine::ports::launcher::{Again, ChangeError, Launch, MoveError};
use engine::problem::Problems;
use serde_json::Value;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorDetail};
use crate::launch;
use crate::rerun::earlier;
use crate::schemas::movement::{MoveBody, MovePreview};
use crate::schemas::version::WorkflowDiff;
use crate::wait;

/// How often a move is planned anew because something happened to the execution meanwhile.
const TRIES: usize = 3;

/// A move as it would be made now.
struct Planned {
    definition: Arc<Definition>,
    loaded: Loaded,
    options: RunOptions,
    earlier: Arc<Earlier>,
    inputs: Value,
    planned: Move,
    diff: WorkflowDiff,
}

pub(crate) async fn preview(app: &Scoped, id: Uuid, body: &MoveBody) -> ApiResult<MovePreview> {
    let plan = plan(app, id, body).await?;
    Ok(MovePreview::of(plan.planned, plan.diff))
}

/// An execution moves once: whoever asks again is shown the one that goes on in its place.
pub(crate) async fn carry_out(
    app: &Scoped,
    id: Uuid,
    body: &MoveBody,
    trigger: &'static str,
    wait: Option<Duration>,
) -> ApiResult<Response> {
    for _ in 0..TRIES {
        let before = wait::read(app, id).await?;
        if before.summary.error.as_ref().and_then(moved_to).is_some() {
            return launch::replayed(app, before, wait).await;
        }
        let Planned {
            definition,
            loaded,
            options,
            earlier,
            inputs,
            planned,
            ..
        } = plan(app, id, body).await?;
        if planned.class == MoveClass::NeedsDecision && !body.accept {
            return Err(undecided(&planned));
        }
        let by = Launch {
            id: Uuid::now_v7(),
            definition: Arc::clone(&definition),
            inputs,
            trigger: trigger.to_owned(),
            started_by: app.caller.person_id(),
            idempotency_key: None,
            options,
            again: Some(Again {
                earlier,
                from: planned.from,
            }),
            wait: false,
        };
        match app.launcher.supersede(id, loaded.seq, by).await {
            Err(MoveError::Outdated) => {}
            Err(error) => return Err(error.into()),
            Ok(launched) => {
                return launch::answer(app, &definition, trigger, launched, Some(id), wait).await;
            }
        }
    }
    Err(MoveError::Outdated.into())
}

async fn plan(app: &Scoped, id: Uuid, body: &MoveBody) -> ApiResult<Planned> {
    wait::read(app, id).await?;
    let loaded = app.store.load(id).await?;
    let loaded = loaded.ok_or_else(|| ApiError::not_found("execution"))?;
    let accepted = &loaded.accepted;
    if accepted.parent.is_some() {
        return Err(ChangeError::Called.into());
    }
    let (workflow, version) = (accepted.workflow_id, accepted.workflow_version);
    let choice = body.version.map(Into::into);
    let (old, new, steps) = tokio::try_join!(
        app.definitions.numbered(app.scope(), workflow, version),
        app.definitions.chosen(app.scope(), workflow, choice),
        async { Ok(app.store.whole_execution_steps(app.scope(), id).await?) },
    )?;
    let found = Arc::new(Earlier {
        execution: id,
        failures: Failures::Stay,
        steps: steps.into_iter().map(earlier).collect(),
    });
    let inputs = match &body.inputs {
        Some(inputs) => Value::Object(inputs.clone()),
        None => accepted.inputs.clone(),
    };
    let catalog = Arc::clone(&app.catalog);
    let job = Job {
        loaded: loaded.clone(),
        earlier: Arc::clone(&found),
        inputs: inputs.clone(),
        wanted: body.from.clone(),
        old,
        new: Arc::clone(&new),
    };
    // Two documents are compiled, and the new run is tried out.
    let done = tokio::task::spawn_blocking(move || job.run(&catalog));
    let (planned, options, diff) = done.await.map_err(ApiError::internal)??;
    Ok(Planned {
        definition: new,
        loaded,
        options,
        earlier: found,
        inputs,
        planned,
        diff,
    })
}

struct Job {
    loaded: Loaded,
    earlier: Arc<Earlier>,
    inputs: Value,
    wanted: Vec<String>,
    old: Arc<Definition>,
    new: Arc<Definition>,
}

impl Job {
    fn run(self, catalog: &Catalog) -> ApiResult<(Move, RunOptions, WorkflowDiff)> {
        let old = compiled(&self.old, catalog)?;
        let new = compiled(&self.new, catalog)?;
        // Pins of nodes that are gone pin nothing.
        let mut options = self.loaded.accepted.options.clone();
        options.pins.retain(|node, _| new.index_of(node).is_some());
        options.check(&new).map_err(|problems| {
            ApiError::from_problems("what the run was begun with does not fit", problems)
        })?;
        let execution = Execution::from_loaded(&old, self.loaded).map_err(ApiError::internal)?;
        let inputs = new
            .check_inputs(self.inputs)
            .map_err(|problems| ApiError::from_problems("the inputs do not fit", problems))?;
        let (earlier, inputs, now) = (&self.earlier, Arc::new(inputs), chrono::Utc::now());
        let planned = plan_move(&old, &execution, earlier, &new, inputs, &self.wanted, now);
        let planned = planned.map_err(|error| match error {
            NoMove::NotNow(Illegal::NotNow(status)) if !status.is_terminal() => {
                ApiError::conflict(format!("the execution is {status}: pause it first"))
            }
            NoMove::NotNow(Illegal::NotNow(status)) => {
                ApiError::conflict(format!("the execution has ended: it is {status}"))
            }
            NoMove::NotNow(Illegal::Busy) => ChangeError::Busy.into(),
            NoMove::NotNow(Illegal::Held) => ChangeError::Held.into(),
            NoMove::NotNow(illegal) => ApiError::conflict(illegal.to_string()),
            NoMove::NoRerun(error) => ApiError::from_problems("it can't go on from there", error.0),
        })?;
        let comparison = compare(&old.document, &new.document);
        let diff = WorkflowDiff::of(self.old.version, self.new.version, comparison);
        Ok((planned, options, diff))
    }
}

fn compiled(definition: &Definition, catalog: &Catalog) -> ApiResult<Plan> {
    let compile = |document: Value| -> Result<Plan, Problems> {
        plan::compile(parse::from_value(document)?, catalog)
    };
    compile(definition.document.clone()).map_err(|problems| {
        let what = format!("version {} can't be read here", definition.version);
        ApiError::from_problems(&what, problems)
    })
}

fn undecided(planned: &Move) -> ApiError {
    let open = planned.steps.iter();
    let open = open.filter(|step| step.class == MoveClass::NeedsDecision);
    let details: Vec<ErrorDetail> = open
        .map(|step| ErrorDetail {
            path: Some(step.path.clone()),
            message: step.reason.to_string(),
            ..ErrorDetail::default()
        })
        .collect();
    let message = format!(
        "what {} steps did would happen twice or be left behind: look at the preview, and say `accept: true` if that is \
         what you want",
        details.len()
    );
    ApiError::conflict(message).with_details(details)
}
