//! The Docker engine and registry of the tests, and a small program to put into images.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use crate::clients::docker::Docker;
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
pub(crate) fn hello(surroundings: &Surroundings) -> String {
    let folder = surroundings.data().join("builds/hello");
    std::fs::create_dir_all(&folder).unwrap();
    let binary = folder.join("hello");
    // A program that runs cannot be written to.
    if !binary.is_file() {
        std::fs::copy(compiled(), &binary).unwrap();
    }
    binary.display().to_string()
}

/// The same program under another digest, as a later build of an application is.
pub(crate) fn hello_again(surroundings: &Surroundings, build: u8) -> String {
    let folder = surroundings.data().join(format!("builds/hello-{build}"));
    std::fs::create_dir_all(&folder).unwrap();
    let mut program = std::fs::read(hello(surroundings)).unwrap();
    // What stands behind the end of a program is never loaded.
    program.push(build);
    let binary = folder.join("hello");
    std::fs::write(&binary, program).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&binary, executable).unwrap();
    binary.display().to_string()
}

/// Compiled once per version of its source; tests run at the same time, so it is put in place as a whole.
fn compiled() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/hello.rs.txt");
    let digest = crate::digest::digest(&source).unwrap();
    let binary = std::env::temp_dir().join(format!("lathe-test-hello-{}", &digest[..16]));
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
            .arg(folder.path().join("hello"))
            .arg(main)
            .status();
        assert!(rustc.unwrap().success());
        std::fs::rename(folder.path().join("hello"), &binary).unwrap();
    }
    binary
}
