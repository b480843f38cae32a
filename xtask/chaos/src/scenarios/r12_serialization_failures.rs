//! R12: Postgres gives up three in ten transactions, as a serialization failure or a deadlock. They are tried again,
//! and no client hears of it as a fault of the server.

use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use crate::{
    installation::{EXECUTIONS, Installation},
    ledger::Pace,
    setting::Setting,
    tally::Tally,
};

/// Raised by the database itself, on tables of which every transaction that matters touches one.
const FAILING: &str = "
    CREATE SEQUENCE chaos_failed;
    CREATE FUNCTION chaos_fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF random() < 0.3 THEN
            PERFORM nextval('chaos_failed');
            IF random() < 0.5 THEN
                RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001';
            END IF;
            RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01';
        END IF;
        RETURN NULL;
    END $$;
";

/// A commit writes events; what only looks after executions writes the others.
const TABLES: [(&str, &str); 4] = [
    ("execution_events", "INSERT"),
    ("runners", "UPDATE"),
    ("workflows", "INSERT OR UPDATE"),
    ("signals", "DELETE"),
];

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R12").await?;
    let (_members, load) = installation
        .staffed(&["one", "two"], Pace::millis(1, 20))
        .await?;
    installation.database.execute(FAILING).await?;
    for (table, on) in TABLES {
        let trigger = format!(
            "CREATE TRIGGER chaos_fail BEFORE {on} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION chaos_fail()"
        );
        installation.database.execute(trigger).await?;
    }
    load.want(setting.effort(EXECUTIONS, 30), 8).await;
    installation.settle().await;
    // A workflow is kept although its transaction may fail: the client is told that it may ask again, if anything.
    let source = crate::workflow::single("kept", &installation.ledger.url);
    for number in 0..setting.effort(40, 10) {
        let source = source.replace("kept", &format!("kept{number}"));
        let body = serde_json::json!({ "source": source });
        let answer = installation.client()?.post("/api/workflows", &body).await?;
        tally.demand(answer.status == 201 || answer.status == 503, || {
            format!(
                "keeping a workflow is answered {}: {}",
                answer.status, answer.body
            )
        });
        tally.tried += 1;
    }
    for (table, _) in TABLES {
        installation
            .database
            .execute(format!("DROP TRIGGER chaos_fail ON {table}"))
            .await?;
    }
    let calm = Instant::now();
    let failed = installation
        .database
        .number("SELECT last_value FROM chaos_failed")
        .await?;
    tally.note(format!(
        "{failed} transactions were given up by the database"
    ));
    tally.tried += usize::try_from(failed)?;
    installation.settle().await;
    tally.recovered(calm.elapsed(), Duration::from_secs(10));
    installation.conclude(&load, tally).await?;
    installation.remove().await
}
