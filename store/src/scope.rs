//! Whose data a query may see. Every query takes it first, so that an unscoped query looks wrong.

/// There are no accounts yet, so the installation itself is the only owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything in the installation.
    System,
}
