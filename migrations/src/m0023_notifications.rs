//! What people are told: notifications, what happened that nobody was told of yet, and when letters about it went out.
//!
//! A person's notifications are numbered without gaps in the order of their commits: `users.notified` is the last number.

crate::dialect::step!(
    "m0023_notifications",
    "
    ALTER TABLE users ADD COLUMN notified {bigint} NOT NULL DEFAULT 0;

    CREATE TABLE notifications (
        id {uuid} NOT NULL PRIMARY KEY,
        user_id {uuid} NOT NULL,
        workspace_id {uuid},
        kind text NOT NULL,
        subject {uuid},
        seq {bigint} NOT NULL,
        data text NOT NULL,
        count {int} NOT NULL,
        mail {int} NOT NULL,
        created_at {time} NOT NULL,
        happened_at {time} NOT NULL,
        read_at {time}
    ) {updated_often};
    CREATE UNIQUE INDEX notifications_user ON notifications (user_id, seq);
    CREATE INDEX notifications_unread ON notifications (user_id, kind, subject) WHERE read_at IS NULL;
    CREATE INDEX notifications_mail ON notifications (user_id, kind) WHERE mail = 1;
    CREATE INDEX notifications_happened_at ON notifications (happened_at);

    CREATE TABLE notification_letters (
        user_id {uuid} NOT NULL,
        kind text NOT NULL,
        sent_at {time} NOT NULL,
        PRIMARY KEY (user_id, kind)
    ) {clustered};

    CREATE TABLE happenings (
        id {uuid} NOT NULL PRIMARY KEY,
        kind text NOT NULL,
        owner {uuid} NOT NULL,
        subject {uuid} NOT NULL,
        name text NOT NULL,
        execution_id {uuid},
        triggered_by text NOT NULL,
        message text NOT NULL,
        count {int} NOT NULL,
        happened_at {time} NOT NULL
    ) {table};
    ",
    "
    DROP TABLE happenings;
    DROP TABLE notification_letters;
    DROP TABLE notifications;
    ALTER TABLE users DROP COLUMN notified;
    "
);
