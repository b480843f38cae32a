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
//! A registry that refuses the credentials or the repository fails the step at once (`push_failed`), and so does
//! a missing engine (`docker_unavailable`). A registry that cannot be reached, fails or dies, and an engine that is
//! lost (`docker_interrupted`), are tried again, three attempts in all. The image is there as a whole or not at
//! all, and layers that the registry has already are not sent again.
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
    const REPORTS_PROGRESS: bool = true;
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
        let progress = |message: &str| context.progress(None, message);
        let docker = &self.docker;
        docker.image_for(&context, &config.image).await?;
        let pushing = docker.push(
            &config.image,
            &repository,
            &config.tag,
            credentials,
            log,
            progress,
        );
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
    use axum::Router;
    use axum::http::StatusCode;
    use axum::http::header::WWW_AUTHENTICATE;
    use axum::routing::get;
    use serde_json::{Value, json};

    use super::*;
    use crate::kinds::docker_build::DockerBuild;
    use crate::tests::docker::{engine, hello, registry};
    use crate::tests::mortal::Mortal;
    use crate::tests::{Surroundings, serve};

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

    /// An image of its own, and a way to push it.
    struct Pushing {
        surroundings: Surroundings,
        docker: Arc<Docker>,
        name: String,
    }

    impl Pushing {
        async fn new() -> Self {
            let this = Self {
                surroundings: Surroundings::new(),
                docker: engine(),
                name: format!("lathe-test-{}", uuid::Uuid::now_v7()),
            };
            let with = json!({ "binary": hello(&this.surroundings), "tag": this.name });
            let node = DockerBuild::new(this.docker.clone());
            this.surroundings.run(node, with).await.unwrap();
            this
        }

        async fn to(&self, registry: &str) -> Result<Value, Failure> {
            let with = json!({ "image": self.name, "registry": registry, "repository": self.name });
            self.surroundings
                .run(DockerPush::new(self.docker.clone()), with)
                .await
        }

        async fn fails(&self, registry: &str) -> (String, bool) {
            let failure = self.to(registry).await.unwrap_err();
            assert_eq!(failure.error.code, "push_failed");
            (failure.error.message, failure.retryable)
        }

        /// By its id, since an attempt to push gives it another name each.
        async fn end(self) {
            let image = self.docker.image(&self.name).await.unwrap().unwrap();
            self.docker.forget(&image.id).await;
        }
    }

    #[tokio::test]
    async fn a_registry_that_is_away_may_come_back() {
        let pushing = Pushing::new().await;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let (message, retryable) = pushing.fails(&address).await;
        assert!(retryable && message.contains(&address), "{message}");
        pushing.end().await;
    }

    #[tokio::test]
    async fn a_registry_that_dies_in_mid_push_has_nothing_until_it_is_pushed_again() {
        let pushing = Pushing::new().await;
        // The layers have come by then; the manifest, which makes an image of them, has not.
        let mortal =
            Mortal::before(&format!("tcp://{}", registry()), "/manifests/latest HTTP").await;
        let address = mortal.address.to_string();
        let (message, retryable) = pushing.fails(&address).await;
        assert!(retryable, "{message}");
        let manifest = format!("http://{}/v2/{}/manifests/latest", registry(), pushing.name);
        let status = || async { reqwest::get(&manifest).await.unwrap().status().as_u16() };
        assert_eq!(status().await, 404);
        mortal.revive();
        let pushed = pushing.to(&address).await.unwrap();
        assert!(pushed["digest"].as_str().unwrap().starts_with("sha256:"));
        assert_eq!(status().await, 200);
        pushing.end().await;
    }

    #[tokio::test]
    async fn a_registry_that_refuses_will_do_so_again() {
        let pushing = Pushing::new().await;
        let denied = json!({ "errors": [{ "code": "DENIED", "message": "not your repository" }] });
        let denying = Router::new()
            .route("/v2/", get(|| async { "{}" }))
            .fallback(move || async move { (StatusCode::FORBIDDEN, axum::Json(denied)) });
        let asking = Router::new().fallback(|| async {
            let realm = [(WWW_AUTHENTICATE, "Basic realm=\"test\"")];
            (StatusCode::UNAUTHORIZED, realm)
        });
        for (router, says) in [(denying, "not your repository"), (asking, "auth")] {
            let base = serve(router).await;
            let (message, retryable) = pushing.fails(base.trim_start_matches("http://")).await;
            assert!(!retryable && message.contains(says), "{message}");
        }
        pushing.end().await;
    }

    #[tokio::test]
    async fn a_missing_engine_is_named() {
        let docker = Arc::new(Docker::new(Some("unix:///nowhere/docker.sock")));
        let with = json!({ "image": "x", "registry": "127.0.0.1:1", "repository": "x" });
        let surroundings = Surroundings::new();
        let pushing = surroundings.run(DockerPush::new(docker), with);
        let failure = pushing.await.unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            ("docker_unavailable", false)
        );
    }
}
