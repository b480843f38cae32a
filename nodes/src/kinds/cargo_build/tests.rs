//! `cargo.build` with the real cargo, on projects without dependencies.

use serde_json::{Value, json};
use tokio::io::AsyncBufReadExt;

use super::*;
use crate::clients::process::started_at;
use crate::tests::Surroundings;

fn project(surroundings: &Surroundings, main: &str) -> String {
    let source = surroundings.data().join("apps/tiny/source");
    std::fs::create_dir_all(source.join("src")).unwrap();
    let manifest =
        "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    std::fs::write(source.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(source.join("src/main.rs"), main).unwrap();
    source.display().to_string()
}

async fn build(surroundings: &Surroundings, source: &str) -> Result<Value, Failure> {
    surroundings
        .run(
            CargoBuild::new(&Options::default()),
            json!({ "source": source, "profile": "dev" }),
        )
        .await
}

#[tokio::test]
async fn keeps_each_binary_under_its_digest() {
    let surroundings = Surroundings::new();
    let source = project(&surroundings, "fn main() { println!(\"one\") }");
    let one = build(&surroundings, &source).await.unwrap();
    assert!(
        surroundings
            .lines()
            .iter()
            .any(|line| line.contains("Compiling tiny")),
        "{:?}",
        surroundings.lines()
    );
    let binary = one["binary"].as_str().unwrap();
    assert!(binary.ends_with(&format!(
        "apps/tiny/builds/{}/app",
        &one["digest"].as_str().unwrap()[..12]
    )));

    project(&surroundings, "fn main() { println!(\"two\") }");
    let two = build(&surroundings, &source).await.unwrap();
    assert_ne!(one["digest"], two["digest"]);
    for (output, says) in [(&one, "one\n"), (&two, "two\n")] {
        let said = std::process::Command::new(output["binary"].as_str().unwrap())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(said.stdout).unwrap(), says);
    }

    let node = CargoBuild::new(&Options::default());
    let output = || serde_json::from_value::<Output>(one.clone()).unwrap();
    assert!(node.still_valid(&surroundings.context, output()).await);
    std::fs::write(binary, "damaged").unwrap();
    assert!(!node.still_valid(&surroundings.context, output()).await);
}

#[tokio::test]
async fn a_compile_error_comes_with_the_compilers_words() {
    let surroundings = Surroundings::new();
    let source = project(&surroundings, "fn main() { missing() }");
    let failure = build(&surroundings, &source).await.unwrap_err();
    assert_eq!(
        (failure.error.code.as_str(), failure.retryable),
        ("build_failed", false)
    );
    assert!(
        failure
            .error
            .message
            .contains("cannot find function `missing`"),
        "{}",
        failure.error.message
    );
}

#[tokio::test]
async fn says_what_is_missing() {
    let surroundings = Surroundings::new();
    let source = project(&surroundings, "fn main() {}");
    let options = Options {
        cargo: Some("/nowhere/cargo".into()),
        ..Options::default()
    };
    let failure = surroundings
        .run(CargoBuild::new(&options), json!({ "source": source }))
        .await
        .unwrap_err();
    assert_eq!(
        (failure.error.code.as_str(), failure.retryable),
        ("cargo_missing", false)
    );
    assert_eq!(
        build(&surroundings, "/etc").await.unwrap_err().error.code,
        "path_refused"
    );
}

#[tokio::test]
async fn cancelling_ends_cargo_and_what_it_runs() {
    let surroundings = Surroundings::new();
    let source = project(&surroundings, "fn main() {}");
    // Cargo says nothing while a build script runs, so the script tells the test itself that it does.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let script = format!(
        "use std::io::Write; fn main() {{ let mut test = std::net::TcpStream::connect(\"{address}\").unwrap(); \
         write!(test, \"{{}}\\n\", std::process::id()).unwrap(); loop {{ std::thread::park(); }} }}"
    );
    std::fs::write(Path::new(&source).join("build.rs"), script).unwrap();
    let (outcome, pid) = tokio::join!(build(&surroundings, &source), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut pid = String::new();
        tokio::io::BufReader::new(&mut stream)
            .read_line(&mut pid)
            .await
            .unwrap();
        surroundings.cancel();
        pid
    });
    assert_eq!(outcome.unwrap_err().error.code, "cancelled");
    assert_eq!(started_at(pid.trim().parse().unwrap()), None);
}
