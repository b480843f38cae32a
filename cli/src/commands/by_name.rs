//! Things of a workspace by the names that people give them: the interface knows them by id.

use serde_json::{Value, json};

use super::executions::word;
use crate::fault::Fault;
use crate::server::Server;

/// A kind of thing that commands mean by name.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    /// What it is called; with an `s`, its list.
    what: &'static str,
    /// The command whose `list` shows all of them.
    command: &'static str,
}

pub(super) const FILE: Kind = kind("file", "file");
pub(super) const SCHEDULE: Kind = kind("schedule", "schedules");
pub(super) const SECRET: Kind = kind("secret", "secret");
pub(super) const VARIABLE: Kind = kind("variable", "variable");
pub(super) const WEBHOOK: Kind = kind("webhook", "webhooks");
pub(super) const WORKFLOW: Kind = kind("workflow", "workflows");

const fn kind(what: &'static str, command: &'static str) -> Kind {
    Kind { what, command }
}

impl Kind {
    /// The one of this name, if there is one.
    pub(super) async fn look_for(
        self,
        server: &Server,
        name: &str,
    ) -> anyhow::Result<Option<Value>> {
        let all = server.all(&format!("api/{}s", self.what)).await?;
        Ok(all.into_iter().find(|one| one["name"] == name))
    }

    /// The one of this name, which has to be there.
    pub(super) async fn find(self, server: &Server, name: &str) -> anyhow::Result<Value> {
        let Self { what, command } = self;
        let found = self.look_for(server, name).await?;
        let missing = || {
            Fault::new(format!("there is no {what} called `{name}`"))
                .mend(format!("`lathe {command} list` shows them all."))
        };
        Ok(found.ok_or_else(missing)?)
    }

    /// The address of one below the server's.
    pub(super) fn path(self, one: &Value) -> String {
        format!("api/{}s/{}", self.what, word(&one["id"]))
    }

    /// Deletes the one of this name, and says which it was. It can be brought back unless it goes for good.
    pub(super) async fn delete(
        self,
        server: &Server,
        name: &str,
        for_good: bool,
        force: bool,
    ) -> anyhow::Result<Value> {
        let one = self.find(server, name).await?;
        let path = self.path(&one);
        // Files are used by no name, and know no force.
        let force = if force { "&force=true" } else { "" };
        server
            .delete(&format!("{path}?for_good={for_good}{force}"))
            .await?;
        Ok(one)
    }

    /// Brings the one back that had this name and was deleted last, by another name where one is given.
    pub(super) async fn restore(
        self,
        server: &Server,
        name: &str,
        new_name: Option<&str>,
    ) -> anyhow::Result<Value> {
        let what = self.what;
        let gone = server.all("api/trash").await?;
        let gone = gone
            .iter()
            .find(|gone| gone["kind"] == what && gone["name"] == name);
        let missing = || Fault::new(format!("no {what} called `{name}` can be brought back"));
        let path = word(&gone.ok_or_else(missing)?["restore"]);
        let body = match new_name {
            Some(name) => json!({ "name": name }),
            None => json!({}),
        };
        server.post(path.trim_start_matches('/'), &body).await
    }
}
