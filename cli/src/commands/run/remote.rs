//! A run on a running server, watched from here.

use futures::StreamExt;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Order;
use super::news::{Ended, News};
use super::order::steps_in_order;
use super::view::{Outline, View, choose};
use crate::console;
use crate::documents::DocumentKind;
use crate::library::{Library, Stored, find_documents};
use crate::server::Server;
use crate::signals::{Signals, next_of};

/// How often a broken stream of events is picked up again before the run is left to itself.
const RECONNECTS: u32 = 5;

pub(super) async fn run(server: &Server, order: &Order) -> anyhow::Result<u8> {
    add_applications(server, order).await?;
    let workflow = server.put_workflow(&order.file).await?;
    let body = json!({ "inputs": order.inputs });
    let execution: Value = server
        .post(&format!("api/workflows/{}/execute", workflow.id), &body)
        .await?;
    let id: Uuid = serde_json::from_value(execution["id"].clone())?;
    let document = &order.plan.document;
    let title = document
        .label
        .clone()
        .unwrap_or_else(|| document.name.clone());
    let mut view = choose(
        order.json,
        &Outline {
            title,
            steps: steps_in_order(&order.plan),
        },
    );
    watch(server, id, &mut *view).await?;
    let ended: Ended = server.get(&format!("api/executions/{id}")).await?;
    view.end(&ended)?;
    Ok(ended.exit_code())
}

/// Hands over the applications beside a workflow that generates code, where the server does not know them yet.
async fn add_applications(server: &Server, order: &Order) -> anyhow::Result<()> {
    if !order
        .plan
        .document
        .nodes
        .iter()
        .any(|node| node.kind == "code.generate")
    {
        return Ok(());
    }
    let folder = order
        .file
        .path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(|| ".".into(), ToOwned::to_owned);
    let files = find_documents(&[folder])?;
    for file in files
        .iter()
        .filter(|file| file.kind() == DocumentKind::Application)
    {
        match server.add_application(file).await? {
            (name, Stored::Created) => {
                console::note(format_args!("application {name}: given to the server"));
            }
            (name, Stored::AlreadyThere) => {
                console::note(format_args!(
                    "application {name}: the server's own is used, not {}",
                    file.path.display()
                ));
            }
        }
    }
    Ok(())
}

async fn watch(server: &Server, id: Uuid, view: &mut dyn View) -> anyhow::Result<()> {
    let mut signals = Some(Signals::listen()?);
    let mut redraw = tokio::time::interval(std::time::Duration::from_millis(100));
    let (mut seq, mut log, mut broken) = (0, 0, 0);
    let mut events = server.events(id, seq, log).await?;
    loop {
        tokio::select! {
            news = events.next() => match news {
                Some(Ok(news)) => {
                    match &news {
                        News::Event(event) => seq = event.seq,
                        News::Log(line) => log = log.max(line.id),
                    }
                    view.news(&news)?;
                    if news.is_terminal() {
                        return Ok(());
                    }
                }
                Some(Err(_)) | None if broken < RECONNECTS => {
                    broken += 1;
                    events = server.events(id, seq, log).await?;
                }
                Some(Err(error)) => return Err(error),
                None => anyhow::bail!("the server ends its events before the execution {id} has ended"),
            },
            _ = redraw.tick() => view.tick(),
            () = next_of(&mut signals) => {
                view.cancelling();
                let _: Value = server.post(&format!("api/executions/{id}/cancel"), &json!({})).await?;
                if let Some(signals) = signals.take() {
                    signals.leave_at_the_next();
                }
            }
        }
    }
}
