//! Rules on single source files: how they open, what they must not contain, how long they may be.

use super::{Finding, rust_text};

const LONGEST: usize = 600;

/// What no code may contain, tests included, and what to do instead.
const NOWHERE: [(&str, &str); 5] = [
    ("todo!", "finish it, or leave the feature out"),
    ("unimplemented!", "finish it, or leave the feature out"),
    (
        "#[ignore",
        "a test that does not run is no test: mend it or delete it",
    ),
    (
        "thread::sleep",
        "await a signal with a deadline instead of sleeping",
    ),
    ("dbg!", "use a log line"),
];

/// What `engine` and `blueprint` may not contain outside tests.
const NOT_IN_PURE: [&str; 14] = [
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "Uuid::now_v7",
    "Uuid::new_v4",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::io",
    "tokio::",
    "rand::",
];

/// Crates whose names must not be handed on to other crates.
const STAY_HOME: [&str; 6] = ["sea_orm", "sqlx", "redis", "axum", "bollard", "petgraph"];

/// Whether the file is source code that somebody wrote by hand.
pub(super) fn is_checked(place: &str) -> bool {
    let written = [".rs", ".ts", ".tsx"]
        .iter()
        .any(|ending| place.ends_with(ending));
    let data = place
        .split('/')
        .any(|folder| ["templates", "fixtures", "snapshots"].contains(&folder));
    written && !data && !place.ends_with(".d.ts")
}

pub(super) fn check(place: &str, source: &str) -> Vec<Finding> {
    if is_generated(source) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let rust = place.ends_with(".rs");
    findings.extend(opening(place, source, rust));
    let code = if rust {
        rust_text::without_literals(source)
    } else {
        source.to_owned()
    };
    let shipped = if rust {
        rust_text::without_tests(&code)
    } else {
        code.clone()
    };
    if rust {
        findings.extend(forbidden(place, &code));
        if !is_test(place) {
            findings.extend(handed_on(place, &shipped));
            if place.starts_with("engine/src/") || place.starts_with("blueprint/src/") {
                findings.extend(impure(place, &rust_text::without_quotes(&shipped)));
            }
        }
    }
    if !is_test(place) {
        findings.extend(too_long(place, &code, &shipped));
    }
    findings
}

fn is_generated(source: &str) -> bool {
    source
        .lines()
        .take(5)
        .any(|line| line.contains("@generated") || line.contains("auto-generated"))
}

fn is_test(place: &str) -> bool {
    let name = place.rsplit('/').next().unwrap_or_default();
    let folder = place
        .split('/')
        .any(|part| ["tests", "e2e", "__tests__", "benches"].contains(&part));
    folder
        || name == "tests.rs"
        || name.ends_with("_tests.rs")
        || name.contains(".test.")
        || name.contains(".spec.")
}

fn opening(place: &str, source: &str, rust: bool) -> Option<Finding> {
    let first = source.lines().next().unwrap_or_default();
    let says_why = |mark: &str| {
        first
            .strip_prefix(mark)
            .is_some_and(|text| text.trim_matches(['*', '/', ' ']).len() > 3)
    };
    let fine = if rust {
        says_why("//!")
    } else {
        says_why("//") || says_why("/*")
    };
    let wanted = if rust { "`//!`" } else { "a comment" };
    (!fine).then(|| {
        Finding::new(
            format!("{place}:1"),
            format!("the first line must be {wanted} that says why the file exists"),
        )
    })
}

fn forbidden(place: &str, code: &str) -> Vec<Finding> {
    each_line(place, code, |line| {
        let found = NOWHERE
            .iter()
            .find(|(word, _)| rust_text::find_path(line, word));
        found.map(|(word, instead)| format!("`{word}`: {instead}"))
    })
}

fn handed_on(place: &str, code: &str) -> Vec<Finding> {
    each_line(place, code, |line| {
        let used = line.trim_start().strip_prefix("pub use ")?;
        let name = STAY_HOME.iter().find(|name| {
            used.strip_prefix(**name)
                .is_some_and(|rest| rest.starts_with([':', ';', ' ']))
        })?;
        // A module of ours may have the name of the crate that it wraps.
        let is_module = code.contains(&format!("mod {name};"));
        (!is_module).then(|| format!("`{name}` must not be handed on to other crates"))
    })
}

fn impure(place: &str, code: &str) -> Vec<Finding> {
    let mut findings = each_line(place, code, |line| {
        let found = NOT_IN_PURE
            .iter()
            .find(|word| rust_text::find_path(line, word));
        found.map(|word| {
            format!("`{word}` in a pure crate: take time, ids and everything outside as arguments")
        })
    });
    findings.extend(grouped_imports(place, code));
    findings
}

