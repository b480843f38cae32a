//! When a run may begin: what the settings say about it, compiled once, and asked once for each run.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::names::{is_workflow_name, suggestion};
use crate::Time;
use crate::document::{Document, Settings, Strategy};
use crate::duration::Millis;
use crate::problem::{Problem, Problems};
use crate::script::Names;
use crate::template::{self, RunInfo, Scope, Template};

/// Keys have to fit into an index of the database.
const LONGEST_KEY: usize = 500;
const MOST: u32 = 1_000_000;
/// Starts are counted no further back.
const LONGEST_PACE: Millis = Millis(86_400_000);
const HIGHEST_PRIORITY: i64 = 100;

/// The templates of the settings.
#[derive(Default)]
pub(crate) struct Rules {
    concurrency: Option<Template>,
    rate: Option<Template>,
    debounce: Option<Template>,
    priority: Option<Template>,
    fair_by: Option<Template>,
    idempotency: Option<Template>,
}

/// What the settings mean for one run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    pub concurrency: Option<Places>,
    pub rate: Option<Pace>,
    pub debounce: Option<Lull>,
    pub priority: i8,
    pub fair_key: Option<String>,
    pub idempotency_key: Option<String>,
    /// After this long an idempotency key may be used again.
    pub idempotency_window: Option<Millis>,
}

/// No more runs with this key are under way than this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    pub key: String,
    pub limit: u32,
    pub strategy: Strategy,
}

/// No more runs with this key begin within this span than this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    pub key: String,
    pub limit: u32,
    pub per: Millis,
}

/// A run with this key begins when no other came for this long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lull {
    pub key: String,
    pub delay: Millis,
    pub max_delay: Option<Millis>,
}

impl Admission {
    /// Whether the run has to be let in, and may not begin by itself.
    pub fn is_gated(&self) -> bool {
        self.concurrency.is_some() || self.rate.is_some() || self.debounce.is_some()
    }
}

impl Settings {
    /// Whether runs have to be let in, and may not begin by themselves.
    pub fn is_gated(&self) -> bool {
        self.concurrency.is_some() || self.rate.is_some() || self.debounce.is_some()
    }
}

impl Rules {
    /// Compiles the templates, and says what is wrong with the settings around them.
    pub(super) fn compile(document: &Document, problems: &mut Vec<Problem>) -> Self {
        let settings = &document.settings;
        check(settings, problems);
        let mut key = |place: &str, text: Option<&str>| {
            let value = Value::String(text?.to_owned());
            template_at(document, place, &value, problems)
        };
        let concurrency = settings.concurrency.as_ref();
        let rate = settings.rate.as_ref();
        let debounce = settings.debounce.as_ref();
        let idempotency = settings.idempotency.as_ref();
        Self {
            concurrency: key(
                "concurrency/key",
                concurrency.and_then(|c| c.key.as_deref()),
            ),
            rate: key("rate/key", rate.and_then(|rate| rate.key.as_deref())),
            debounce: key("debounce/key", debounce.and_then(|d| d.key.as_deref())),
            idempotency: key(
                "idempotency/key",
                idempotency.and_then(|i| i.key.as_deref()),
            ),
            fair_by: key("fair_by", settings.fair_by.as_deref()),
            priority: settings
                .priority
                .as_ref()
                .and_then(|value| template_at(document, "priority", value, problems)),
        }
    }

