//! Documents on a running server.

use anyhow::Context;
use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Kept, Library, Stored};
use crate::documents::SourceFile;
use crate::server::Server;

#[async_trait]
impl Library for Server {
    async fn add_application(&self, file: &SourceFile) -> anyhow::Result<(String, Stored)> {
        let name = name_of(file)?;
        if self.named("api/applications", &name).await?.is_some() {
            return Ok((name, Stored::AlreadyThere));
        }
        let created: Value = self
            .post("api/applications", &json!({ "source": file.text }))
            .await?;
        Ok((text(&created, "name")?, Stored::Created))
    }

    async fn add_workflow(&self, file: &SourceFile) -> anyhow::Result<(String, Stored)> {
        let name = name_of(file)?;
        if self.named("api/workflows", &name).await?.is_some() {
            return Ok((name, Stored::AlreadyThere));
        }
        let created: Value = self
            .post("api/workflows", &json!({ "source": file.text }))
            .await?;
        Ok((text(&created, "name")?, Stored::Created))
    }

    async fn put_workflow(&self, file: &SourceFile) -> anyhow::Result<Kept> {
        let name = name_of(file)?;
        let body = json!({ "source": file.text });
        let kept: Value = match self.named("api/workflows", &name).await? {
            Some(found) => {
                self.put(&format!("api/workflows/{}", text(&found, "id")?), &body)
                    .await?
            }
            None => self.post("api/workflows", &body).await?,
        };
        let id = text(&kept, "id")?
            .parse()
            .context("read the id of the workflow")?;
        let version = kept["version"].as_u64();
        let version = version.and_then(|version| u32::try_from(version).ok());
        let version = version.context("read the version of the workflow")?;
        Ok(Kept { id, name, version })
    }
}

impl Server {
    async fn named(&self, list: &str, name: &str) -> anyhow::Result<Option<Value>> {
        Ok(self
            .all(list)
            .await?
            .into_iter()
            .find(|item| item["name"] == name))
    }
}

/// The name that a document gives itself. The server checks the rest of it.
fn name_of(file: &SourceFile) -> anyhow::Result<String> {
    let named = engine::document::parse::parse(&file.text)
        .ok()
        .map(|parsed| parsed.document.name);
    let named = named.or_else(|| {
        blueprint::Application::parse(&file.text)
            .ok()
            .map(|application| application.name)
    });
    named.with_context(|| {
        format!(
            "{} has no name that can be read; `lathe validate` says why",
            file.path.display()
        )
    })
}

fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    value[field]
        .as_str()
        .map(str::to_owned)
        .with_context(|| format!("the server's answer has no {field}"))
}
