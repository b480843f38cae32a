//! What was asked for with an idempotency key, so that the same key with something else is told apart: a digest, sealed, since what
//! a secret holds could be guessed from it.

crate::dialect::step!(
    "m0039_asked_once",
    "
    ALTER TABLE idempotency ADD COLUMN asked text;
    ",
    "
    ALTER TABLE idempotency DROP COLUMN asked;
    "
);
