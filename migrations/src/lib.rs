//! The database schema, step by step, forward and back.
//!
//! One text describes a table for both databases; [`dialect`] fills in the few words that differ, so
//! that the two schemas can't drift apart. Steps only ever add or widen while an older version of
//! Lathe may still run beside a newer one.

mod dialect;
mod m0001_workflows;
mod m0002_executions;
mod m0003_logs;
mod m0004_runners;
mod m0005_applications;
mod m0006_flows;
mod m0007_gates;
mod m0008_versions;
mod m0009_step_cache;
mod m0010_signals;
mod m0011_lists;
mod m0012_sweeps;
mod m0013_found;
mod m0014_workspaces;
mod m0015_accounts;
mod m0016_prompts;
mod m0017_audit;
mod m0018_secrets;
mod m0019_triggers;
mod m0020_identities;
mod m0021_trash;
mod m0022_files;
mod m0023_notifications;
mod m0024_lists;
mod m0025_hidden_triggers;
mod m0026_audit_before;
mod m0027_components;
mod m0028_keys_go;
mod m0029_starters;
mod m0030_gone_workspaces;
mod m0031_member_revisions;
mod m0032_audit_aside;
mod m0033_kept_for_return;
mod m0034_webhook_refusals;
mod m0035_meta;
mod m0036_record_lists;
mod m0037_outgoing_webhooks;
mod m0038_makers;
mod m0039_asked_once;
mod m0040_known_makers;
mod m0041_run_history;
mod m0042_releases;
mod m0043_layouts_and_pins;
mod m0044_environments;
mod m0045_authors_and_removers;
mod m0046_pruned_executions;

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

pub use sea_orm_migration;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_workflows::Migration),
            Box::new(m0002_executions::Migration),
            Box::new(m0003_logs::Migration),
            Box::new(m0004_runners::Migration),
            Box::new(m0005_applications::Migration),
            Box::new(m0006_flows::Migration),
            Box::new(m0007_gates::Migration),
            Box::new(m0008_versions::Migration),
            Box::new(m0009_step_cache::Migration),
            Box::new(m0010_signals::Migration),
            Box::new(m0011_lists::Migration),
            Box::new(m0012_sweeps::Migration),
            Box::new(m0013_found::Migration),
            Box::new(m0014_workspaces::Migration),
            Box::new(m0015_accounts::Migration),
            Box::new(m0016_prompts::Migration),
            Box::new(m0017_audit::Migration),
            Box::new(m0018_secrets::Migration),
            Box::new(m0019_triggers::Migration),
            Box::new(m0020_identities::Migration),
            Box::new(m0021_trash::Migration),
            Box::new(m0022_files::Migration),
            Box::new(m0023_notifications::Migration),
            Box::new(m0024_lists::Migration),
            Box::new(m0025_hidden_triggers::Migration),
            Box::new(m0026_audit_before::Migration),
            Box::new(m0027_components::Migration),
            Box::new(m0028_keys_go::Migration),
            Box::new(m0029_starters::Migration),
            Box::new(m0030_gone_workspaces::Migration),
            Box::new(m0031_member_revisions::Migration),
            Box::new(m0032_audit_aside::Migration),
            Box::new(m0033_kept_for_return::Migration),
            Box::new(m0034_webhook_refusals::Migration),
            Box::new(m0035_meta::Migration),
            Box::new(m0036_record_lists::Migration),
            Box::new(m0037_outgoing_webhooks::Migration),
            Box::new(m0038_makers::Migration),
            Box::new(m0039_asked_once::Migration),
            Box::new(m0040_known_makers::Migration),
            Box::new(m0041_run_history::Migration),
            Box::new(m0042_releases::Migration),
            Box::new(m0043_layouts_and_pins::Migration),
            Box::new(m0044_environments::Migration),
            Box::new(m0045_authors_and_removers::Migration),
            Box::new(m0046_pruned_executions::Migration),
        ]
    }
}
