//! What the operator decides about nodes, handed over once at start.

use std::path::PathBuf;
use std::sync::Arc;

use blueprint::ports::{ApplicationSource, EnvironmentSource, ReleaseJournal};

use egress::Outgoing;

/// How the catalogue is furnished in this installation.
#[derive(Clone, Default)]
pub struct Options {
    /// Whether workflows may run programs of this machine: with `command.run`, and by what `cargo.build` compiles.
    pub allow_commands: bool,
    /// Where requests may go besides public addresses.
    pub outgoing: Outgoing,
    /// Which registries of images the Docker engine may be sent to besides those.
    pub registries: Outgoing,
    /// Where `code.generate` and `app.preview` find applications by name; without it, they take documents only.
    pub applications: Option<Arc<dyn ApplicationSource>>,
    /// Where `app.deploy` tells what becomes of releases; without it, they are known where they run only.
    pub releases: Option<Arc<dyn ReleaseJournal>>,
    /// What `app.deploy` gives applications besides what the workflow says; nothing when left out.
    pub environments: Option<Arc<dyn EnvironmentSource>>,
    /// The address of the Docker engine, as in `DOCKER_HOST`; the local socket when left out.
    pub docker_host: Option<String>,
    /// Lathe's own program, which `app.preview` serves applications with; without it, it can't.
    pub program: Option<PathBuf>,
    /// How many previews a workspace may have up at the same time; 0 is without a limit.
    pub previews_per_workspace: usize,
    /// The cargo to build with; the one in `PATH` when left out.
    pub cargo: Option<PathBuf>,
}
