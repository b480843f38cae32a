//! Why a commit did not win: somebody was faster, the execution exists already, or the commit had
//! succeeded although its answer was lost.

use std::collections::HashMap;

use engine::ports::executions::Committed;
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::prepare::Unit;
use crate::database::Database;
use crate::error::StoreResult;

const DOING: &str = "look up the outcome of a commit";

/// An answer for every loser that did not simply meet a conflict.
pub(super) async fn of_losers(
    database: &Database,
    losers: &[&Unit],
    uncertain: bool,
) -> StoreResult<HashMap<Uuid, Committed>> {
    let mut answers = HashMap::new();
    if uncertain {
        recorded_after_all(database, losers, &mut answers).await?;
    }
    duplicates(database, losers, &mut answers).await?;
    Ok(answers)
}

/// A commit's events name its runner and its moments, so a row with the same text is its own.
async fn recorded_after_all(
    database: &Database,
    losers: &[&Unit],
    answers: &mut HashMap<Uuid, Committed>,
) -> StoreResult<()> {
    #[derive(FromQueryResult)]
    struct Row {
        execution_id: Uuid,
        events: String,
    }
    #[derive(FromQueryResult)]
    struct State {
        version: i64,
        seq: i64,
        frontier: String,
    }
    let mut done = |unit: &Unit| {
        answers.insert(
            unit.id(),
            Committed::Done {
                version: unit.expected.cast_unsigned() + 1,
            },
        );
    };
    let (telling, silent): (Vec<&Unit>, Vec<&Unit>) =
        losers.iter().partition(|unit| unit.own_events().is_some());
    let keys: Vec<[Value; 2]> = telling
        .iter()
        .filter_map(|unit| unit.own_events())
        .map(|row| [row.execution.into(), row.first_seq.into()])
        .collect();
    if !keys.is_empty() {
        let sql = format!(
            "SELECT execution_id, events FROM execution_events WHERE (execution_id, first_seq) IN ({})",
            pairs(keys.len())
        );
        let values = keys.into_iter().flatten().collect();
        let rows: Vec<Row> = database
            .all(DOING, database.statement_of(sql, values))
            .await?;
        let recorded: HashMap<Uuid, String> = rows
            .into_iter()
            .map(|row| (row.execution_id, row.events))
            .collect();
        for unit in telling {
            if recorded.get(&unit.id()) == unit.own_events().map(|row| &row.events) {
                done(unit);
            }
        }
    }
    // Commits without events are rare (a runner let go of a step), so one question each will do.
    for unit in silent {
        let sql = "SELECT version, seq, frontier FROM executions WHERE id = $1";
        let state: Option<State> = database
            .one(DOING, database.statement(sql, [unit.id().into()]))
            .await?;
        let ours = state.is_some_and(|state| {
            state.version == unit.expected + 1
                && state.seq == unit.root.seq
                && state.frontier == unit.root.frontier
        });
        if ours {
            done(unit);
        }
    }
    Ok(())
}

async fn duplicates(
    database: &Database,
    losers: &[&Unit],
    answers: &mut HashMap<Uuid, Committed>,
) -> StoreResult<()> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        workflow_id: Uuid,
        idempotency_key: String,
    }
    let keyed: Vec<&&Unit> = losers
        .iter()
        .filter(|unit| unit.idempotency().is_some() && !answers.contains_key(&unit.id()))
        .collect();
    if keyed.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT id, workflow_id, idempotency_key FROM executions
         WHERE idempotency_key IS NOT NULL AND (workflow_id, idempotency_key) IN ({})",
        pairs(keyed.len())
    );
    let values: Vec<Value> = keyed
        .iter()
        .filter_map(|unit| unit.idempotency())
        .flat_map(|(workflow, key)| [Value::from(workflow), Value::from(key)])
        .collect();
    let rows: Vec<Row> = database
        .all(DOING, database.statement_of(sql, values))
        .await?;
    let existing: HashMap<(Uuid, String), Uuid> = rows
        .into_iter()
        .map(|row| ((row.workflow_id, row.idempotency_key), row.id))
        .collect();
    for unit in keyed {
        let key = unit
            .idempotency()
            .map(|(workflow, key)| (workflow, key.to_owned()));
        let found = key.and_then(|key| existing.get(&key));
        if let Some(&existing) = found {
            answers.insert(unit.id(), Committed::Duplicate { existing });
        }
    }
    Ok(())
}

/// `VALUES ($1, $2), ($3, $4) …`
fn pairs(count: usize) -> String {
    let rows: Vec<String> = (0..count)
        .map(|row| format!("(${}, ${})", 2 * row + 1, 2 * row + 2))
        .collect();
    format!("VALUES {}", rows.join(", "))
}
