//! Documents, templates and scripts, from their texts: what is accepted, what is refused and where, and what
//! a run sees.

mod catalogue;
mod fixtures;
mod hostile;
mod inputs;
mod properties;
mod templates;
