//! Output as it comes: cut into lines for the log, and its end kept.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt};

/// A longer line is cut, so that a program without line breaks cannot fill the memory.
const LONGEST_LINE: usize = 8 * 1024;

/// The last bytes of an output.
pub(super) struct Tail {
    bytes: Mutex<VecDeque<u8>>,
    keep: usize,
}

impl Tail {
    pub(super) fn new(keep: usize) -> Self {
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

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.kept().make_contiguous()).into_owned()
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads to the end, keeps the tail and hands over each line.
pub(super) async fn stream(
    output: Option<impl AsyncRead + Unpin>,
    tail: &Tail,
    line: impl Fn(&str),
) {
    let Some(mut output) = output else { return };
    let mut chunk = vec![0; 16 * 1024];
    let mut pending = Vec::new();
    loop {
        let read = match output.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(read) => &chunk[..read],
        };
        tail.push(read);
        for &byte in read {
            if byte != b'\n' {
                pending.push(byte);
            }
            if byte == b'\n' || pending.len() >= LONGEST_LINE {
                hand_over(&mut pending, &line);
            }
        }
    }
    if !pending.is_empty() {
        hand_over(&mut pending, &line);
    }
}

fn hand_over(pending: &mut Vec<u8>, line: &impl Fn(&str)) {
    line(String::from_utf8_lossy(pending).trim_end_matches('\r'));
    pending.clear();
}
