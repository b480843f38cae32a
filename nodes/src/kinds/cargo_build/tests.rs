//! `cargo.build` with the real cargo, on projects without dependencies.

use serde_json::{Value, json};
use tokio::io::AsyncBufReadExt;

use super::*;
use crate::clients::process::started_at;
use crate::home::Home;
use crate::kinds::code_generate::CodeGenerate;
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
    // These projects are written by hand.
    let options = Options {
        allow_commands: true,
        ..Options::default()
    };
    surroundings
        .run(
            CargoBuild::new(&options),
            json!({ "source": source, "profile": "dev" }),
        )
        .await
}

/// Generates an application, and gives the folder and the digest.
async fn generate(surroundings: &Surroundings, field: &str) -> (PathBuf, String) {
    let fields = json!([{ "name": field, "type": "text" }]);
    let application =
        json!({ "name": "library", "models": [{ "name": "book", "fields": fields }] });
    let with = json!({ "application": application, "allow": { "drop": true } });
    let node = CodeGenerate::new(&Options::default());
    let output = surroundings.run(node, with).await.unwrap();
    let text = |name: &str| output[name].as_str().unwrap().to_owned();
    (text("path").into(), text("digest"))
}

/// What comes of a build without a cargo: `cargo_missing` when it would have compiled.
async fn attempt(surroundings: &Surroundings, allow_commands: bool, with: Value) -> (String, bool) {
    let options = Options {
        allow_commands,
        cargo: Some("/nowhere/cargo".into()),
        ..Options::default()
    };
    let built = surroundings.run(CargoBuild::new(&options), with).await;
    let failure = built.unwrap_err();
    (failure.error.code, failure.retryable)
}

#[tokio::test]
async fn only_generated_code_is_compiled_unless_commands_are_allowed() {
    let surroundings = Surroundings::new();
    let (source, _) = generate(&surroundings, "title").await;
    let codes = async |folder: &Path| {
        let with = json!({ "source": folder });
        let strict = attempt(&surroundings, false, with.clone()).await.0;
        (strict, attempt(&surroundings, true, with).await.0)
    };
    let expect = |strict: &str, allowed: &str| (strict.to_owned(), allowed.to_owned());
    std::fs::write(source.join("NOTES"), "the owner's").unwrap();
    let compiles = expect("cargo_missing", "cargo_missing");
    assert_eq!(codes(&source).await, compiles);

    let edited = expect("source_edited", "cargo_missing");
    for added in ["build.rs", ".cargo/config.toml"] {
        let path = source.join(added);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "").unwrap();
        assert_eq!(codes(&source).await, edited, "{added}");
        std::fs::remove_file(path).unwrap();
    }
    std::fs::write(source.join("src/main.rs"), "fn main() {}").unwrap();
    assert_eq!(codes(&source).await, edited);
    generate(&surroundings, "title").await;
    assert_eq!(codes(&source).await, compiles);

    // What a workflow writes itself, and what somebody else's run did.
    let written = surroundings.context.workspace.join("project");
    std::fs::create_dir_all(&written).unwrap();
    std::fs::write(written.join("Cargo.toml"), "[package]").unwrap();
    assert_eq!(
        codes(&written).await,
        expect("path_refused", "cargo_missing")
    );
    for folder in [surroundings.data(), surroundings.data().join("apps")] {
        assert_eq!(codes(&folder).await, expect("path_refused", "path_refused"));
    }
}

#[tokio::test]
async fn a_source_that_another_run_generated_anew_is_not_compiled() {
    let surroundings = Surroundings::new();
    let (source, digest) = generate(&surroundings, "title").await;
    let with = json!({ "source": source, "digest": digest });
    let compiles = ("cargo_missing".to_owned(), false);
    assert_eq!(attempt(&surroundings, false, with.clone()).await, compiles);

    // The build begins while another run generates, and waits for its end.
    let home = Home::of(&surroundings.data(), "library").unwrap();
    let lock = home.lock_source(&surroundings.context).await.unwrap();
    let (outcome, other) = tokio::join!(attempt(&surroundings, false, with.clone()), async {
        surroundings.logged("waiting").await;
        drop(lock);
        generate(&surroundings, "pages").await.1
    });
    assert_ne!(other, digest);
    // Whoever got the lock first: what was compiled is what the digest names, or nothing was.
    assert!(outcome == compiles || outcome == ("source_changed".to_owned(), true));
    let changed = attempt(&surroundings, false, with).await;
    assert_eq!(changed, ("source_changed".to_owned(), true));
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
        allow_commands: true,
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
