//! The catalogue of node kinds: one file per kind, and the outside worlds behind small clients.
//!
//! A kind's file holds its manual entry, parameters, output, behaviour and tests; the catalogue, the manual,
//! the editor's form and the validation all derive from it. A new kind is one file and one line in [`catalog`].

mod clients;
mod kind;
mod kinds;
mod manual;
mod options;
mod workspace;

pub use options::Options;

use engine::catalog::Catalog;

use crate::kind::{Registered, active, pure};
use crate::kinds::*;

/// All kinds of nodes, furnished for this installation.
pub fn catalog(options: &Options) -> Catalog {
    let mut catalog = Catalog::new();
    for registered in registered(options) {
        registered.add_to(&mut catalog);
    }
    catalog
}

fn registered(options: &Options) -> Vec<Registered> {
    vec![
        active(command_run::CommandRun::new(options)),
        pure(data_set::DataSet),
        active(file_read::FileRead),
        active(file_write::FileWrite),
        pure(flow_branch::FlowBranch),
        pure(flow_call::FlowCall),
        pure(flow_join::FlowJoin),
        pure(flow_switch::FlowSwitch),
        pure(flow_wait::FlowWait),
        active(http_check::HttpCheck::new(options)),
        active(http_request::HttpRequest::new(options)),
        pure(script_run::ScriptRun),
    ]
}

#[cfg(test)]
mod tests;
