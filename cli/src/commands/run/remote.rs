//! A run on a running server, watched from here.

use std::pin::pin;

use futures::StreamExt;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Order;
use super::feed::feed;
use super::news::Ended;
use super::order::steps_in_order;
use super::view::{Outline, View, choose};
use crate::console;
use crate::documents::DocumentKind;
use crate::library::{Library, Stored, find_documents};
use crate::server::{Server, given};
use crate::signals::{Signals, next_of};

pub(super) async fn run(server: &Server, order: &Order) -> anyhow::Result<u8> {
    server.tells_events()?;
    add_applications(server, order).await?;
    let workflow = server.put_workflow(&order.file).await?;
    // The file is what runs, whatever is published there.
    let body = given(json!({ "inputs": order.inputs, "version": workflow.version }));
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
    // Kept across the turns of the loop, so that a tick does not interrupt a reconnect.
    let mut events = pin!(feed(|seq, log| server.events(id, seq, log)));
    loop {
        tokio::select! {
            news = events.next() => {
                let Some(news) = news else {
                    anyhow::bail!("the news of the execution {id} ended before it did");
                };
                let news = news?;
                view.news(&news)?;
                if news.is_terminal() {
                    return Ok(());
                }
            }
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
