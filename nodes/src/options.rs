//! What the operator decides about nodes, handed over once at start.

/// How the catalogue is furnished in this installation.
#[derive(Clone, Default)]
pub struct Options {
    /// Whether workflows may run programs of this machine with `command.run`.
    pub allow_commands: bool,
    /// Whether requests to private and loopback addresses are refused, besides those that always are.
    pub http_block_private: bool,
}
