//! Delivery of tickets to runners: within the process, or through Redis.

mod memory;
mod redis;

pub use memory::MemoryQueue;
pub use redis::{RedisQueue, RedisQueueOptions};