/// Finds `std::fs` and its like where they hide in `use std::{collections::BTreeMap, fs};`.
fn grouped_imports(place: &str, code: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (start, _) in code.match_indices("use std::{") {
        let line = code[..start].matches('\n').count() + 1;
        let list = code[start..].split(';').next().unwrap_or_default();
        let mut depth = 0_i32;
        let mut name = String::new();
        for letter in list.trim_start_matches("use std::").chars() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 1 && (letter.is_alphanumeric() || letter == '_') {
                name.push(letter);
                continue;
            }
            let full = format!("std::{}", std::mem::take(&mut name));
            if NOT_IN_PURE.contains(&full.as_str()) {
                findings.push(Finding::new(
                    format!("{place}:{line}"),
                    format!("`{full}` in a pure crate"),
                ));
            }
        }
    }
    findings
}

/// Tests that stand in the same file do not count.
fn too_long(place: &str, code: &str, shipped: &str) -> Option<Finding> {
    let in_tests = code
        .lines()
        .zip(shipped.lines())
        .filter(|(before, after)| before != after)
        .count();
    let lines = code.lines().count() - in_tests;
    (lines > LONGEST).then(|| {
        Finding::new(
            place,
            format!("has {lines} lines; split it where its subject splits ({LONGEST} at most)"),
        )
    })
}

fn each_line(place: &str, code: &str, rule: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let numbered = code.lines().enumerate();
    numbered
        .filter_map(|(index, line)| {
            Some(Finding::new(format!("{place}:{}", index + 1), rule(line)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(place: &str, source: &str) -> Vec<String> {
        check(place, source)
            .iter()
            .map(Finding::to_string)
            .collect()
    }

    #[test]
    fn every_file_says_why_it_exists() {
        assert!(messages("api/src/lib.rs", "//! Serves requests.\n").is_empty());
        assert_eq!(messages("api/src/lib.rs", "use x;\n").len(), 1);
        assert_eq!(messages("api/src/lib.rs", "//!\n").len(), 1);
        assert!(messages("webapp/src/a.ts", "// Formats times.\n").is_empty());
        assert!(messages("webapp/src/a.tsx", "/** Shows a run. */\n").is_empty());
        assert_eq!(
            messages("webapp/src/a.tsx", "import x from 'x';\n").len(),
            1
        );
        assert!(
            messages(
                "webapp/src/a.ts",
                "/**\n * This file was auto-generated\n */\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn unfinished_and_sleeping_code_is_found() {
        for bad in [
            "todo!()",
            "unimplemented!()",
            "std::thread::sleep(x)",
            "#[ignore]",
            "#[ignore = \"slow\"]",
        ] {
            let source = format!("//! Why.\nfn a() {{}}\n#[cfg(test)]\nmod tests {{\n{bad}\n}}\n");
            let found = messages("api/src/a.rs", &source);
            assert!(
                found.len() == 1 && found[0].starts_with("api/src/a.rs:5:"),
                "{bad}: {found:?}"
            );
        }
        assert!(messages("api/src/a.rs", "//! Why.\nlet a = \"todo!\"; // todo!\n").is_empty());
    }

    #[test]
    fn pure_crates_take_the_world_as_arguments() {
        let bad = [
            "Utc::now()",
            "std::time::Instant::now()",
            "use std::fs;",
            "use std::{\n fmt::{self, env},\n fs,\n};",
            "tokio::spawn(x)",
        ];
        for bad in bad {
            let source = format!("//! Why.\n{bad}\n");
            assert_eq!(messages("engine/src/a.rs", &source).len(), 1, "{bad}");
            assert!(messages("runner/src/a.rs", &source).is_empty(), "{bad}");
            let tested = format!("//! Why.\n#[cfg(test)]\nmod tests {{ {bad} }}\n");
            assert!(messages("blueprint/src/a.rs", &tested).is_empty(), "{bad}");
            assert!(messages("engine/tests/a.rs", &source).is_empty(), "{bad}");
            assert!(
                messages("blueprint/template/a.rs", &source).is_empty(),
                "{bad}"
            );
        }
        assert!(
            messages(
                "blueprint/src/a.rs",
                "//! Why.\nlet a = quote! { tokio::spawn(x) };\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn crates_with_a_home_stay_there() {
        assert_eq!(
            messages("store/src/a.rs", "//! Why.\npub use sea_orm::Value;\n").len(),
            1
        );
        assert!(
            messages(
                "store/src/a.rs",
                "//! Why.\nuse sea_orm::Value;\npub use redis_queue::Queue;\nmod redis;\npub use redis::Bus;\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn long_files_are_split_and_tests_do_not_count() {
        let long = format!("//! Why.\n{}", "fn a() {}\n".repeat(600));
        assert_eq!(messages("api/src/a.rs", &long).len(), 1);
        assert!(messages("api/tests/a.rs", &long).is_empty());
        let tested = format!(
            "//! Why.\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            "fn a() {}\n".repeat(600)
        );
        assert!(messages("api/src/a.rs", &tested).is_empty());
    }

    #[test]
    fn data_is_not_source() {
        assert!(is_checked("api/src/lib.rs") && is_checked("webapp/src/app.tsx"));
        assert!(
            !is_checked("blueprint/src/templates/main.rs")
                && !is_checked("webapp/src/vite-env.d.ts")
        );
        assert!(!is_checked("docs/architecture.md"));
    }
}
