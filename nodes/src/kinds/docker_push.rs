//! # Push an image
//!
//! Pushes a Docker image to a registry.
//!
//! ## Inputs
//! The image by id or tag, the registry's host, and what to call the image there.
//!
//! ## Output
//! The reference with the digest that the registry gave, which names exactly this image anywhere.
//!
//! ## Failure and retry
//! A registry that refuses the credentials fails the step at once (`push_failed`); one that cannot be reached
//! or fails is tried again, three attempts in all. Layers that it has already are not sent again.
//!
//! ## Example
//! ```yaml
//! - id: push
//!   kind: docker.push
//!   with:
//!     image: "${ nodes.image.output.image }"
//!     registry: registry.example.com
//!     repository: shop/bookshop
//! ```

use std::sync::Arc;

use async_trait::async_trait;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Context, Failure, LogStream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clients::docker::{Credentials, Docker};
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The image's id or tag.
    image: String,
    /// The registry's host, and its port if it is not 443.
    registry: String,
    /// What the image is called there: `shop/bookshop`.
    repository: String,
    /// Which of its versions this is.
    #[serde(default = "latest")]
    tag: String,
    /// A user of the registry, when it wants one.
    credentials: Option<Login>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    username: String,
    /// The password or token.
    #[schemars(extend("format" = "password"))]
    password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Login({}, …)", self.username)
    }
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    /// `registry/repository@sha256:…`
    reference: String,
    /// `sha256:…`
    digest: String,
}

pub(crate) struct DockerPush {
    docker: Arc<Docker>,
}

impl DockerPush {
    pub(crate) fn new(docker: Arc<Docker>) -> Self {
        Self { docker }
    }
}

impl Kind for DockerPush {
    const NAME: &'static str = "docker.push";
    const CATEGORY: &'static str = "build";
    const EFFECT: Effect = Effect::Idempotent;
    const RETRY: Retry = Retry::times(3);
    const TIMEOUT: Option<Millis> = Some(Millis(30 * 60 * 1_000));
    const MANUAL: Manual = manual!("docker_push.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for DockerPush {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let registry = config
            .registry
            .trim_start_matches("https://")
            .trim_end_matches('/');
        let repository = format!("{registry}/{}", config.repository);
        // An engine wants the header even for a registry that asks for no one.
        let credentials = config
            .credentials
            .map_or_else(Credentials::default, |login| Credentials {
                username: Some(login.username),
                password: Some(login.password),
                serveraddress: Some(registry.to_owned()),
                ..Credentials::default()
            });
        let log = |line: &str| context.log.line(LogStream::Stdout, line);
        let pushing = self
            .docker
            .push(&config.image, &repository, &config.tag, credentials, log);
        let reference = tokio::select! {
            pushed = pushing => pushed?,
            () = context.cancellation.cancelled() => return Err(Failure::permanent("cancelled", "the run was cancelled")),
        };
        let digest = reference
            .split_once('@')
            .map(|(_, digest)| digest.to_owned())
            .unwrap_or_default();
        Ok(Output { reference, digest })
    }
}

fn latest() -> String {
    "latest".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::docker_build::DockerBuild;
    use crate::tests::Surroundings;
    use crate::tests::docker::{engine, hello, registry};

    #[tokio::test]
    async fn what_is_pushed_can_be_pulled_by_digest() {
        let surroundings = Surroundings::new();
        let docker = engine();
        let name = format!("lathe-test-{}", uuid::Uuid::now_v7());
        let with = json!({ "binary": hello(&surroundings), "tag": name });
        let built = surroundings
            .run(DockerBuild::new(docker.clone()), with)
            .await
            .unwrap();

        let with = json!({ "image": built["image"], "registry": registry(), "repository": name, "tag": "v1" });
        let pushed = surroundings
            .run(DockerPush::new(docker.clone()), with)
            .await
            .unwrap();
        let reference = pushed["reference"].as_str().unwrap();
        assert_eq!(
            reference,
            format!(
                "{}/{name}@{}",
                registry(),
                pushed["digest"].as_str().unwrap()
            )
        );

        docker.forget(built["image"].as_str().unwrap()).await;
        assert!(docker.image(reference).await.unwrap().is_none());
        let pulled = docker.pull(reference, |_| {}).await.unwrap();
        assert_eq!(pulled.id, built["image"].as_str().unwrap());
        docker.forget(&pulled.id).await;
    }

    #[tokio::test]
    async fn a_registry_that_is_away_may_come_back() {
        let surroundings = Surroundings::new();
        let docker = engine();
        let tag = format!("lathe-test-{}", uuid::Uuid::now_v7());
        let with = json!({ "binary": hello(&surroundings), "tag": tag });
        let built = surroundings
            .run(DockerBuild::new(docker.clone()), with)
            .await
            .unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let with =
            json!({ "image": tag, "registry": format!("127.0.0.1:{port}"), "repository": "x" });
        let failure = surroundings
            .run(DockerPush::new(docker.clone()), with)
            .await
            .unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            ("push_failed", true)
        );
        docker.forget(built["image"].as_str().unwrap()).await;
    }
}
