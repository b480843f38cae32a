//! Output as it comes: cut into lines for the log, and its end kept.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt};

/// A longer line is cut, so that a program without line breaks cannot fill the memory.
const LONGEST_LINE: usize = 8 * 1024;

/// The last bytes of an output.
pub(crate) struct Tail {
    bytes: Mutex<VecDeque<u8>>,
    keep: usize,
}

impl Tail {
    pub(crate) fn new(keep: usize) -> Self {
        Self {
            bytes: Mutex::default(),
            keep,
        }
    }

    fn push(&self, bytes: &[u8]) {
        let mut kept = self.kept();
        kept.extend(bytes);
        let surplus = kept.len().saturating_sub(self.keep);
        kept.drain(..surplus);
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.kept().make_contiguous()).into_owned()
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An output on its way: its tail is kept, and each line handed over once it is whole.
pub(crate) struct Lines<'a, F> {
    tail: &'a Tail,
    line: F,
    pending: Vec<u8>,
}

impl<'a, F: Fn(&str)> Lines<'a, F> {
    pub(crate) fn new(tail: &'a Tail, line: F) -> Self {
        Self {
            tail,
            line,
            pending: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.tail.push(bytes);
        for &byte in bytes {
            if byte != b'\n' {
                self.pending.push(byte);
            }
            if byte == b'\n' || self.pending.len() >= LONGEST_LINE {
                self.hand_over();
            }
        }
    }

    /// The output has ended, be it in the middle of a line.
    pub(crate) fn end(mut self) {
        if !self.pending.is_empty() {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        (self.line)(String::from_utf8_lossy(&self.pending).trim_end_matches('\r'));
        self.pending.clear();
    }
}

/// Reads to the end, keeps the tail and hands over each line.
pub(crate) async fn stream(
    output: Option<impl AsyncRead + Unpin>,
    tail: &Tail,
    line: impl Fn(&str),
) {
    let Some(mut output) = output else { return };
    let mut chunk = vec![0; 16 * 1024];
    let mut lines = Lines::new(tail, line);
    while let Ok(read @ 1..) = output.read(&mut chunk).await {
        lines.push(&chunk[..read]);
    }
    lines.end();
}
