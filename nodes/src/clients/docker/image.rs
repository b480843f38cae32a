//! Images: built with the classic builder, pushed, pulled and looked up.

use std::collections::HashMap;

use bollard::query_parameters::{
    BuildImageOptions, CreateImageOptions, PushImageOptions, RemoveImageOptions, TagImageOptions,
};
use engine::node::{Context, Failure};
use futures::StreamExt;

use super::{BuildContext, Credentials, Docker, EngineError, is_missing};

/// What to build.
pub(crate) struct Build {
    pub(crate) context: BuildContext,
    pub(crate) tag: String,
    pub(crate) labels: HashMap<String, String>,
}

pub(crate) struct Image {
    /// `sha256:…`: names exactly this image, whatever tags say later.
    pub(crate) id: String,
    pub(crate) size: u64,
    /// `repository@sha256:…`, one for each registry that is known to have it.
    pub(crate) digests: Vec<String>,
    /// Whose it is, when a workflow of this installation built it.
    owner: Option<String>,
}

/// The label that names the owner of an image.
pub(crate) const OWNER_LABEL: &str = "lathe.owner";

/// The classic builder announces each instruction: `Step 3/10 : RUN make`. How much was done before it, and which.
fn build_step(line: &str) -> Option<(f64, &str)> {
    let (place, instruction) = line.trim().strip_prefix("Step ")?.split_once(" : ")?;
    let (number, of) = place.split_once('/')?;
    let (number, of): (u32, u32) = (number.parse().ok()?, of.parse().ok()?);
    let done = f64::from(number.checked_sub(1)?);
    (of > 0).then(|| (done / f64::from(of), instruction))
}

/// Whether this may be the name of an image: a registry, a repository, a tag or a digest. The engine's client puts it into addresses
/// as it is, where anything else may lead to another part of the engine's interface.
pub(crate) fn is_reference(text: &str) -> bool {
    let known = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'.' | b'_' | b'-' | b':' | b'/' | b'@' | b'[' | b']')
    };
    let begins = |first: char| first.is_ascii_alphanumeric() || first == '[';
    text.len() <= LONGEST_REFERENCE
        && text.starts_with(begins)
        && text.bytes().all(known)
        && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

const LONGEST_REFERENCE: usize = 512;

fn check_reference(text: &str) -> Result<(), Failure> {
    if is_reference(text) {
        return Ok(());
    }
    let message = format!(
        "`{text}` is no name of an image: letters, digits, and . _ - : / @ within them, like registry.example.org/team/shop:1.2"
    );
    Err(Failure::permanent("invalid_parameters", message))
}

/// As registries take them.
fn check_tag(tag: &str) -> Result<(), Failure> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let begins = |first: char| first.is_ascii_alphanumeric() || first == '_';
    if tag.len() <= 128 && tag.starts_with(begins) && tag.bytes().all(known) {
        return Ok(());
    }
    let message =
        format!("`{tag}` is no tag: letters, digits, and . _ - after the first, at most 128");
    Err(Failure::permanent("invalid_parameters", message))
}

impl Docker {
    /// Builds an image. The engine answers 200 before it begins, so failures come in the stream of news, and only
    /// news of the image tells a build that was finished from one that was broken off.
    pub(crate) async fn build(
        &self,
        build: Build,
        log: impl Fn(&str),
        progress: impl Fn(f64, &str),
    ) -> Result<Image, Failure> {
        check_reference(&build.tag)?;
        let engine = self.engine().await?;
        let options = BuildImageOptions {
            dockerfile: "Dockerfile".to_owned(),
            t: Some(build.tag.clone()),
            labels: Some(build.labels),
            rm: true,
            forcerm: true,
            ..BuildImageOptions::default()
        };
        let mut news = engine.build_image(
            options,
            None,
            Some(bollard::body_try_stream(build.context.into_stream())),
        );
        let mut pending = String::new();
        let mut built = None;
        while let Some(item) = news.next().await {
            let item = item.map_err(|error| match error {
                EngineError::DockerStreamError { error } => build_failed(&error),
                error => self.failed("building the image", &error),
            })?;
            built = item.aux.and_then(|image| image.id).or(built);
            for text in item.stream.iter().chain(&item.status) {
                pending.push_str(text);
                while let Some((line, rest)) = pending.split_once('\n') {
                    log(line.trim_end());
                    if let Some((fraction, step)) = build_step(line) {
                        progress(fraction, step);
                    }
                    pending = rest.to_owned();
                }
            }
        }
        if !pending.is_empty() {
            log(&pending);
        }
        // An older image may have the same tag, so the new one is asked for by its id.
        let found = match &built {
            Some(id) => self.image(id).await?,
            None => None,
        };
        found.ok_or_else(|| {
            let message = format!(
                "the engine stopped building {} before it was done",
                build.tag
            );
            Failure::transient("docker_interrupted", message)
        })
    }

