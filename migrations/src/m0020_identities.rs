//! Who somebody is at another service, so that they can log in by way of it. A service's own name for them is what
//! counts; an address of theirs may change hands.

crate::dialect::step!(
    "m0020_identities",
    "
    CREATE TABLE identities (
        id {uuid} NOT NULL PRIMARY KEY,
        user_id {uuid} NOT NULL,
        provider text NOT NULL,
        issuer text NOT NULL,
        subject text NOT NULL,
        email text,
        created_at {time} NOT NULL,
        used_at {time}
    ) {table};
    CREATE UNIQUE INDEX identities_subject ON identities (issuer, subject);
    CREATE INDEX identities_user ON identities (user_id, id);
    ",
    "
    DROP TABLE identities;
    "
);