    /// Asks the templates what they give for these inputs. An error names its setting.
    pub(super) fn ask(&self, settings: &Settings, inputs: &Value) -> Result<Admission, Problems> {
        let mut problems = Vec::new();
        let mut key = |place: &str, template: Option<&Template>| {
            let Some(template) = template else {
                return Some(String::new());
            };
            let found = value_of(template, inputs).and_then(key_text);
            found.unwrap_or_else(|message| {
                problems.push(refusal(place, &message));
                None
            })
        };
        // Runs without a value share one key, so that a missing input does not get round a limit.
        let or_shared = |key: Option<String>| key.unwrap_or_else(|| "null".to_owned());
        let admission = Admission {
            concurrency: settings.concurrency.as_ref().map(|concurrency| Places {
                key: or_shared(key("concurrency/key", self.concurrency.as_ref())),
                limit: concurrency.limit,
                strategy: concurrency.strategy,
            }),
            rate: settings.rate.as_ref().map(|rate| Pace {
                key: or_shared(key("rate/key", self.rate.as_ref())),
                limit: rate.limit,
                per: rate.per,
            }),
            debounce: settings.debounce.as_ref().map(|debounce| Lull {
                key: or_shared(key("debounce/key", self.debounce.as_ref())),
                delay: debounce.delay,
                max_delay: debounce.max_delay,
            }),
            fair_key: (self.fair_by.as_ref())
                .map(|template| or_shared(key("fair_by", Some(template)))),
            idempotency_key: (self.idempotency.as_ref())
                .and_then(|template| key("idempotency/key", Some(template))),
            idempotency_window: settings.idempotency.as_ref().and_then(|idem| idem.window),
            priority: 0,
        };
        let priority = self.priority(inputs).unwrap_or_else(|message| {
            problems.push(refusal("priority", &message));
            0
        });
        match problems.is_empty() {
            true => Ok(Admission {
                priority,
                ..admission
            }),
            false => Err(Problems(problems)),
        }
    }

    /// The priority alone, for who has to order runs that were accepted before.
    pub(super) fn priority(&self, inputs: &Value) -> Result<i8, String> {
        match &self.priority {
            None => Ok(0),
            Some(template) => value_of(template, inputs).and_then(|value| priority(&value)),
        }
    }
}

/// Keys see inputs and nothing else: there is no run yet when they are asked.
fn template_at(
    document: &Document,
    place: &str,
    value: &Value,
    problems: &mut Vec<Problem>,
) -> Option<Template> {
    let input = |name: &str| {
        if document.inputs.contains_key(name) {
            return Ok(());
        }
        let hint = suggestion(name, document.inputs.keys().map(String::as_str));
        Err(format!("this workflow has no input `{name}`{hint}"))
    };
    let node = |_: &str| Err(ONLY_INPUTS.to_owned());
    let names = Names {
        input: &input,
        node: &node,
        locals: &[],
        no_secrets: Some(ONLY_INPUTS),
    };
    let path = format!("/settings/{place}");
    let field = format!("settings.{}", place.replace('/', "."));
    match template::compile(&field, value, &[], &names) {
        Ok(template) if template.reads_inputs_only() => Some(template),
        Ok(_) => {
            problems.push(Problem::at(path, ONLY_INPUTS));
            None
        }
        Err(faults) => {
            let faults = faults.into_iter();
            problems.extend(faults.map(|fault| Problem::at(path.clone(), fault.message)));
            None
        }
    }
}

const ONLY_INPUTS: &str =
    "settings are asked before the run begins and see its inputs only: write `inputs.<name>`";

fn value_of(template: &Template, inputs: &Value) -> Result<Value, String> {
    let run = RunInfo {
        id: Uuid::nil(),
        workflow: String::new(),
        started_at: Time::default(),
        vars: Arc::default(),
    };
    let scope = Scope {
        inputs,
        outputs: &Vec::new(),
        run: &run,
    };
    template.resolve(&scope).map_err(|error| error.message)
}

/// A key as text; `None` for null.
fn key_text(value: Value) -> Result<Option<String>, String> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text,
        other => other.to_string(),
    };
    match text.len() {
        ..=LONGEST_KEY => Ok(Some(text)),
        length => Err(format!(
            "the key has {length} bytes, and at most {LONGEST_KEY} fit: take a shorter value"
        )),
    }
}

