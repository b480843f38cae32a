//! Routes under `executions`.
