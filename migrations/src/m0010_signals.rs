//! Signals that nobody waited for when they were sent, kept for who comes to wait.

crate::dialect::step!(
    "m0010_signals",
    "
    CREATE TABLE signals (
        id {uuid} NOT NULL PRIMARY KEY,
        name text NOT NULL,
        key text,
        answer text NOT NULL,
        sent_at {time} NOT NULL,
        until {time} NOT NULL,
        wait_id {uuid},
        refused {int} NOT NULL
    ) {table};
    CREATE INDEX signals_name ON signals (name, key);
    ",
    "
    DROP TABLE signals;
    "
);
