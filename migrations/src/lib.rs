//! The database schema, step by step, forward and back.
