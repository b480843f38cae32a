//! Lists are read from an index that begins with whose they are and goes on in their order: what a page costs does not
//! depend on how much there is, neither here nor in other workspaces.
//!
//! Each list is asked for its first page and for a later one; the statements are heard as the driver logs them, and the
//! database is asked how it would carry them out.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use engine::execution::Status;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection, PgConnection, Row};
use serde_json::{Value, json};
use store::{
    AuditFilter, DatabaseConfig, ExecutionFilter, ModelFilter, Paging, RecordPlace, RecordQuery,
    RecordSort, ReleaseFilter, Scope, WorkflowFilter, record_table,
};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use uuid::Uuid;

use crate::on_every_database;
use crate::stand::{Stand, sqlite_file};

on_every_database!(
    every_list_is_read_from_an_index,
    what_is_asked_for_by_ids_is_found_by_them
);

const OURS: Uuid = Uuid::from_u128(1);
const ID: Uuid = Uuid::from_u128(7);

async fn every_list_is_read_from_an_index(stand: Stand) {
    let heard = Heard::default();
    let subscriber = tracing_subscriber::registry().with(heard.clone());
    // Each test is a process of its own.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (list, key) in lists() {
        for paging in [Paging::first(2), after(list, &key)] {
            heard.take();
            ask(&stand, list, &paging).await;
            let statements = heard.take();
            assert!(!statements.is_empty(), "nothing was asked for {list}");
            for statement in statements {
                seen += 1;
                let faults = faults(&stand, &statement).await;
                if !faults.is_empty() {
                    wrong.push(format!("{list}: {statement}\n{}", faults.join("\n")));
                }
            }
        }
    }
    assert!(seen >= 2 * lists().len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// SQLite would rather go through all that a workspace has.
async fn what_is_asked_for_by_ids_is_found_by_them(stand: Stand) {
    let DatabaseConfig::Sqlite { .. } = &stand.config.database else {
        return;
    };
    let heard = Heard::default();
    let subscriber = tracing_subscriber::registry().with(heard.clone());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let (store, scope) = (&stand.store, Scope::Workspace(OURS));
    let records = RecordQuery {
        paging: Paging::first(2),
        ids: Some(vec![ID]),
        ..RecordQuery::default()
    };
    heard.take();
    well(store.model_names(scope, &[ID]).await);
    well(store.executions_among(scope, None, &[ID]).await);
    well(store.executions_among(scope, Some(ID), &[ID]).await);
    for name in ["workflows", "applications", "executions", "prompts"] {
        let table = record_table(name).unwrap();
        well(store.list_records(scope, table, &records).await);
    }
    let statements = heard.take();
    assert!(statements.len() >= 7, "{statements:?}");
    let file = sqlite_file(&stand.config).unwrap();
    let connection = rusqlite::Connection::open(file).unwrap();
    for statement in statements {
        let plan = plan_in_sqlite(&connection, &statement);
        let by_workspace = |line: &&String| line.contains("(workspace_id=?");
        assert_eq!(plan.iter().find(by_workspace), None, "{statement}");
    }
}

/// The lists with what their cursors hold.
fn lists() -> Vec<(&'static str, Value)> {
    let time = "2026-01-01T00:00:00Z";
    vec![
        ("workflows", json!("a")),
        ("workflows that have a word", json!("a")),
        ("versions", json!(3)),
        ("executions", json!(ID)),
        ("executions of a workflow", json!(ID)),
        ("executions that failed", json!(ID)),
        ("executions of a rerun", json!(ID)),
        ("executions of a trigger", json!(ID)),
        ("executions of a trigger that failed", json!(ID)),
        ("executions of somebody", json!(ID)),
        ("executions of somebody that failed", json!(ID)),
        ("waits", json!(ID)),
        ("waits of an execution", json!(ID)),
        ("signals", json!(ID)),
        ("models", json!(["a", ID])),
        ("models of an application", json!(["a", ID])),
        ("applications", json!("a")),
        ("prompts", json!("a")),
        ("prompt versions", json!(3)),
        ("secrets", json!("a")),
        ("variables", json!("a")),
        ("schedules", json!("a")),
        ("ticks", json!(time)),
        ("webhooks", json!("a")),
        ("deliveries", json!(ID)),
        ("refusals", json!(ID)),
        ("outgoing webhooks", json!("a")),
        ("outgoing deliveries", json!(ID)),
        ("files", json!("a")),
        ("notifications", json!(9)),
        ("unread notifications", json!(9)),
        ("trash", json!([time, ID])),
        ("tokens", json!(ID)),
        ("tokens of somebody", json!(ID)),
        ("members", json!(ID)),
        ("invitations", json!(ID)),
        ("users", json!(ID)),
        ("audit", json!(9)),
        ("audit of all", json!(9)),
        (
            "records of workflows",
            json!(["workflows:name", {"key": {"text": "a"}, "id": {"id": ID}}]),
        ),
        (
            "records of workflows as they changed",
            json!(["workflows:-updated_at", {"key": {"moment": 9}, "id": {"id": ID}}]),
        ),
        (
            "records of executions",
            json!(["executions:-id", {"key": "nothing", "id": {"id": ID}}]),
        ),
        (
            "records of prompts",
            json!(["prompts:name", {"key": {"text": "a"}, "id": {"id": ID}}]),
        ),
        ("releases", json!(ID)),
        ("releases of an application", json!(ID)),
        (
            "records of releases",
            json!(["releases:-id", {"key": "nothing", "id": {"id": ID}}]),
        ),
        (
            "records of audit",
            json!(["audit:-id", {"key": "nothing", "id": {"whole": 9}}]),
        ),
    ]
}

/// The page after this key, as a client would hand it back.
fn after(list: &str, key: &Value) -> Paging {
    let name = match list.split_once(" of ").or(list.split_once(" that ")) {
        Some((name, _)) => name,
        None => list.trim_start_matches("unread "),
    };
    let text = json!([name, key]).to_string();
    Paging {
        limit: 2,
        cursor: Some(BASE64_URL_SAFE_NO_PAD.encode(text)),
    }
}

async fn ask(stand: &Stand, list: &str, paging: &Paging) {
    let (store, scope) = (&stand.store, Scope::Workspace(OURS));
    let runs = ExecutionFilter::default;
    match list {
        "workflows" => {
            let all = WorkflowFilter::default();
            well(store.list_workflows(scope, &all, paging).await);
        }
        "workflows that have a word" => {
            let filter = WorkflowFilter {
                q: Some("Word".to_owned()),
            };
            well(store.list_workflows(scope, &filter, paging).await);
        }
        "versions" => known(store.list_versions(scope, ID, paging).await),
        "executions" => well(store.list_executions(scope, &runs(), paging).await),
        "executions of a workflow" => {
            let filter = ExecutionFilter {
                workflow_id: Some(ID),
                ..runs()
            };
            well(store.list_executions(scope, &filter, paging).await);
        }
        "executions that failed" => {
            let filter = ExecutionFilter {
                status: Some(Status::Failed),
                ..runs()
            };
            well(store.list_executions(scope, &filter, paging).await);
        }
        "executions of a rerun" => {
            let filter = ExecutionFilter {
                rerun_of: Some(ID),
                ..runs()
            };
            well(store.list_executions(scope, &filter, paging).await);
        }
        "executions of a trigger" | "executions of a trigger that failed" => {
            let filter = ExecutionFilter {
                trigger_id: Some(ID),
                status: list.ends_with("failed").then_some(Status::Failed),
                ..runs()
            };
            well(store.list_executions(scope, &filter, paging).await);
        }
        "executions of somebody" | "executions of somebody that failed" => {
            let filter = ExecutionFilter {
                started_by: Some(ID),
                status: list.ends_with("failed").then_some(Status::Failed),
                ..runs()
            };
            well(store.list_executions(scope, &filter, paging).await);
        }
        "waits" => well(store.list_waits(scope, None, None, paging).await),
        "waits of an execution" => well(store.list_waits(scope, Some(ID), None, paging).await),
        "signals" => well(store.list_signals(scope, paging).await),
        "models" => {
            let all = ModelFilter::default();
            well(store.list_models(scope, &all, paging).await);
        }
        "models of an application" => {
            let filter = ModelFilter {
                application_id: Some(ID),
            };
            well(store.list_models(scope, &filter, paging).await);
        }
        "releases" | "releases of an application" => {
            let filter = ReleaseFilter {
                application_id: list.ends_with("application").then_some(ID),
                ..ReleaseFilter::default()
            };
            well(store.list_releases(scope, &filter, paging).await);
        }
        "applications" => well(store.list_applications(scope, paging).await),
        "prompts" => well(store.list_prompts(scope, paging).await),
        "prompt versions" => known(store.list_prompt_versions(scope, ID, paging).await),
        "secrets" => well(store.list_secrets(scope, paging).await),
        "variables" => well(store.list_variables(scope, paging).await),
        "schedules" => well(store.list_schedules(scope, None, paging).await),
        "ticks" => known(store.list_ticks(scope, ID, paging).await),
        "webhooks" => well(store.list_webhooks(scope, None, paging).await),
        "deliveries" => known(store.list_deliveries(scope, ID, paging).await),
        "refusals" => known(store.list_refusals(scope, ID, paging).await),
        "outgoing webhooks" => well(store.list_outgoing_webhooks(scope, paging).await),
        "outgoing deliveries" => known(store.list_outgoing_deliveries(scope, ID, paging).await),
        "files" => well(store.list_files(scope, None, paging).await),
        "notifications" => well(store.list_notifications(ID, false, paging).await),
        "unread notifications" => well(store.list_notifications(ID, true, paging).await),
        "trash" => well(store.list_trash(scope, paging).await),
        "tokens" => well(store.list_api_tokens(OURS, None, paging).await),
        "tokens of somebody" => well(store.list_api_tokens(OURS, Some(ID), paging).await),
        "members" => well(store.list_members(OURS, paging).await),
        "invitations" => well(store.list_invitations(OURS, paging).await),
        "users" => well(store.list_users(paging).await),
        "audit" => {
            let filter = AuditFilter {
                workspace: Some(OURS),
                ..AuditFilter::default()
            };
            well(store.list_audit(&filter, paging).await);
        }
        "audit of all" => well(store.list_audit(&AuditFilter::default(), paging).await),
        list if list.starts_with("records of ") => {
            let table = record_table(list.split(' ').nth(2).unwrap()).unwrap();
            let changed = table.column("updated_at").map(|column| RecordSort {
                by: RecordPlace::Column(column),
                descending: true,
            });
            let query = RecordQuery {
                paging: paging.clone(),
                sort: changed.filter(|_| list.ends_with("as they changed")),
                ..RecordQuery::default()
            };
            well(store.list_records(scope, table, &query).await);
        }
        other => panic!("{other} is not asked for"),
    }
}

fn well<T: Debug>(answer: store::StoreResult<T>) {
    answer.unwrap();
}

/// Lists of one thing, which there is not: what they say of it is another test's.
fn known<T: Debug>(answer: store::StoreResult<T>) {
    assert!(
        matches!(answer, Ok(_) | Err(store::StoreError::NotFound(_))),
        "{answer:?}"
    );
}

/// What is wrong with the way in which the database would carry out this statement.
async fn faults(stand: &Stand, statement: &str) -> Vec<String> {
    match &stand.config.database {
        DatabaseConfig::Sqlite { .. } => {
            let path = sqlite_file(&stand.config).unwrap();
            faults_in_sqlite(&rusqlite::Connection::open(path).unwrap(), statement)
        }
        DatabaseConfig::Postgres { url, .. } => faults_in_postgres(url, statement).await,
    }
}

fn faults_in_sqlite(connection: &rusqlite::Connection, statement: &str) -> Vec<String> {
    let mut plan = plan_in_sqlite(connection, statement);
    plan.retain(|line| {
        let walks = line.starts_with("SCAN") && !is_small(line);
        let sorts = line.contains("TEMP B-TREE FOR ORDER BY") && !sorts_a_page(statement);
        walks || sorts || line.contains("AUTOMATIC")
    });
    plan
}

fn plan_in_sqlite(connection: &rusqlite::Connection, statement: &str) -> Vec<String> {
    let sql = format!("EXPLAIN QUERY PLAN {statement}");
    let mut plan = connection.prepare(&sql).unwrap();
    let mut rows = plan.raw_query();
    let mut lines = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        lines.push(row.get("detail").unwrap());
    }
    lines
}