    /// The image of this tag, id or digest, if the engine has it.
    pub(crate) async fn image(&self, reference: &str) -> Result<Option<Image>, Failure> {
        check_reference(reference)?;
        let found = match self.engine().await?.inspect_image(reference).await {
            Err(error) if is_missing(&error) => return Ok(None),
            found => found.map_err(|error| self.failed("looking up the image", &error))?,
        };
        Ok(found.id.map(|id| Image {
            id,
            size: found
                .size
                .and_then(|size| u64::try_from(size).ok())
                .unwrap_or(0),
            digests: found.repo_digests.unwrap_or_default(),
            owner: found
                .config
                .and_then(|config| config.labels)
                .and_then(|mut labels| labels.remove(OWNER_LABEL)),
        }))
    }

    /// The same for a run. All workspaces share the engine and its names: what another one has built is refused.
    pub(crate) async fn image_for(
        &self,
        context: &Context,
        reference: &str,
    ) -> Result<Option<Image>, Failure> {
        let image = self.image(reference).await?;
        let owner = context.owner.to_string();
        match image {
            Some(image) if image.owner.as_ref().is_some_and(|of| *of != owner) => {
                let message = format!(
                    "the image {reference} was built by another workspace, which shares this engine: build one of your \
                     own, under another name"
                );
                Err(Failure::permanent("image_refused", message))
            }
            image => Ok(image),
        }
    }

    /// Tags an image for a repository and pushes it; gives `repository@sha256:…`.
    pub(crate) async fn push(
        &self,
        image: &str,
        repository: &str,
        tag: &str,
        credentials: Credentials,
        log: impl Fn(&str),
        progress: impl Fn(&str),
    ) -> Result<String, Failure> {
        check_reference(image)?;
        check_reference(repository)?;
        check_tag(tag)?;
        self.admit(repository).await?;
        let engine = self.engine().await?;
        let named = TagImageOptions {
            repo: Some(repository.to_owned()),
            tag: Some(tag.to_owned()),
        };
        engine
            .tag_image(image, Some(named))
            .await
            .map_err(|error| self.failed("tagging the image", &error))?;
        let options = PushImageOptions {
            tag: Some(tag.to_owned()),
            ..PushImageOptions::default()
        };
        let mut news = engine.push_image(repository, Some(options), Some(credentials));
        let mut last = String::new();
        while let Some(item) = news.next().await {
            let item = item.map_err(|error| match error {
                EngineError::DockerStreamError { error } => push_failed(repository, &error),
                error => self.failed(&format!("pushing to {repository}"), &error),
            })?;
            // Layers are sent side by side, and the client does not tell which one this is about.
            let detail = item.progress_detail.as_ref();
            if let Some((sent, all)) =
                detail.and_then(|detail| Some((detail.current?, detail.total?)))
            {
                progress(&format!("{sent} of {all} bytes of a layer sent"));
            }
            // The bars of each layer are news only once per state.
            if let Some(status) = item.status.filter(|status| *status != last) {
                log(&status);
                last = status;
            }
        }
        let pushed = self.image(&format!("{repository}:{tag}")).await?;
        let own = format!("{repository}@");
        pushed
            .into_iter()
            .flat_map(|image| image.digests)
            .find(|digest| digest.starts_with(&own))
            .ok_or_else(|| {
                Failure::transient(
                    "push_failed",
                    format!("{repository} took the image but named no digest for it"),
                )
            })
    }

    /// Removes an image unless something still needs it, and says whether it is gone. One that was built here for
    /// this application goes with all its tags; one that others may have named goes only when nobody did.
    pub(crate) async fn remove_image(&self, id: &str, application: &str) -> Result<bool, Failure> {
        let engine = self.engine().await?;
        let found = match engine.inspect_image(id).await {
            Err(error) if is_missing(&error) => return Ok(true),
            found => found.map_err(|error| self.failed("looking up the image", &error))?,
        };
        let labels = found.config.and_then(|config| config.labels);
        let is_ours = labels.is_some_and(|labels| {
            labels.get("lathe.application").map(String::as_str) == Some(application)
        });
        let options = RemoveImageOptions {
            force: is_ours,
            ..RemoveImageOptions::default()
        };
        match engine.remove_image(id, Some(options), None).await {
            Ok(_) => Ok(true),
            Err(error) if is_missing(&error) => Ok(true),
            Err(bollard::errors::Error::DockerResponseServerError {
                status_code: 409, ..
            }) => Ok(false),
            Err(error) => Err(self.failed("removing the image", &error)),
        }
    }

