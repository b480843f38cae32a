//! From what happened in runs to the people whom it concerns: members who may do something about it, as the workspace and
//! their own settings say.

use engine::ports::happenings::{Happening, HappeningKind};
use store::{MemberSettings, NewNotification, Scope, StoreResult};
use uuid::Uuid;

use super::{About, News, keep};
use crate::access::{Permissions, Role};
use crate::schemas::notification::NotificationKind;
use crate::schemas::settings::{FailuresTo, PersonSettings, WorkspaceSettings};
use crate::state::App;

/// Happenings that are taken together.
const BATCH: u32 = 200;

/// Batches that are told at once; what is left has the next turn, after letters and what else there is to do.
const MOST: usize = 5;

/// Tells of all that happened and that nobody was told of.
pub(super) async fn tell_all(app: &App) -> StoreResult<()> {
    for _ in 0..MOST {
        let taken = app.store.take_happenings(BATCH).await?;
        let is_last = taken.len() < BATCH as usize;
        if !taken.is_empty() {
            app.deliveries_due.notify_one();
        }
        for happening in together(taken) {
            let (kind, subject) = (happening.kind, happening.subject);
            // Nobody else has the rest of them: they are told whatever became of this one.
            if let Err(error) = tell_members(app, happening).await {
                tracing::warn!(?kind, %subject, %error, "nobody was told of what happened");
            }
        }
        if is_last || app.stopping.is_cancelled() {
            break;
        }
    }
    Ok(())
}

/// What happened to one thing several times is told once, as it was the last time; what different people and triggers began may
/// concern different people.
fn together(taken: Vec<Happening>) -> Vec<Happening> {
    let mut together: Vec<Happening> = Vec::new();
    for happening in taken {
        let same = |earlier: &&mut Happening| {
            (earlier.kind, earlier.subject) == (happening.kind, happening.subject)
                && (earlier.started_by, &earlier.trigger)
                    == (happening.started_by, &happening.trigger)
        };
        match together.iter_mut().find(same) {
            Some(earlier) => {
                let count = earlier.count.saturating_add(happening.count);
                *earlier = Happening { count, ..happening };
            }
            None => together.push(happening),
        }
    }
    together
}

async fn tell_members(app: &App, mut happening: Happening) -> StoreResult<()> {
    if happening.kind == HappeningKind::ScheduleFailed {
        let schedule = app.store.schedule(Scope::System, happening.subject).await?;
        let Some(schedule) = schedule else {
            return Ok(());
        };
        happening.name = schedule.name;
        happening.owner = schedule.workspace_id;
    }
    let Some(workspace) = app.store.workspace(happening.owner).await? else {
        return Ok(());
    };
    let settings = WorkspaceSettings::read(&workspace.settings);
    let kind = match happening.kind {
        HappeningKind::RunFailed => NotificationKind::RunFailed,
        HappeningKind::Decision => NotificationKind::Decision,
        HappeningKind::ScheduleFailed => NotificationKind::ScheduleFailed,
    };
    // What somebody began by hand is for them to look at, and for nobody else.
    let is_theirs = matches!(happening.trigger.as_str(), "manual" | "cli");
    let failures_to = match is_theirs {
        true => FailuresTo::Nobody,
        false => settings.notify_failures,
    };
    let members = app.store.member_settings(workspace.id).await?;
    let mut news: Vec<NewNotification> = Vec::new();
    for member in members {
        let began =
            kind == NotificationKind::RunFailed && happening.started_by == Some(member.user_id);
        // Whoever began it is told whatever the workspace says of others, as long as they may see it.
        let failures_to = match began {
            true => FailuresTo::Members,
            false => failures_to,
        };
        if concerns(app, workspace.id, kind, failures_to, &member).await? {
            let channel = PersonSettings::read(&member.settings)
                .notifications
                .of(kind);
            news.extend(
                news_for(member.user_id, workspace.id, kind, &happening).into_notification(channel),
            );
        }
    }
    keep(app, &news).await
}

fn news_for(user: Uuid, workspace: Uuid, kind: NotificationKind, of: &Happening) -> News {
    let link = of.execution.map(|execution| format!("/runs/{execution}"));
    News {
        user,
        workspace: Some(workspace),
        kind,
        subject: Some(of.subject),
        about: About {
            name: of.name.clone(),
            message: of.message.clone(),
            link,
            change: None,
        },
        count: of.count,
        at: of.at,
    }
}

async fn concerns(
    app: &App,
    workspace: Uuid,
    kind: NotificationKind,
    failures_to: FailuresTo,
    member: &MemberSettings,
) -> StoreResult<bool> {
    let role = Role::named(&member.role);
    let permission = match (kind, failures_to) {
        (NotificationKind::RunFailed, FailuresTo::Nobody) => return Ok(false),
        (NotificationKind::RunFailed, FailuresTo::Managers) => {
            return Ok(matches!(role, Some(Role::Owner | Role::Admin)));
        }
        (NotificationKind::RunFailed, FailuresTo::Members) => "executions:read",
        (NotificationKind::ScheduleFailed, _) => "schedules:write",
        _ => "waits:answer",
    };
    let permissions = match role {
        Some(role) => role.permissions(),
        None => {
            let role = app.store.role(workspace, &member.role).await?;
            let names = role.map(|role| role.permissions).unwrap_or_default();
            let known = names.iter().filter_map(|name| Permissions::one(name));
            known.fold(Permissions::default(), Permissions::union)
        }
    };
    let wanted = Permissions::one(permission);
    Ok(wanted.is_some_and(|wanted| permissions.contains(wanted)))
}