async fn faults_in_postgres(url: &str, statement: &str) -> Vec<String> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let sort = sorts_a_page(statement);
    let settings = format!(
        "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = {sort};
         SET enable_incremental_sort = {sort}; SET plan_cache_mode = force_generic_plan; SET jit = off"
    );
    let prepare = format!("{settings}; PREPARE list AS {statement}");
    sqlx::raw_sql(AssertSqlSafe(prepare))
        .execute(&mut connection)
        .await
        .unwrap();
    let parameters = (1..)
        .take_while(|n| statement.contains(&format!("${n}")))
        .count();
    let arguments = vec!["NULL"; parameters].join(", ");
    let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE list({arguments})");
    let row = sqlx::raw_sql(AssertSqlSafe(explain))
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let plan: Value = row.get(0);
    connection.close().await.unwrap();
    let mut faults = Vec::new();
    visit(&plan[0]["Plan"], &mut |node| {
        let kind = node["Node Type"].as_str().unwrap_or_default();
        let table = node["Relation Name"].as_str().unwrap_or_default();
        let whole = kind == "Seq Scan" && !table.is_empty();
        // Rows that were found already are looked up one by one, or in passing over an index: that depends on how many there
        // are, of which empty tables tell nothing. The measurements of a long history do.
        let walks =
            kind.starts_with("Index") && node["Index Cond"].is_null() && !sorts_a_page(statement);
        let sorts = kind == "Sort" && !sorts_a_page(statement);
        if whole || walks || sorts {
            faults.push(format!("{kind} {table} {node}"));
        }
    });
    faults
}

fn visit(node: &Value, look: &mut impl FnMut(&Value)) {
    look(node);
    for child in node["Plans"].as_array().into_iter().flatten() {
        visit(child, look);
    }
}

/// What a plan gathers for itself, as many rows as a page has.
fn is_small(line: &str) -> bool {
    line.contains("CONSTANT ROW")
        || line.contains("(subquery")
        || line.contains("newest")
        || line.ends_with("_gone")
}

/// These bring together what was read in its order from one index or several: as many rows as pages have.
fn sorts_a_page(statement: &str) -> bool {
    statement.contains("UNION ALL") || statement.contains("IN (SELECT w.id")
}

/// The statements that the driver has logged.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl<S: Subscriber> Layer<S> for Heard {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        let mut statement = Statement::default();
        event.record(&mut statement);
        if statement.0.starts_with("SELECT") {
            self.0.lock().unwrap().push(statement.0);
        }
    }
}

#[derive(Default)]
struct Statement(String);

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "db.statement" {
            value.trim().clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
