//! A terminal with a program in it, and what a person sees on its screen.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::support::DEADLINE;

const ROWS: u16 = 30;
const COLUMNS: u16 = 100;

/// The program is killed when this is dropped.
pub(crate) struct Terminal {
    child: Child,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl Terminal {
    pub(crate) fn run(mut command: Command) -> Result<Self> {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&ours)?;
        unlockpt(&ours)?;
        tcsetwinsize(
            &ours,
            Winsize {
                ws_row: ROWS,
                ws_col: COLUMNS,
                ws_xpixel: 0,
                ws_ypixel: 0,
            },
        )?;
        let name = ptsname(&ours, Vec::new())?;
        let theirs = File::options()
            .read(true)
            .write(true)
            .custom_flags(OFlags::NOCTTY.bits().cast_signed())
            .open(OsStr::from_bytes(name.as_bytes()))?;
        command
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR")
            .stdin(theirs.try_clone()?)
            .stdout(theirs.try_clone()?)
            .stderr(theirs);
        let child = command.spawn().context("start the program")?;
        // The command holds on to its end; reading ours ends only once nobody does.
        drop(command);
        Ok(Self {
            child,
            output: read(File::from(ours)),
            screen: vt100::Parser::new(ROWS, COLUMNS, 0),
        })
    }

    /// Looks at the screen each time that something is drawn, until it shows what is awaited.
    pub(crate) fn until(&mut self, mut shows: impl FnMut(&str) -> bool) -> Result<()> {
        let deadline = Instant::now() + DEADLINE;
        while !shows(&self.text()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(drawn) => self.screen.process(&drawn),
                Err(RecvTimeoutError::Timeout) => bail!("it never came:\n{}", self.text()),
                Err(RecvTimeoutError::Disconnected) => bail!("it ended before:\n{}", self.text()),
            }
        }
        Ok(())
    }

    /// Waits for the program's end; returns what is left on the screen.
    pub(crate) fn end(mut self) -> Result<(ExitStatus, String)> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(drawn) => self.screen.process(&drawn),
                Err(RecvTimeoutError::Timeout) => bail!("it does not end:\n{}", self.text()),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        Ok((self.child.wait()?, self.text()))
    }

    /// Row by row: a bar as wide as the screen goes on in the next row, for all that the terminal knows.
    fn text(&self) -> String {
        let rows = self.screen.screen().rows(0, COLUMNS);
        rows.map(|row| row.trim_end().to_owned() + "\n").collect()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(mut ours: File) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        // Once the program is gone, reading fails instead of finding an end.
        while let Ok(count @ 1..) = ours.read(&mut chunk) {
            if sender.send(chunk[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}
