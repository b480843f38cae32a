//! Webhooks out: where other systems are told of what happens, and what each of them was told or is yet to be told.
//!
//! What is to be delivered is few among much that was: it has indexes of its own, by when it is due and by whose turn it is.

crate::dialect::step!(
    "m0037_outgoing_webhooks",
    "
    CREATE TABLE outgoing_webhooks (
        id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        name text NOT NULL,
        url text NOT NULL,
        events text NOT NULL,
        header_names text NOT NULL,
        headers text,
        secret text NOT NULL,
        previous_secret text,
        previous_until {time},
        enabled {bool} NOT NULL,
        disabled_because text,
        failing_since {time},
        revision {int} NOT NULL DEFAULT 0,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL
    ) {table};
    CREATE UNIQUE INDEX outgoing_webhooks_name ON outgoing_webhooks (workspace_id, name);

    CREATE TABLE outgoing_deliveries (
        id {uuid} NOT NULL PRIMARY KEY,
        webhook_id {uuid} NOT NULL,
        workspace_id {uuid} NOT NULL,
        event text NOT NULL,
        data text NOT NULL,
        status text NOT NULL,
        attempts {int} NOT NULL DEFAULT 0,
        attempts_before {int} NOT NULL DEFAULT 0,
        next_at {time},
        leased_until {time},
        response_status {int},
        error text,
        happened_at {time} NOT NULL,
        attempted_at {time},
        ended_at {time}
    ) {updated_often};
    CREATE INDEX outgoing_deliveries_newest ON outgoing_deliveries (webhook_id, id);
    CREATE INDEX outgoing_deliveries_due ON outgoing_deliveries (next_at) WHERE status = 'pending';
    CREATE INDEX outgoing_deliveries_leased ON outgoing_deliveries (workspace_id) WHERE leased_until IS NOT NULL;
    CREATE INDEX outgoing_deliveries_waiting ON outgoing_deliveries (webhook_id) WHERE status = 'pending';
    CREATE INDEX outgoing_deliveries_happened_at ON outgoing_deliveries (happened_at);
    ",
    "
    DROP TABLE outgoing_deliveries;
    DROP TABLE outgoing_webhooks;
    "
);
