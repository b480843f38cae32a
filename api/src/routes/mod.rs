//! Every route, one file each. The router and the OpenAPI document grow from the same list.

mod applications;
mod archive;
mod audit;
mod auth;
mod executions;
mod files;
mod hooks;
mod live;
mod meta;
mod metrics;
mod models;
mod nodes;
mod notifications;
mod outgoing_webhooks;
mod prompts;
mod records;
mod releases;
mod schedules;
mod secrets;
pub(crate) mod server;
mod settings;
mod tokens;
mod trash;
mod users;
mod variables;
mod views;
mod waits;
mod webhooks;
mod workflows;
pub(crate) mod workspaces;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::openapi;
use crate::state::App;

pub(crate) fn all() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(auth::methods::get_methods))
        .routes(routes!(auth::register::register))
        .routes(routes!(auth::login::login))
        .routes(routes!(auth::oauth::begin::begin_oauth))
        .routes(routes!(auth::oauth::callback::end_oauth))
        .routes(routes!(auth::oauth::second_factor::show_second_factor))
        .routes(routes!(
            auth::identities::list_identities,
            auth::identities::begin_link
        ))
        .routes(routes!(auth::identities::unlink_identity))
        .routes(routes!(auth::refresh::refresh))
        .routes(routes!(auth::logout::logout))
        .routes(routes!(
            auth::profile::get_profile,
            auth::profile::update_profile,
            auth::departure::delete_profile
        ))
        .routes(routes!(auth::password::change_password))
        .routes(routes!(auth::forgot::forgot_password))
        .routes(routes!(auth::reset::reset_password))
        .routes(routes!(auth::email::change_email))
        .routes(routes!(auth::verify::send_verification))
        .routes(routes!(auth::verify::confirm_email))
        .routes(routes!(auth::sessions::list_sessions))
        .routes(routes!(auth::sessions::end_session))
        .routes(routes!(
            auth::second_factor::set_up_second_factor,
            auth::second_factor::confirm_second_factor
        ))
        .routes(routes!(auth::second_factor::remove_second_factor))
        .routes(routes!(auth::ticket::create_ticket))
        .routes(routes!(workspaces::invitations::accept_invitation))
        .routes(routes!(
            workspaces::list::list_workspaces,
            workspaces::create::create_workspace
        ))
        .routes(routes!(
            workspaces::read::get_workspace,
            workspaces::update::update_workspace,
            workspaces::delete::delete_workspace
        ))
        .routes(routes!(workspaces::leave::leave_workspace))
        .routes(routes!(workspaces::restore::restore_workspace))
        .routes(routes!(workspaces::members::list_members))
        .routes(routes!(
            workspaces::members::get_member,
            workspaces::members::change_member,
            workspaces::members::remove_member
        ))
        .routes(routes!(
            workspaces::invitations::list_invitations,
            workspaces::invitations::invite
        ))
        .routes(routes!(workspaces::invitations::withdraw_invitation))
        .routes(routes!(workspaces::roles::list_roles))
        .routes(routes!(
            workspaces::roles::get_role,
            workspaces::roles::put_role,
            workspaces::roles::delete_role
        ))
        .routes(routes!(
            tokens::list::list_tokens,
            tokens::create::create_token
        ))
        .routes(routes!(tokens::delete::delete_token))
        .routes(routes!(users::list::list_users, users::create::create_user))
        .routes(routes!(users::reset::reset_user))
        .routes(routes!(users::token::create_user_token))
        .routes(routes!(users::update::update_user))
        .routes(routes!(
            workflows::list::list_workflows,
            workflows::create::create_workflow
        ))
        .routes(routes!(workflows::validate::validate_workflow))
        .routes(routes!(workflows::evaluate::evaluate_expression))
        .routes(routes!(
            workflows::read::get_workflow,
            workflows::update::update_workflow,
            workflows::delete::delete_workflow
        ))
        .routes(routes!(workflows::execute::execute_workflow))
        .routes(routes!(workflows::publish::publish_workflow))
        .routes(routes!(
            workflows::pins::get_pins,
            workflows::pins::put_pins
        ))
        .routes(routes!(workflows::versions::list::list_versions))
        .routes(routes!(workflows::versions::read::get_version))
        .routes(routes!(workflows::versions::diff::diff_versions))
        .routes(routes!(workflows::versions::restore::restore_version))
        .routes(routes!(executions::list::list_executions))
        .routes(routes!(executions::read::get_execution))
        .routes(routes!(executions::blob::get_execution_blob))
        .routes(routes!(executions::logs::list_execution_logs))
        .routes(routes!(executions::cancel::cancel_execution))
        .routes(routes!(executions::events::watch_execution))
        .routes(routes!(executions::pause::pause_execution))
        .routes(routes!(executions::resume::resume_execution))
        .routes(routes!(executions::decide::decide_step))
        .routes(routes!(executions::rerun::rerun_execution))
        .routes(routes!(executions::move_to::move_execution))
        .routes(routes!(executions::move_to::preview_move))
        .routes(routes!(waits::list::list_waits))
        .routes(routes!(waits::count::count_waits))
        .routes(routes!(waits::answer::answer_wait))
        .routes(routes!(
            waits::signal::send_signal,
            waits::kept::list_signals
        ))
        .routes(routes!(waits::kept::delete_signal))
        .routes(routes!(waits::link::show_link, waits::link::answer_link))
        .routes(routes!(
            models::list::list_models,
            models::create::create_model
        ))
        .routes(routes!(
            models::read::get_model,
            models::update::update_model,
            models::delete::delete_model
        ))
        .routes(routes!(
            applications::list::list_applications,
            applications::create::create_application
        ))
        .routes(routes!(
            applications::read::get_application,
            applications::update::update_application,
            applications::delete::delete_application
        ))
        .routes(routes!(releases::list::list_releases))
        .routes(routes!(releases::read::get_release))
        .routes(routes!(releases::roll_back::roll_back))
        .routes(routes!(applications::validate::validate_application))
        .routes(routes!(applications::components::list_components))
        .routes(routes!(applications::plan::get_ship_plan))
        .routes(routes!(applications::generate::generate_application))
        .routes(routes!(applications::stop::stop_application))
        .routes(routes!(applications::logs::list_application_logs))
        .routes(routes!(applications::health::get_application_health))
        .routes(routes!(
            applications::environment::get_application_environment,
            applications::environment::update_application_environment
        ))
        .routes(routes!(
            applications::preview::preview_application,
            applications::preview::remove_preview
        ))
        .routes(routes!(
            prompts::list::list_prompts,
            prompts::create::create_prompt
        ))
        .routes(routes!(
            prompts::read::get_prompt,
            prompts::update::update_prompt,
            prompts::delete::delete_prompt
        ))
        .routes(routes!(
            secrets::list::list_secrets,
            secrets::create::create_secret
        ))
        .routes(routes!(secrets::kinds::list_secret_kinds))
        .routes(routes!(
            secrets::read::get_secret,
            secrets::update::update_secret,
            secrets::delete::delete_secret
        ))
        .routes(routes!(secrets::uses::list_secret_uses))
        .routes(routes!(server::seal::renew_sealed))
        .routes(routes!(
            variables::list::list_variables,
            variables::create::create_variable
        ))
        .routes(routes!(
            variables::read::get_variable,
            variables::update::update_variable,
            variables::delete::delete_variable
        ))
        .routes(routes!(variables::uses::list_variable_uses))
        .routes(routes!(workflows::restore::restore_workflow))
        .routes(routes!(applications::restore::restore_application))
        .routes(routes!(models::restore::restore_model))
        .routes(routes!(prompts::restore::restore_prompt))
        .routes(routes!(secrets::restore::restore_secret))
        .routes(routes!(variables::restore::restore_variable))
        .routes(routes!(trash::list::list_trash))
        .routes(routes!(archive::export::export_workspace))
        .routes(routes!(archive::import::import_workspace))
        .routes(routes!(prompts::render::render_prompt))
        .routes(routes!(
            prompts::labels::put_prompt_label,
            prompts::labels::delete_prompt_label
        ))
        .routes(routes!(
            prompts::versions::list::list_prompt_versions,
            prompts::versions::create::create_prompt_version
        ))
        .routes(routes!(prompts::versions::read::get_prompt_version))
        .routes(routes!(prompts::versions::diff::diff_prompt_versions))
        .routes(routes!(files::list::list_files, files::upload::upload_file))
        .routes(routes!(
            files::read::get_file,
            files::update::update_file,
            files::delete::delete_file
        ))
        .routes(routes!(files::content::get_file_content))
        .routes(routes!(files::restore::restore_file))
        .routes(routes!(
            schedules::list::list_schedules,
            schedules::create::create_schedule
        ))
        .routes(routes!(schedules::preview::preview_schedule))
        .routes(routes!(
            schedules::read::get_schedule,
            schedules::update::update_schedule,
            schedules::delete::delete_schedule
        ))
        .routes(routes!(schedules::upcoming::list_upcoming))
        .routes(routes!(schedules::ticks::list_ticks))
        .routes(routes!(
            webhooks::list::list_webhooks,
            webhooks::create::create_webhook
        ))
        .routes(routes!(
            webhooks::read::get_webhook,
            webhooks::update::update_webhook,
            webhooks::delete::delete_webhook
        ))
        .routes(routes!(webhooks::rotate::rotate_webhook))
        .routes(routes!(webhooks::deliveries::list_deliveries))
        .routes(routes!(webhooks::refusals::list_refusals))
        .routes(routes!(
            outgoing_webhooks::list::list_outgoing_webhooks,
            outgoing_webhooks::create::create_outgoing_webhook
        ))
        .routes(routes!(
            outgoing_webhooks::read::get_outgoing_webhook,
            outgoing_webhooks::update::update_outgoing_webhook,
            outgoing_webhooks::delete::delete_outgoing_webhook
        ))
        .routes(routes!(outgoing_webhooks::rotate::rotate_outgoing_webhook))
        .routes(routes!(outgoing_webhooks::ping::test_outgoing_webhook))
        .routes(routes!(
            outgoing_webhooks::deliveries::list_outgoing_deliveries
        ))
        .routes(routes!(outgoing_webhooks::redeliver::redeliver_outgoing))
        .routes(routes!(
            hooks::receive::get_hook,
            hooks::receive::post_hook,
            hooks::receive::put_hook
        ))
        .routes(routes!(live::attend::open_live))
        .routes(routes!(notifications::list::list_notifications))
        .routes(routes!(notifications::read::read_notifications))
        .routes(routes!(notifications::read::read_notification))
        .routes(routes!(notifications::delete::delete_notification))
        .routes(routes!(
            settings::person::get_settings,
            settings::person::update_settings
        ))
        .routes(routes!(
            settings::workspace::get_workspace_settings,
            settings::workspace::update_workspace_settings
        ))
        .routes(routes!(meta::manifest::get_manifest))
        .routes(routes!(
            meta::extension::get_extension,
            meta::extension::put_extension
        ))
        .routes(routes!(records::list::list_records))
        .routes(routes!(records::read::get_record))
        .routes(routes!(records::extra::put_extra))
        .routes(routes!(records::history::list_history))
        .routes(routes!(views::list::list_views, views::create::create_view))
        .routes(routes!(
            views::read::get_view,
            views::update::update_view,
            views::delete::delete_view
        ))
        .routes(routes!(audit::list::list_audit))
        .routes(routes!(audit::verify::verify_audit))
        .routes(routes!(nodes::list::list_nodes))
        .routes(routes!(nodes::read::get_node))
        .routes(routes!(metrics::history::get_history))
        .routes(routes!(server::status::get_status))
        .routes(routes!(server::openapi::get_openapi))
        .routes(routes!(server::docs::get_docs))
        .routes(routes!(server::healthz::get_health))
        .routes(routes!(server::readyz::get_readiness))
        .routes(routes!(server::metrics::get_metrics))
}
