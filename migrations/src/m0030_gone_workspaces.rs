//! What begins workflows of workspaces that were deleted before this went on unseen: it is hidden, as it is now when a
//! workspace is deleted. On the way back it stays so.

crate::dialect::step!(
    "m0030_gone_workspaces",
    "
    UPDATE workflows SET deleted_at = {now} WHERE deleted_at IS NULL
        AND workspace_id IN (SELECT id FROM workspaces WHERE deleted_at IS NOT NULL);
    UPDATE schedules SET deleted_at = {now}, next_at = NULL, revision = revision + 1 WHERE deleted_at IS NULL
        AND workspace_id IN (SELECT id FROM workspaces WHERE deleted_at IS NOT NULL);
    UPDATE schedule_ticks SET status = 'skipped', reason = 'the workspace was deleted', look_at = NULL, settled_at = {now}
        WHERE look_at IS NOT NULL AND status = 'due' AND schedule_id IN (
            SELECT s.id FROM schedules s JOIN workspaces w ON w.id = s.workspace_id WHERE w.deleted_at IS NOT NULL);
    UPDATE webhooks SET deleted_at = {now}, revision = revision + 1 WHERE deleted_at IS NULL
        AND workspace_id IN (SELECT id FROM workspaces WHERE deleted_at IS NOT NULL);
    ",
    "SELECT 1"
);
