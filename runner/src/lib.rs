//! The loops that run executions: take ready steps, run nodes, commit, rescue.
