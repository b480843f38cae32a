//! Who may know whom: the arrows between our crates, and which crate alone may know an outside one.

use serde_json::Value;

use super::Finding;

/// What each crate may be built from. `xtask`, `bench` and `chaos` are tools: they know none of the others, and none knows
/// them. `simulation` is one too, but what it simulates is the real runner.
const ARROWS: [(&str, &[&str]); 17] = [
    (
        "cli",
        &[
            "api",
            "runner",
            "nodes",
            "store",
            "migrations",
            "blueprint",
            "preview",
            "engine",
            "allocation",
            "egress",
            "vital",
        ],
    ),
    ("api", &["engine", "blueprint", "store", "egress", "vital"]),
    ("runner", &["engine", "vital"]),
    ("nodes", &["engine", "blueprint", "egress"]),
    ("store", &["engine", "blueprint", "migrations", "vital"]),
    ("engine", &["allocation"]),
    ("allocation", &[]),
    ("egress", &[]),
    ("vital", &[]),
    ("blueprint", &[]),
    ("lathe-runtime", &[]),
    ("preview", &["blueprint", "lathe-runtime"]),
    ("migrations", &[]),
    ("simulation", &["engine", "runner"]),
    ("xtask", &[]),
    ("bench", &[]),
    ("chaos", &[]),
];

/// What tests may use on top: a loop or a server is tested on a real store with real nodes.
const TEST_ARROWS: [(&str, &[&str]); 2] = [
    ("api", &["runner", "nodes", "migrations"]),
    (
        "runner",
        &["store", "nodes", "migrations", "blueprint", "allocation"],
    ),
];

/// Outside crates that have a home. Their types must not leave it, so that they can be replaced in one place.
const HOMES: [(&str, &[&str]); 15] = [
    ("sea-orm", &["store", "migrations"]),
    ("sea-orm-migration", &["store", "migrations"]),
    // Generated applications carry `lathe-runtime`, which previews are served with as well.
    ("sqlx", &["store", "migrations", "lathe-runtime"]),
    ("redis", &["store", "migrations"]),
    ("object_store", &["store"]),
    ("axum", &["api", "lathe-runtime"]),
    ("bollard", &["nodes"]),
    ("petgraph", &["engine"]),
    ("rhai", &["engine"]),
    ("cron", &["engine"]),
    ("jsonwebtoken", &["api"]),
    ("bcrypt", &["api"]),
    ("lettre", &["api"]),
    ("oauth2", &["api"]),
    ("openidconnect", &["api"]),
];

/// Crates that can do nothing but compute cannot be built from these.
const PURE: [&str; 2] = ["engine", "blueprint"];
const IMPURE: [&str; 7] = [
    "tokio",
    "tokio-util",
    "reqwest",
    "hyper",
    "hyper-util",
    "tempfile",
    "rand",
];

/// The bench program measures bare libraries against Lathe, and the chaos program looks into the databases behind
/// Lathe's back, so they may use any of them.
const OUTSIDERS: [&str; 2] = ["bench", "chaos"];

pub(super) fn check(metadata: &Value) -> Vec<Finding> {
    let packages = metadata["packages"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let ours: Vec<&str> = packages
        .iter()
        .filter_map(|package| package["name"].as_str())
        .collect();
    let mut findings = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let place = format!("{name}/Cargo.toml");
        if allowed(&ARROWS, name).is_none() {
            findings.push(Finding::new(
                place,
                "this crate has no place in the list of arrows; decide what it may know",
            ));
            continue;
        }
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            let in_tests = dependency["kind"] == "dev";
            let broken = if ours.contains(&used) {
                inside(name, used, in_tests)
            } else {
                outside(name, used, in_tests)
            };
            findings.extend(broken.map(|message| Finding::new(&*place, message)));
        }
    }
    findings
}

fn inside(name: &str, used: &str, in_tests: bool) -> Option<String> {
    let normal = allowed(&ARROWS, name).unwrap_or_default().contains(&used);
    let tested = in_tests
        && allowed(&TEST_ARROWS, name)
            .unwrap_or_default()
            .contains(&used);
    // A crate may name itself in its own tests, to switch on a feature.
    let itself = in_tests && name == used;
    (!normal && !tested && !itself).then(|| format!("`{name}` must not know `{used}`"))
}

fn outside(name: &str, used: &str, in_tests: bool) -> Option<String> {
    if in_tests || OUTSIDERS.contains(&name) {
        return None;
    }
    if let Some(homes) = allowed(&HOMES, used).filter(|homes| !homes.contains(&name)) {
        return Some(format!("`{used}` belongs only in {}", homes.join(" and ")));
    }
    let impure = PURE.contains(&name) && IMPURE.contains(&used);
    impure.then(|| {
        format!("`{name}` is pure and cannot use `{used}`: take what it gives as an argument")
    })
}

fn allowed(
    table: &[(&str, &'static [&'static str])],
    name: &str,
) -> Option<&'static [&'static str]> {
    table
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, list)| *list)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Checks a workspace in which one crate has one dependency.
    fn one(name: &str, used: &str, kind: Option<&str>) -> Vec<String> {
        let dependency = json!([{ "name": used, "kind": kind }]);
        let mut packages = vec![json!({ "name": name, "dependencies": dependency })];
        if allowed(&ARROWS, used).is_some() {
            packages.push(json!({ "name": used, "dependencies": [] }));
        }
        check(&json!({ "packages": packages }))
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn arrows_that_are_drawn_pass() {
        assert!(one("cli", "store", None).is_empty());
        assert!(one("api", "engine", None).is_empty());
        assert!(one("store", "sea-orm", None).is_empty());
        assert!(one("bench", "axum", None).is_empty());
        assert!(one("nodes", "axum", Some("dev")).is_empty());
        assert!(one("runner", "store", Some("dev")).is_empty());
    }

    #[test]
    fn other_arrows_fail() {
        assert_eq!(one("api", "nodes", None), ["`api` must not know `nodes`"]);
        assert_eq!(
            one("runner", "store", None),
            ["`runner` must not know `store`"]
        );
        assert_eq!(
            one("engine", "blueprint", Some("dev")),
            ["`engine` must not know `blueprint`"]
        );
        assert_eq!(one("cli", "xtask", None), ["`cli` must not know `xtask`"]);
        assert_eq!(
            one("cli", "axum", None),
            ["`axum` belongs only in api and lathe-runtime"]
        );
        assert_eq!(
            one("runner", "redis", Some("build")),
            ["`redis` belongs only in store and migrations"]
        );
        assert_eq!(
            one("nodes", "rhai", None),
            ["`rhai` belongs only in engine"]
        );
        assert!(one("engine", "tokio", None)[0].contains("is pure"));
        assert!(one("attic", "serde", None)[0].contains("no place"));
    }
}
