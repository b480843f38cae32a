//! What begins workflows by itself: schedules with their ticks, and webhooks with what was delivered to them.
//!
//! A tick is unique by its schedule and moment, a delivery by its webhook and the sender's id for it; each keeps the id of
//! the execution that it starts, so that starting it again starts the same one. Open ticks are few among many.

crate::dialect::step!(
    "m0019_triggers",
    "
    CREATE TABLE schedules (
        id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        workflow_id {uuid} NOT NULL,
        name text NOT NULL,
        spec text NOT NULL,
        inputs text NOT NULL,
        enabled {bool} NOT NULL,
        decided_until {time} NOT NULL,
        next_at {time},
        missed {bigint} NOT NULL DEFAULT 0,
        revision {int} NOT NULL DEFAULT 0,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL
    ) {updated_often};
    CREATE UNIQUE INDEX schedules_name ON schedules (workspace_id, name);
    CREATE INDEX schedules_workflow ON schedules (workflow_id);
    CREATE INDEX schedules_next_at ON schedules (next_at) WHERE next_at IS NOT NULL;

    CREATE TABLE schedule_ticks (
        schedule_id {uuid} NOT NULL,
        scheduled_for {time} NOT NULL,
        status text NOT NULL,
        execution_id {uuid},
        reason text,
        taken {int} NOT NULL DEFAULT 0,
        look_at {time},
        settled_at {time},
        PRIMARY KEY (schedule_id, scheduled_for)
    ) {clustered};
    CREATE INDEX schedule_ticks_open ON schedule_ticks (schedule_id, scheduled_for) WHERE look_at IS NOT NULL;

    CREATE TABLE webhooks (
        id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        workflow_id {uuid} NOT NULL,
        name text NOT NULL,
        token_hash text NOT NULL,
        token text NOT NULL,
        settings text NOT NULL,
        secret text,
        previous_secret text,
        previous_until {time},
        enabled {bool} NOT NULL,
        revision {int} NOT NULL DEFAULT 0,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL
    ) {table};
    CREATE UNIQUE INDEX webhooks_name ON webhooks (workspace_id, name);
    CREATE UNIQUE INDEX webhooks_token ON webhooks (token_hash);
    CREATE INDEX webhooks_workflow ON webhooks (workflow_id);

    CREATE TABLE webhook_deliveries (
        webhook_id {uuid} NOT NULL,
        delivery text NOT NULL,
        execution_id {uuid} NOT NULL,
        received_at {time} NOT NULL,
        launched_at {time},
        PRIMARY KEY (webhook_id, delivery)
    ) {clustered};
    CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (webhook_id, execution_id);
    CREATE INDEX webhook_deliveries_open ON webhook_deliveries (execution_id) WHERE launched_at IS NULL;
    ",
    "
    DROP TABLE webhook_deliveries;
    DROP TABLE webhooks;
    DROP TABLE schedule_ticks;
    DROP TABLE schedules;
    "
);
