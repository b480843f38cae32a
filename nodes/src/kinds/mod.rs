//! The kinds, one file each.

pub(crate) mod app_deploy;
pub(crate) mod cargo_build;
pub(crate) mod code_generate;
pub(crate) mod command_run;
pub(crate) mod container_run;
pub(crate) mod data_set;
pub(crate) mod docker_build;
pub(crate) mod docker_push;
pub(crate) mod file_read;
pub(crate) mod file_write;
pub(crate) mod flow_approve;
pub(crate) mod flow_await;
pub(crate) mod flow_branch;
pub(crate) mod flow_call;
pub(crate) mod flow_for_each;
pub(crate) mod flow_join;
pub(crate) mod flow_race;
pub(crate) mod flow_switch;
pub(crate) mod flow_try;
pub(crate) mod flow_wait;
pub(crate) mod flow_while;
pub(crate) mod http_check;
pub(crate) mod http_request;
pub(crate) mod remote_call;
pub(crate) mod script_run;
