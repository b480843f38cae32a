//! # Build an image
//!
//! Builds a Docker image from a folder, a binary, or both.
//!
//! ## Inputs
//! `context` is a folder with a Dockerfile; what its `.dockerignore` names stays out. `binary` is added to it
//! as `app`. Given only a static binary, the image is made from scratch: the binary, and a folder `/data`
//! for what it keeps. Both have to lie in the run's workspace, or be what `code.generate` and `cargo.build`
//! hand out.
//!
//! ## Output
//! The image's id, which names exactly this image, its tag, and its size.
//!
//! ## Failure and retry
//! A failing instruction fails the step at once with the builder's words (`image_build_failed`), a missing
//! engine with where it was looked for (`docker_unavailable`). An engine that is lost (`docker_interrupted`) and
//! base images whose registry cannot be reached are tried again, three attempts in all. Until the whole image is
//! built, the tag stays with the image that has it.
//!
//! ## Example
//! ```yaml
//! - id: image
//!   kind: docker.build
//!   with:
//!     context: "${ nodes.generate.output.path }"
//!     binary: "${ nodes.build.output.binary }"
//!     tag: bookshop
//!     application: bookshop
//!   cache: { scope: workflow }
//! ```

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Context, Failure, LogStream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clients::docker::{Build, BuildContext, Docker, OWNER_LABEL, is_reference};
use crate::home::{failed, inside};
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::workspace::blocking;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The folder with the Dockerfile.
    context: Option<String>,
    /// A static binary; it is `app` in the build context.
    binary: Option<String>,
    /// What to call the image: `bookshop` or `bookshop:v2`.
    tag: String,
    /// The application it is of, for the label `lathe.application`.
    application: Option<String>,
    /// Further labels.
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    /// The image's id, `sha256:…`.
    image: String,
    tag: String,
    /// Its size in bytes.
    size: u64,
}

pub(crate) struct DockerBuild {
    docker: Arc<Docker>,
}

impl DockerBuild {
    pub(crate) fn new(docker: Arc<Docker>) -> Self {
        Self { docker }
    }
}

impl Kind for DockerBuild {
    const NAME: &'static str = "docker.build";
    const CATEGORY: &'static str = "build";
    const EFFECT: Effect = Effect::Idempotent;
    const TAKES_SECRETS: bool = false;
    const RETRY: Retry = Retry::times(3);
    const TIMEOUT: Option<Millis> = Some(Millis(60 * 60 * 1_000));
    const REPORTS_PROGRESS: bool = true;
    const MANUAL: Manual = manual!("docker_build.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for DockerBuild {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let folder = match &config.context {
            Some(path) => Some(inside(&context, "context", path).await?),
            None => None,
        };
        let binary = match &config.binary {
            Some(path) => Some(inside(&context, "binary", path).await?),
            None => None,
        };
        match (&folder, &binary) {
            (None, None) => {
                let message = "docker.build: give with.context, a folder with a Dockerfile, or with.binary, or both";
                return Err(Failure::permanent("invalid_parameters", message));
            }
            (Some(folder), _) if !folder.join("Dockerfile").is_file() => {
                let message = format!(
                    "docker.build: with.context: {} has no Dockerfile",
                    folder.display()
                );
                return Err(Failure::permanent("file_not_found", message));
            }
            _ => {}
        }
        // Neither is a name taken from another workspace, nor is what another one built a part of this.
        self.docker.image_for(&context, &config.tag).await?;
        if let Some(folder) = &folder {
            let fetched = Fetched::by(folder).await?;
            for reference in fetched.images {
                // What is there already is not fetched.
                if self.docker.image_for(&context, &reference).await?.is_none() {
                    self.docker.admit(&reference).await?;
                }
            }
            for address in fetched.files {
                self.docker.admit_file(&address).await?;
            }
        }
        let mut labels: HashMap<String, String> = config.labels.into_iter().collect();
        labels.insert(OWNER_LABEL.to_owned(), context.owner.to_string());
        labels.insert("lathe.execution".to_owned(), context.execution.to_string());
        if let Some(application) = config.application {
            labels.insert("lathe.application".to_owned(), application);
        }
        let workspace = context.workspace.clone();
        let packed = blocking(move || {
            // There need not be one, since a build may be of an application alone.
            let workspace = workspace.canonicalize().unwrap_or(workspace.to_path_buf());
            BuildContext::pack(&workspace, folder.as_deref(), binary.as_deref())
        })
        .await?;
        let build = Build {
            context: packed,
            tag: config.tag.clone(),
            labels,
        };
        let building = self.docker.build(
            build,
            |line| context.log.line(LogStream::Stdout, line),
            |fraction, step| context.progress(Some(fraction), step),
        );
        let image = tokio::select! {
            built = building => built?,
            () = context.cancellation.cancelled() => return Err(Failure::permanent("cancelled", "the run was cancelled")),
        };
        context.log.line(
            LogStream::Info,
            &format!("{} is {} ({} bytes)", config.tag, image.id, image.size),
        );
        Ok(Output {
            image: image.id,
            tag: config.tag,
            size: image.size,
        })
    }

    /// The image is still there, and still called so.
    async fn still_valid(&self, _context: &Context, output: Output) -> bool {
        matches!(self.docker.image(&output.tag).await, Ok(Some(image)) if image.id == output.image)
    }
}

