//! The catalogue of node kinds: one file per kind, and the outside worlds behind small clients.
//!
//! A kind's file holds its manual entry, parameters, output, behaviour and tests; the catalogue, the manual,
//! the editor's form and the validation all derive from it. A new kind is one file and one line in [`catalog`].

mod applications;
mod clients;
mod deadline;
pub mod deployments;
mod digest;
mod environments;
mod generated;
mod home;
mod kind;
mod kinds;
mod manual;
mod options;
mod reference;
mod size;
mod workspace;

pub use clients::process::end_programs;
pub use options::Options;

use std::sync::Arc;

use engine::catalog::Catalog;

use crate::clients::docker::Docker;
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
    let registries = options.outgoing.clone().and(&options.registries);
    let docker = Docker::new(options.docker_host.as_deref()).guarded(&registries);
    let docker = Arc::new(docker);
    vec![
        active(app_deploy::AppDeploy::new(options, docker.clone())),
        active(app_preview::AppPreview::new(options, docker.clone())),
        active(cargo_build::CargoBuild::new(options)),
        active(code_generate::CodeGenerate::new(options)),
        active(command_run::CommandRun::new(options)),
        active(container_run::ContainerRun::new(options, docker.clone())),
        pure(data_set::DataSet),
        active(docker_build::DockerBuild::new(docker.clone())),
        active(docker_push::DockerPush::new(docker.clone())),
        active(file_fetch::FileFetch),
        active(file_read::FileRead),
        active(file_save::FileSave),
        active(file_write::FileWrite),
        pure(flow_approve::FlowApprove),
        pure(flow_await::FlowAwait),
        pure(flow_branch::FlowBranch),
        pure(flow_call::FlowCall),
        pure(flow_for_each::FlowForEach),
        pure(flow_join::FlowJoin),
        pure(flow_race::FlowRace),
        pure(flow_switch::FlowSwitch),
        pure(flow_try::FlowTry),
        pure(flow_wait::FlowWait),
        pure(flow_while::FlowWhile),
        active(http_check::HttpCheck::new(options, docker)),
        active(http_request::HttpRequest::new(options)),
        active(remote_call::RemoteCall::new(options)),
        pure(script_run::ScriptRun),
    ]
}

#[cfg(test)]
mod tests;
