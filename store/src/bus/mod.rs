//! News of executions for whoever watches: within the process, or through Redis.

mod memory;
mod redis;
mod wire;

pub use memory::MemoryBus;
pub use redis::RedisBus;