/// Arguments of a Dockerfile that are looked at, and bytes of one: nobody writes more, but to have this grow without end.
const MOST_ARGUMENTS: usize = 100;
const LONGEST: usize = 1_024;

/// What the engine fetches for a Dockerfile.
#[derive(Default)]
struct Fetched {
    /// What it builds on or copies from. Names of its own stages are no images, and are not found.
    images: Vec<String>,
    /// Addresses that `ADD` names.
    files: Vec<String>,
}

impl Fetched {
    async fn by(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("Dockerfile");
        let read =
            move || std::fs::read_to_string(&path).map_err(|problem| failed(&path, &problem));
        Self::named_in(&blocking(read).await?)
    }

    fn named_in(dockerfile: &str) -> Result<Self, Failure> {
        let (mut found, mut arguments) = (Self::default(), BTreeMap::new());
        let whole = dockerfile.replace("\\\r\n", " ").replace("\\\n", " ");
        for line in whole.lines() {
            let words = line.split_whitespace().map(|word| filled(word, &arguments));
            let mut words = words.skip_while(|word| word.eq_ignore_ascii_case("onbuild"));
            let instruction = words.next().unwrap_or_default().to_ascii_lowercase();
            let rest: Vec<String> = words.collect();
            if is_unclear(&instruction, &rest) {
                let message = format!(
                    "docker.build: the Dockerfile's line `{}` does not say plainly what is fetched: write addresses and images \
                     without quotes, brackets, backslashes and variables other than an ARG with a value",
                    line.trim()
                );
                return Err(Failure::permanent("invalid_parameters", message));
            }
            let mut words = rest.into_iter();
            match instruction.as_str() {
                "from" => found
                    .images
                    .extend(words.find(|word| !word.starts_with("--"))),
                "arg" => {
                    let given: Vec<String> = words.collect();
                    let given = given.iter().filter_map(|word| word.split_once('='));
                    let given = given.filter(|(_, value)| value.len() <= LONGEST);
                    let given = given.take(MOST_ARGUMENTS.saturating_sub(arguments.len()));
                    arguments.extend(given.map(|(name, value)| {
                        (name.to_owned(), value.trim_matches(['"', '\'']).to_owned())
                    }));
                }
                "add" => found
                    .files
                    .extend(words.filter(|word| word.contains("://"))),
                _ => found.images.extend(
                    words.filter_map(|word| word.strip_prefix("--from=").map(str::to_owned)),
                ),
            }
        }
        // What is no name of an image, such as a variable, names none that is there.
        found.images.retain(|reference| is_reference(reference));
        Ok(found)
    }
}

/// Whether an instruction may fetch something that can't be told from its words as they are.
fn is_unclear(instruction: &str, words: &[String]) -> bool {
    let disguised = |word: &str| word.contains(['$', '"', '\'', '\\']);
    let from = |word: &String| word.strip_prefix("--from=").is_some_and(disguised);
    match instruction {
        "from" => {
            let image = words.iter().find(|word| !word.starts_with("--"));
            image.is_some_and(|word| disguised(word))
        }
        // Quotes around what lies in the folder hide nothing.
        "add" => words
            .iter()
            .any(|word| word.contains(['$', '\\']) || word.contains("://") && disguised(word)),
        "#" => words
            .iter()
            .any(|word| word.to_ascii_lowercase().starts_with("escape")),
        "copy" => words.iter().any(from),
        _ => instruction.starts_with("#escape"),
    }
}

