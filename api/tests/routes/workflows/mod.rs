//! Routes under `workflows`.

mod execute;
