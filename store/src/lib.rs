//! Adapters that fill the ports of engine and blueprint: SQLite and Postgres, memory and Redis, disk.