/// With the arguments that a Dockerfile gives itself. Of two names that begin alike, the longer one comes first.
fn filled(word: &str, arguments: &BTreeMap<String, String>) -> String {
    let given = arguments.iter().rev();
    given.fold(word.to_owned(), |word, (name, value)| {
        if word.len() > LONGEST || !word.contains('$') {
            return word;
        }
        word.replace(&format!("${{{name}}}"), value)
            .replace(&format!("${name}"), value)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::Surroundings;
    use crate::tests::docker::{engine, engine_address, hello};
    use crate::tests::mortal::Mortal;

    #[test]
    fn what_the_engine_fetches_for_a_dockerfile_is_found() {
        let fetched = Fetched::named_in(
            "ARG REG=127.0.0.1:5000\nARG REGISTRY=\"10.0.0.1:5000\"\nFROM --platform=linux \\\n  ${REG}/x:1 AS a\n\
             from $REGISTRY/y\nCOPY --from=a / /\nCOPY --from=z/z:2 / /\nADD http://169.254.169.254/latest /x\nADD here /\n",
        )
        .unwrap();
        assert_eq!(
            fetched.images,
            ["127.0.0.1:5000/x:1", "10.0.0.1:5000/y", "a", "z/z:2"]
        );
        assert_eq!(fetched.files, ["http://169.254.169.254/latest"]);
    }

    /// S13: what can't be read is not fetched.
    #[test]
    fn s13_what_a_dockerfile_fetches_is_said_plainly() {
        for line in [
            "ADD [\"http://10.0.0.1/\", \"/x\"]",
            "ADD \"http://10.0.0.1/\" /x",
            "ENV U=http://10.0.0.1/\nADD $U /x",
            "FROM ${R:-127.0.0.1:5000}/x",
            "FROM \"127.0.0.1:5000/x\"",
            "COPY --from=$R/x / /",
            "ONBUILD ADD $U /x",
            "# escape=`\nFROM scratch",
        ] {
            let read = Fetched::named_in(line);
            assert!(
                read.is_err_and(|failure| failure.error.code == "invalid_parameters"),
                "{line}"
            );
        }
        let hidden = Fetched::named_in("ONBUILD ADD http://10.0.0.1/ /x").unwrap();
        assert_eq!(hidden.files, ["http://10.0.0.1/"]);
        for plain in [
            "ADD [\"a b\", \"/x\"]",
            "FROM --platform=$BUILDPLATFORM alpine",
            "COPY $A /x",
        ] {
            assert!(Fetched::named_in(plain).is_ok(), "{plain}");
        }
    }

    #[tokio::test]
    async fn what_another_workspace_has_built_is_not_taken() {
        let (ours, mut theirs) = (Surroundings::new(), Surroundings::new());
        theirs.context.owner = uuid::Uuid::now_v7();
        let docker = engine();
        let tag = format!("lathe-test-{}", uuid::Uuid::now_v7());
        let with = json!({ "binary": hello(&ours), "tag": tag });
        ours.run(DockerBuild::new(docker.clone()), with)
            .await
            .unwrap();
        let with = json!({ "binary": hello(&theirs), "tag": tag });
        let refused = theirs.run(DockerBuild::new(docker.clone()), with).await;
        assert_eq!(refused.unwrap_err().error.code, "image_refused");
        // Nor is it built upon, by FROM or by COPY.
        for line in [
            format!("FROM {tag}"),
            format!("FROM scratch\nCOPY --from={tag} / /"),
        ] {
            let folder = theirs.context.workspace.join("context");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("Dockerfile"), line).unwrap();
            let with = json!({ "context": folder, "tag": format!("{tag}-b") });
            let refused = theirs.run(DockerBuild::new(docker.clone()), with).await;
            assert_eq!(refused.unwrap_err().error.code, "image_refused");
        }
        docker.forget(&tag).await;
    }

    #[tokio::test]
    async fn builds_from_scratch_and_knows_it_again() {
        let surroundings = Surroundings::new();
        let docker = engine();
        let tag = format!("lathe-test-{}", uuid::Uuid::now_v7());
        let with = json!({ "binary": hello(&surroundings), "tag": tag, "application": "hello" });
        let output = surroundings
            .run(DockerBuild::new(docker.clone()), with)
            .await
            .unwrap();
        assert!(output["image"].as_str().unwrap().starts_with("sha256:"));
        assert!(output["size"].as_u64().unwrap() < 20_000_000, "{output}");
        assert!(
            surroundings
                .lines()
                .iter()
                .any(|line| line.contains("FROM scratch")),
            "{:?}",
            surroundings.lines()
        );

        let node = DockerBuild::new(docker.clone());
        let known = || serde_json::from_value::<Output>(output.clone()).unwrap();
        assert!(node.still_valid(&surroundings.context, known()).await);
        docker.forget(&tag).await;
        assert!(!node.still_valid(&surroundings.context, known()).await);
    }

    fn context(surroundings: &Surroundings, dockerfile: &str) -> std::path::PathBuf {
        let folder = surroundings.context.workspace.join("context");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
        folder
    }

    #[tokio::test]
    async fn a_failing_instruction_fails_the_step_and_leaves_the_tag_alone() {
        let surroundings = Surroundings::new();
        let docker = engine();
        let tag = format!("lathe-test-{}", uuid::Uuid::now_v7());
        let build = |dockerfile: &str| {
            let with = json!({ "context": context(&surroundings, dockerfile), "tag": tag });
            surroundings.run(DockerBuild::new(docker.clone()), with)
        };
        // The engine has answered 200 by the time that it finds out.
        let broken = "FROM scratch\nCOPY Dockerfile /\nCOPY missing /\n";
        let failure = build(broken).await.unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            ("image_build_failed", false)
        );
        assert!(
            failure.error.message.contains("missing"),
            "{}",
            failure.error.message
        );
        assert!(docker.image(&tag).await.unwrap().is_none());

        let good = build("FROM scratch\nCOPY Dockerfile /\n").await.unwrap();
        build(broken).await.unwrap_err();
        let tagged = docker.image(&tag).await.unwrap().unwrap();
        assert_eq!(tagged.id, good["image"].as_str().unwrap());
        docker.forget(&tag).await;
    }

    #[tokio::test]
    async fn an_engine_that_is_lost_in_mid_build_is_asked_again() {
        let surroundings = Surroundings::new();
        let mortal = Mortal::before(&engine_address(), "Step 1/").await;
        let docker = Arc::new(Docker::new(Some(&format!("tcp://{}", mortal.address))));
        let tag = format!("lathe-test-{}", uuid::Uuid::now_v7());
        let build = || {
            let folder = context(&surroundings, "FROM scratch\nCOPY Dockerfile /\n");
            let with = json!({ "context": folder, "tag": tag });
            surroundings.run(DockerBuild::new(docker.clone()), with)
        };
        // The first time it is lost in the middle, the second time it is away.
        for _ in 0..2 {
            let failure = build().await.unwrap_err();
            assert_eq!(
                (failure.error.code.as_str(), failure.retryable),
                ("docker_interrupted", true)
            );
            let address = mortal.address.to_string();
            assert!(
                failure.error.message.contains(&address),
                "{}",
                failure.error.message
            );
        }
        mortal.revive();
        let built = build().await.unwrap();
        let tagged = docker.image(&tag).await.unwrap().unwrap();
        assert_eq!(tagged.id, built["image"].as_str().unwrap());
        docker.forget(&tag).await;
    }

    #[tokio::test]
    async fn a_missing_engine_is_named_with_ways_out() {
        let surroundings = Surroundings::new();
        let docker = Arc::new(Docker::new(Some("unix:///nowhere/docker.sock")));
        let with = json!({ "binary": hello(&surroundings), "tag": "lathe-test-none" });
        let failure = surroundings
            .run(DockerBuild::new(docker), with)
            .await
            .unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            ("docker_unavailable", false)
        );
        for part in ["unix:///nowhere/docker.sock", "DOCKER_HOST", "process"] {
            assert!(
                failure.error.message.contains(part),
                "{}",
                failure.error.message
            );
        }
    }

    /// C7, C28: a build is handed nothing of Lathe's own, nor by a path that leads back.
    #[tokio::test]
    async fn takes_nothing_from_outside_nor_lathes_own_data() {
        let surroundings = Surroundings::new();
        let data = surroundings.data();
        let home = data.join("apps/shop");
        let other_run = data.join("runs/other");
        for folder in [&data, &home.join("environments"), &other_run] {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join("Dockerfile"), "FROM scratch\nCOPY . /\n").unwrap();
        }
        let refused = ["/etc".into(), data.clone(), data.join("apps"), home.clone()];
        for folder in refused.into_iter().chain([
            home.join("environments"),
            other_run,
            home.join("source/.."),
        ]) {
            std::fs::create_dir_all(home.join("source")).unwrap();
            let with = json!({ "context": folder, "tag": "lathe-test-outside" });
            let docker = Arc::new(Docker::new(Some("unix:///nowhere/docker.sock")));
            let failure = surroundings
                .run(DockerBuild::new(docker), with)
                .await
                .unwrap_err();
            assert_eq!(failure.error.code, "path_refused", "{}", folder.display());
        }
    }
}
