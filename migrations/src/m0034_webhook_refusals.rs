//! What was sent to a webhook and refused: the latest of it, for whoever owns the webhook.

crate::dialect::step!(
    "m0034_webhook_refusals",
    "
    CREATE TABLE webhook_refusals (
        webhook_id {uuid} NOT NULL,
        id {uuid} NOT NULL,
        at {time} NOT NULL,
        status {int} NOT NULL,
        reason text NOT NULL,
        message text NOT NULL,
        address text NOT NULL,
        PRIMARY KEY (webhook_id, id)
    ) {clustered};
    ",
    "
    DROP TABLE webhook_refusals;
    "
);