fn priority(value: &Value) -> Result<i8, String> {
    let whole = value
        .as_i64()
        .or_else(|| {
            let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
            Some(number as i64)
        })
        .filter(|number| number.abs() <= HIGHEST_PRIORITY)
        .and_then(|number| i8::try_from(number).ok());
    whole.ok_or_else(|| {
        format!("a priority is a whole number from -{HIGHEST_PRIORITY} to {HIGHEST_PRIORITY}, not {value}")
    })
}

fn refusal(place: &str, message: &str) -> Problem {
    let name = place.replace('/', ".");
    Problem::at(
        format!("/settings/{place}"),
        format!("the setting `{name}` of the workflow refuses these inputs: {message}"),
    )
}

/// What can be known to be wrong without any inputs.
fn check(settings: &Settings, problems: &mut Vec<Problem>) {
    let mut refuse = |place: &str, message: String| {
        problems.push(Problem::at(format!("/settings/{place}"), message));
    };
    let limits = [
        (
            "concurrency/limit",
            settings.concurrency.as_ref().map(|c| c.limit),
        ),
        ("rate/limit", settings.rate.as_ref().map(|rate| rate.limit)),
    ];
    for (place, limit) in limits {
        if limit.is_some_and(|limit| !(1..=MOST).contains(&limit)) {
            refuse(place, format!("a limit is a whole number from 1 to {MOST}"));
        }
    }
    if (settings.rate.as_ref()).is_some_and(|rate| rate.per > LONGEST_PACE) {
        refuse(
            "rate/per",
            format!("at most {LONGEST_PACE}: starts are counted no further back"),
        );
    }
    let debounce = settings.debounce.as_ref();
    let retention = settings.retention.as_ref();
    let spans = [
        ("rate/per", settings.rate.as_ref().map(|rate| rate.per)),
        ("debounce/delay", debounce.map(|debounce| debounce.delay)),
        ("debounce/max_delay", debounce.and_then(|d| d.max_delay)),
        ("warn_after", settings.warn_after),
        (
            "idempotency/window",
            settings.idempotency.as_ref().and_then(|idem| idem.window),
        ),
        ("retention/keep", retention.and_then(|kept| kept.keep)),
        ("retention/failed", retention.and_then(|kept| kept.failed)),
    ];
    for (place, span) in spans {
        if span == Some(Millis(0)) {
            refuse(place, "this must be longer than nothing".to_owned());
        }
    }
    if let Some(debounce) = debounce
        && debounce.max_delay.is_some_and(|most| most < debounce.delay)
    {
        let message = "`max_delay` must not be shorter than `delay`";
        refuse("debounce/max_delay", message.to_owned());
    }
    if let (Some(warn), Some(timeout)) = (settings.warn_after, settings.timeout)
        && warn >= timeout
    {
        let message = "this has no effect: the run's `timeout` ends it before that";
        refuse("warn_after", message.to_owned());
    }
    if let Some(Value::Number(_) | Value::Bool(_) | Value::Array(_) | Value::Object(_)) =
        &settings.priority
        && let Err(message) = settings.priority.as_ref().map_or(Ok(0), priority)
    {
        refuse("priority", message);
    }
    if settings.fair_by.is_some() && settings.concurrency.is_none() && settings.rate.is_none() {
        let message =
            "this orders runs that wait, and none does: give `concurrency` or `rate` beside it";
        refuse("fair_by", message.to_owned());
    }
    if (settings.idempotency.as_ref())
        .is_some_and(|idem| idem.key.is_none() && idem.window.is_none())
    {
        let message = "give a `key`, a `window`, or both";
        refuse("idempotency", message.to_owned());
    }
    if retention.is_some_and(|kept| kept.keep.is_none() && kept.failed.is_none()) {
        let message = "say how long runs are kept: `keep`, `failed`, or both";
        refuse("retention", message.to_owned());
    }
    if let Some(handler) = &settings.on_failure
        && !is_workflow_name(&handler.workflow)
    {
        let message = format!("`{}` is no name of a workflow", handler.workflow);
        refuse("on_failure/workflow", message);
    }
}
