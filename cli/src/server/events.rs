//! The live events of an execution, read from a server's WebSocket.

use anyhow::Context;
use futures::{Stream, StreamExt};
use reqwest::Url;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use uuid::Uuid;

use super::Server;
use super::transport::Transport;
use crate::commands::News;
use crate::fault::Fault;

impl Server {
    /// What no second attempt would mend, told before anything is begun.
    pub(crate) fn tells_events(&self) -> Result<(), Fault> {
        if self.base().is_some_and(|base| base.scheme() == "http") {
            return Ok(());
        }
        Err(Fault::new(
            "live events are read over plain http only so far",
        ))
    }

    fn base(&self) -> Option<&Url> {
        match &self.transport {
            Transport::Http { base, .. } => Some(base),
            Transport::Here { .. } => None,
        }
    }

    /// Everything after this event and this log line; ends after the last event of the run.
    pub(crate) async fn events(
        &self,
        execution: Uuid,
        after: u64,
        log_after: i64,
    ) -> anyhow::Result<impl Stream<Item = anyhow::Result<News>> + Unpin + use<>> {
        self.tells_events()?;
        let base = self.base().context("events are read from a server")?;
        let mut url = base.join(&format!("api/executions/{execution}/events"))?;
        url.set_query(Some(&format!("after={after}&log_after={log_after}")));
        let _ = url.set_scheme("ws");
        let mut request = url
            .as_str()
            .into_client_request()
            .context("ask for events")?;
        for (name, value) in self.credentials() {
            let value = value.try_into().context("send a token")?;
            request.headers_mut().insert(name, value);
        }
        let (socket, _) = tokio_tungstenite::connect_async(request)
            .await
            .map_err(|error| self.unreachable(error))?;
        Ok(Box::pin(socket.filter_map(async |message| match message {
            Ok(Message::Text(text)) => {
                Some(News::parse(&text).context("read an event of the server"))
            }
            Ok(_) => None,
            Err(error) => Some(Err(error).context("the server's events broke off")),
        })))
    }
}
