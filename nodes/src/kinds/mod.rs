//! The kinds, one file each.

pub(crate) mod data_set;
pub(crate) mod flow_branch;
pub(crate) mod flow_call;
pub(crate) mod flow_join;
pub(crate) mod flow_switch;
pub(crate) mod flow_wait;
pub(crate) mod http_request;
pub(crate) mod script_run;
