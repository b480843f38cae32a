//! Whether the files that are generated from the code are those that are checked in.

use anyhow::ensure;

use super::{Setting, report::Report};
use crate::commands::generate;

pub(super) fn check(setting: &Setting<'_>, report: &mut Report) {
    report.part("generated files", || {
        let fresh = generate::are_fresh(setting.project)?;
        ensure!(
            fresh,
            "generated files are stale; `cargo xtask gen` writes them"
        );
        Ok(None)
    });
}