    /// Removes an image with all its tags.
    #[cfg(test)]
    pub(crate) async fn forget(&self, reference: &str) {
        let options = RemoveImageOptions {
            force: true,
            ..Default::default()
        };
        let _ = self
            .engine()
            .await
            .unwrap()
            .remove_image(reference, Some(options), None)
            .await;
    }

    /// Fetches an image that the engine does not have yet.
    pub(crate) async fn pull(&self, reference: &str, log: impl Fn(&str)) -> Result<Image, Failure> {
        check_reference(reference)?;
        self.admit(reference).await?;
        let options = CreateImageOptions {
            from_image: Some(reference.to_owned()),
            ..CreateImageOptions::default()
        };
        let mut news = self.engine().await?.create_image(Some(options), None, None);
        while let Some(item) = news.next().await {
            let item =
                item.map_err(|error| self.failed(&format!("pulling {reference}"), &error))?;
            if let Some(message) = item.error_detail.and_then(|detail| detail.message) {
                return Err(Failure::transient(
                    "pull_failed",
                    format!("pulling {reference}: {message}"),
                ));
            }
            if let Some(status) = item.status.filter(|_| item.progress_detail.is_none()) {
                log(&status);
            }
        }
        self.image(reference).await?.ok_or_else(|| {
            Failure::permanent(
                "image_not_found",
                format!("there is no image {reference}: build it, or push it first"),
            )
        })
    }
}

/// An instruction that fails will do so again; a registry of base images that cannot be reached may be back.
fn build_failed(problem: &str) -> Failure {
    let passing = [
        "connection refused",
        "connection reset",
        "i/o timeout",
        "handshake timeout",
        "deadline exceeded",
        "temporary failure in name resolution",
        "toomanyrequests",
        "service unavailable",
        "bad gateway",
        // Another image went, and took a layer along that the builder had found in its cache.
        "failed to get digest",
        "failed to get destination image",
    ];
    Failure {
        retryable: holds_one_of(problem, &passing),
        ..Failure::permanent(
            "image_build_failed",
            format!("building the image: {problem}"),
        )
    }
}

/// A registry that refuses whoever asks will do so again; anything else may pass.
fn push_failed(repository: &str, problem: &str) -> Failure {
    let refused = [
        "denied",
        "unauthorized",
        "authentication required",
        "no basic auth",
        "invalid reference",
    ];
    Failure {
        retryable: !holds_one_of(problem, &refused),
        ..Failure::permanent("push_failed", format!("pushing to {repository}: {problem}"))
    }
}

fn holds_one_of(problem: &str, signs: &[&str]) -> bool {
    let problem = problem.to_ascii_lowercase();
    signs.iter().any(|sign| problem.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C19: what would lead elsewhere in the engine's interface, or in a shell, is refused before an engine is asked.
    #[tokio::test]
    async fn c19_names_that_lead_elsewhere_are_refused() {
        let nowhere = Docker::new(Some("unix:///nowhere/docker.sock"));
        let bad = [
            "",
            "../containers/json?all=1#",
            "shop/../../containers/victim/kill?signal=9#",
            "shop/./x",
            "shop//x",
            "/shop",
            "shop/",
            "-v",
            "shop?all=1",
            "shop#x",
            "shop%2f..%2fx",
            "shop x",
            "shop\nx",
            "shop\0",
            "shop;id",
            "$(id)",
            "`id`",
            "shop|id",
            "shop&id",
            "shop>x",
            "shop\\x",
            "shop'x",
            "shop\"x",
            "shöp",
        ];
        let code = |failure: Failure| failure.error.code;
        for name in bad {
            let found = nowhere.image(name).await.map(drop);
            assert_eq!(
                found.map_err(code),
                Err("invalid_parameters".to_owned()),
                "{name:?}"
            );
            let pulled = nowhere.pull(name, |_| {}).await.map(drop);
            assert_eq!(
                pulled.map_err(code),
                Err("invalid_parameters".to_owned()),
                "{name:?}"
            );
            for (image, repository, tag) in
                [(name, "a/b", "1"), ("a", name, "1"), ("a", "a/b", name)]
            {
                let login = Credentials::default();
                let pushed = nowhere.push(image, repository, tag, login, |_| {}, |_| {});
                let pushed = pushed.await.map(drop).map_err(code);
                assert_eq!(pushed, Err("invalid_parameters".to_owned()), "{name:?}");
            }
        }
        for name in [
            "shop",
            "shop:1.2",
            "localhost:5000/team/shop@sha256:0f",
            "[::1]:5000/shop",
            "sha256:0f0f",
        ] {
            assert!(is_reference(name), "{name}");
        }
    }
}
