//! Schedules and webhooks stay with a workflow that is deleted, out of sight, and come back with it.

crate::dialect::step!(
    "m0025_hidden_triggers",
    "
    ALTER TABLE schedules ADD COLUMN deleted_at {time};
    DROP INDEX schedules_name;
    CREATE UNIQUE INDEX schedules_name ON schedules (workspace_id, name) WHERE deleted_at IS NULL;
    ALTER TABLE webhooks ADD COLUMN deleted_at {time};
    DROP INDEX webhooks_name;
    CREATE UNIQUE INDEX webhooks_name ON webhooks (workspace_id, name) WHERE deleted_at IS NULL;
    ",
    "
    DELETE FROM schedule_ticks WHERE schedule_id IN (SELECT id FROM schedules WHERE deleted_at IS NOT NULL);
    DELETE FROM schedules WHERE deleted_at IS NOT NULL;
    DELETE FROM webhook_deliveries WHERE webhook_id IN (SELECT id FROM webhooks WHERE deleted_at IS NOT NULL);
    DELETE FROM webhooks WHERE deleted_at IS NOT NULL;
    DROP INDEX webhooks_name;
    CREATE UNIQUE INDEX webhooks_name ON webhooks (workspace_id, name);
    ALTER TABLE webhooks DROP COLUMN deleted_at;
    DROP INDEX schedules_name;
    CREATE UNIQUE INDEX schedules_name ON schedules (workspace_id, name);
    ALTER TABLE schedules DROP COLUMN deleted_at;
    "
);
