//! The Docker engine and registry of the tests, and small programs to put into images.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use crate::clients::docker::{Build, BuildContext, Docker};
use crate::tests::Surroundings;

pub(crate) fn engine() -> Arc<Docker> {
    Arc::new(Docker::new(Some(&engine_address())))
}

pub(crate) fn engine_address() -> String {
    wanted("DOCKER_HOST")
}

pub(crate) fn registry() -> String {
    wanted("TEST_REGISTRY")
}

fn wanted(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run the tests with `cargo xtask test`, or source what `cargo xtask services up` writes")
    })
}

/// A static web server among the builds: it answers with `GREETING` and what `/data` holds, or as `HEALTH` says.
/// Each test has its own, so that images of tests beside each other share no layer that one of them might remove.
pub(crate) fn hello(surroundings: &Surroundings) -> String {
    let program = std::fs::read(compiled("hello")).unwrap();
    let test = *surroundings.context.execution.as_bytes();
    placed(surroundings, "hello", program, &test)
}

/// The same program under another digest, as a later build of an application is.
pub(crate) fn hello_again(surroundings: &Surroundings, build: u8) -> String {
    let program = std::fs::read(hello(surroundings)).unwrap();
    placed(surroundings, &format!("hello-{build}"), program, &[build])
}

/// Puts a program among the builds, with a mark behind its end, where nothing is ever loaded.
fn placed(surroundings: &Surroundings, name: &str, mut program: Vec<u8>, mark: &[u8]) -> String {
    let folder = surroundings.data().join("builds").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let binary = folder.join("hello");
    // A program that runs cannot be written to.
    if !binary.is_file() {
        program.extend(mark);
        std::fs::write(&binary, program).unwrap();
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&binary, executable).unwrap();
    }
    binary.display().to_string()
}

/// An image from scratch with a program that does what its arguments say, and nobody's name in it.
pub(crate) async fn worker() -> String {
    let docker = engine();
    let tag = format!("lathe-test-worker-{}", uuid::Uuid::now_v7());
    let folder = tempfile::tempdir().unwrap();
    // The label comes first, so that tests beside each other share no layer that one of them might remove.
    let dockerfile = format!(
        "FROM scratch\nLABEL lathe.test={tag}\nCOPY app /app\nENV FROM_IMAGE=yes\nVOLUME [\"/kept\"]\nENTRYPOINT [\"/app\"]\n"
    );
    std::fs::write(folder.path().join("Dockerfile"), dockerfile).unwrap();
    let packed = BuildContext::pack(
        folder.path(),
        Some(folder.path()),
        Some(&compiled("worker")),
    );
    let build = Build {
        context: packed.unwrap(),
        tag: tag.clone(),
        labels: std::collections::HashMap::new(),
    };
    docker.build(build, |_| {}, |_, _| {}).await.unwrap();
    tag
}

/// Compiled once per version of its source; tests run at the same time, so it is put in place as a whole.
fn compiled(name: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/tests/{name}.rs.txt"));
    let digest = crate::digest::digest(&source).unwrap();
    let binary = std::env::temp_dir().join(format!("lathe-test-{name}-{}", &digest[..16]));
    if !binary.is_file() {
        let folder = tempfile::tempdir_in(std::env::temp_dir()).unwrap();
        let main = folder.path().join("main.rs");
        std::fs::copy(source, &main).unwrap();
        let rustc = Command::new("rustc")
            .args([
                "-O",
                "-C",
                "target-feature=+crt-static",
                "-C",
                "strip=symbols",
                "--edition=2024",
                "-o",
            ])
            .arg(folder.path().join(name))
            .arg(main)
            .status();
        assert!(rustc.unwrap().success());
        std::fs::rename(folder.path().join(name), &binary).unwrap();
    }
    binary
}
