//! Manifests and the lock file. Package versions carry a digest of the sources: two trees that share a build
//! folder can then never take each other's artifacts for their own, and equal ones always do.

use super::File;
use super::template::CARGO_LOCK;

/// Names of packages in the lock file never end like this, so an application may have any name.
fn package_name(name: &str) -> String {
    format!("{}-app", name.replace('_', "-"))
}

pub(super) fn files(name: &str, app_digest: &str, runtime_digest: &str) -> Vec<File> {
    let package = package_name(name);
    let app_version = format!("0.1.0+{app_digest}");
    let runtime_version = format!("0.1.0+{runtime_digest}");
    vec![
        File::new(
            "Cargo.toml",
            APP.replace("@package@", &package)
                .replace("@version@", &app_version),
        ),
        File::new(
            "runtime/Cargo.toml",
            RUNTIME.replace("@version@", &runtime_version),
        ),
        File::new("Cargo.lock", lock(&package, &app_version, &runtime_version)),
        File::new(".cargo/config.toml", CONFIG),
    ]
}

/// Cargo insists on its own order in a locked build, so the application is put where it belongs.
fn lock(package: &str, app_version: &str, runtime_version: &str) -> String {
    let (head, rest) = CARGO_LOCK
        .split_once("[[package]]")
        .unwrap_or((CARGO_LOCK, ""));
    let own = |block: &str| {
        block.contains("name = \"placeholder-app\"") || block.contains("name = \"lathe-runtime\"")
    };
    let mut blocks: Vec<String> = rest
        .split("[[package]]")
        .map(|block| {
            let mut block = block.trim().to_owned();
            if own(&block) {
                let version = if block.contains("placeholder-app") {
                    app_version
                } else {
                    runtime_version
                };
                block = block.replace("placeholder-app", package);
                let old = block
                    .lines()
                    .find(|line| line.starts_with("version = "))
                    .unwrap_or_default()
                    .to_owned();
                block = block.replace(&old, &format!("version = \"{version}\""));
            }
            block
        })
        .collect();
    let name = |block: &String| {
        block
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("name = ")
            .trim_matches('"')
            .to_owned()
    };
    blocks.sort_by_key(name);
    let packages: Vec<String> = blocks
        .iter()
        .map(|block| format!("[[package]]\n{block}\n"))
        .collect();
    format!("{head}{}", packages.join("\n"))
}

const APP: &str = r#"[workspace]
members = ["runtime"]
resolver = "3"

[package]
name = "@package@"
version = "@version@"
edition = "2024"
rust-version = "1.94"
publish = false

[lib]
name = "app"
doctest = false

[[bin]]
name = "@package@"
path = "src/main.rs"

[dependencies]
lathe-runtime = { path = "runtime" }

[dev-dependencies]
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }

[lints.rust]
unsafe_code = "forbid"

# Small, and quick to build again after a change of the models: no link-time optimisation.
[profile.release]
opt-level = "s"
debug = false
strip = "symbols"
lto = "off"
codegen-units = 16

[profile.dev]
debug = "line-tables-only"
"#;

const RUNTIME: &str = r#"[package]
name = "lathe-runtime"
version = "@version@"
edition = "2024"
rust-version = "1.94"
publish = false

[lib]
doctest = false

[dependencies]
anyhow = "1"
axum = { version = "0.8", default-features = false, features = ["http1", "json", "query", "tokio"] }
chrono = { version = "0.4", default-features = false, features = ["clock", "std"] }
serde_json = { version = "1", features = ["preserve_order"] }
sqlx = { version = "0.9", default-features = false, features = ["postgres", "runtime-tokio", "sqlite-bundled"] }
tokio = { version = "1", features = ["macros", "net", "rt-multi-thread", "signal"] }
tower = { version = "0.5", default-features = false, features = ["util"] }
uuid = { version = "1", default-features = false, features = ["std", "v7"] }

[lints.rust]
unsafe_code = "forbid"
"#;

const CONFIG: &str = r#"# Linked statically, the binary runs in an image with nothing else in it. Naming the target, even when it is
# this very machine, keeps the flag away from compiler plug-ins, which must stay dynamic.
[build]
target = "host-tuple"

[target.'cfg(all(target_os = "linux", target_env = "gnu"))']
rustflags = ["-C", "target-feature=+crt-static"]
"#;
