//! What is told of an execution, in order, without gaps and without repetition.
//!
//! The bus is fast and may lose news; the database has all of it. Every number is told once: what comes
//! from either side is compared with the last number told, and a gap is filled from the database.

use std::collections::VecDeque;

use engine::execution::Event;
use engine::ports::bus::Notice;
use store::{LogFilter, StoreResult};
use uuid::Uuid;

use super::logs::ToldLines;
use crate::access::Scoped;
use crate::schemas::event::ExecutionNews;

/// Lines that are read together: as many wait in memory for a client that takes nothing.
const LINES: u32 = 100;

/// Where to begin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Since {
    /// The number of the last event that the client knows.
    pub(crate) seq: u64,
    /// The id of the last log line that the client knows.
    pub(crate) log: i64,
    /// True when the client knows of the end: no event will come any more.
    pub(crate) ended: bool,
}

pub(crate) struct Feed {
    app: Scoped,
    execution: Uuid,
    seq: u64,
    lines: ToldLines,
    /// What is to be told next.
    news: VecDeque<ExecutionNews>,
    /// The event that ends the execution; told last, after the lines that were written before it.
    end: Option<ExecutionNews>,
    ended: bool,
    /// True when the database has more than was read so far.
    more: bool,
}

impl Feed {
    pub(crate) fn new(app: Scoped, execution: Uuid, since: Since) -> Self {
        let lines = ToldLines::after(since.log);
        Self {
            app,
            execution,
            seq: since.seq,
            lines,
            news: VecDeque::new(),
            end: None,
            ended: since.ended,
            more: true,
        }
    }

    /// The next message; `None` when there is none for now.
    pub(crate) async fn next(&mut self) -> StoreResult<Option<ExecutionNews>> {
        loop {
            if let Some(news) = self.news.pop_front() {
                return Ok(Some(news));
            }
            if self.more {
                self.more = self.read().await?;
            } else {
                return Ok(None);
            }
        }
    }

    /// Whether the execution has ended; asked once there is nothing to tell for now.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// The event that ended the execution, if the client does not know it.
    pub(crate) fn last(&mut self) -> Option<ExecutionNews> {
        self.end.take()
    }

    /// Takes in what the bus says.
    pub(crate) fn hear(&mut self, notice: &Notice) {
        match notice {
            Notice::Events { events, .. } => {
                for event in events.iter() {
                    if !self.take(event) {
                        self.more = true;
                        return;
                    }
                }
            }
            Notice::Logs { lines, .. } => {
                for line in lines.iter() {
                    if self.lines.tell(line.id) {
                        self.news.push_back(ExecutionNews::Log(line.clone().into()));
                    }
                }
            }
            // After the end of the execution is known, nobody asks how far its steps are.
            Notice::Progress { progress, .. } if !self.ended => {
                self.news
                    .push_back(ExecutionNews::Progress(progress.into()));
            }
            Notice::Progress { .. } => {}
            Notice::Changed { .. } => self.more = true,
            // Of no execution.
            _ => {}
        }
    }

    /// The bus may have lost something: look whether the database has more.
    pub(crate) fn look(&mut self) {
        self.lines.look_again();
        self.more = true;
    }

    /// Reads a part of what the database has; true when there may be more.
    async fn read(&mut self) -> StoreResult<bool> {
        let store = &self.app.store;
        let events = store
            .execution_events(self.app.scope(), self.execution, self.seq)
            .await?;
        // Lines are read after events, so that all that was written before the end is told before it.
        let filter = LogFilter {
            step: None,
            after: self.lines.read_from(),
            limit: LINES,
        };
        let lines = store
            .execution_logs(self.app.scope(), self.execution, &filter)
            .await?;
        for event in &events {
            if !self.take(event) {
                // Numbers are missing from the database itself; nothing better will come.
                self.seq = event.seq - 1;
                self.take(event);
            }
        }
        let more_lines = lines.next_cursor.is_some();
        self.lines.was_read(lines.items.last().map(|line| line.id));
        for line in lines.items {
            if self.lines.tell(line.id) {
                self.news.push_back(ExecutionNews::Log(line.into()));
            }
        }
        Ok(more_lines || !events.is_empty())
    }

    /// Takes in an event; false when others are missing before it.
    fn take(&mut self, event: &Event) -> bool {
        if event.seq <= self.seq {
            return true;
        }
        if event.seq > self.seq + 1 {
            return false;
        }
        self.seq = event.seq;
        let news = ExecutionNews::from(event);
        if event.kind.is_terminal() {
            self.end = Some(news);
            self.ended = true;
            // Once more, for the lines that are not told yet.
            self.look();
        } else {
            self.news.push_back(news);
        }
        true
    }
}
