//! `deny.toml`, as far as it can be held against a build without a database of advisories. cargo-deny reads the same file.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::built::Built;

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) struct Rules {
    banned: Vec<Ban>,
    licences: Vec<spdx::Licensee>,
}

#[derive(Deserialize)]
struct Ban {
    /// A name, or a name and the versions that are meant: `rsa@<0.10`.
    #[serde(rename = "crate")]
    package: String,
    /// What may bring it in all the same.
    #[serde(default)]
    wrappers: Vec<String>,
    reason: String,
}

impl Rules {
    pub(super) fn read(file: &toml::Table) -> Result<Self> {
        let at = |section: &str, key: &str| {
            let found = file.get(section).and_then(|section| section.get(key));
            found
                .cloned()
                .with_context(|| format!("deny.toml has no {section}.{key}"))
        };
        let licences: Vec<String> = at("licenses", "allow")?.try_into()?;
        let licences = licences.iter().map(|name| {
            spdx::Licensee::parse(name).with_context(|| format!("{name} is no licence"))
        });
        Ok(Self {
            banned: at("bans", "deny")?.try_into()?,
            licences: licences.collect::<Result<_>>()?,
        })
    }

    pub(super) fn check(&self, built: &[Built]) -> Vec<String> {
        let bans = self.banned.iter().flat_map(|ban| {
            let hit = built.iter().filter(|one| ban.hits(one));
            hit.map(|one| {
                let by: Vec<&str> = one.by.iter().map(String::as_str).collect();
                let Built { name, version, .. } = one;
                format!(
                    "{name} {version} is built for {}: {}",
                    by.join(", "),
                    ban.reason
                )
            })
        });
        let unlicensed = built.iter().filter(|one| !self.allows(&one.licence));
        let unlicensed = unlicensed.map(|one| {
            let Built {
                name,
                version,
                licence,
                ..
            } = one;
            format!("{name} {version} has the licence `{licence}`, which deny.toml does not allow")
        });
        bans.chain(unlicensed).collect()
    }

    fn allows(&self, licence: &str) -> bool {
        let read = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX);
        read.is_ok_and(|read| {
            read.evaluate(|wanted| self.licences.iter().any(|known| known.satisfies(wanted)))
        })
    }
}

impl Ban {
    fn hits(&self, built: &Built) -> bool {
        let (name, versions) = self.package.split_once('@').unwrap_or((&self.package, "*"));
        // A ban that can't be read bans everything of that name.
        let versions = semver::VersionReq::parse(versions).unwrap_or_default();
        let wrapped =
            !self.wrappers.is_empty() && built.by.iter().all(|by| self.wrappers.contains(by));
        name == built.name && versions.matches(&built.version) && !wrapped
    }
}

/// Packages that are not from the registry, and so from nowhere that anybody looks after.
pub(super) fn foreign_sources(lock: &toml::Table) -> Vec<String> {
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let foreign = packages.into_iter().flatten().filter_map(|package| {
        let source = package.get("source")?.as_str()?;
        let is_checked = package.get("checksum").is_some();
        (source != REGISTRY || !is_checked).then(|| {
            let name = package.get("name").and_then(toml::Value::as_str);
            format!("{} comes from {source}", name.unwrap_or("a package"))
        })
    });
    foreign.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        [bans]
        deny = [
            { crate = "ring", reason = "one provider" },
            { crate = "rsa@<0.10", wrappers = ["openidconnect"], reason = "timing" },
        ]
        [licenses]
        allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"]
    "#;

    fn findings(name: &str, version: &str, licence: &str, by: &[&str]) -> Vec<String> {
        let rules = Rules::read(&FILE.parse().unwrap()).unwrap();
        rules.check(&[Built {
            name: name.to_owned(),
            version: version.parse().unwrap(),
            licence: licence.to_owned(),
            by: by.iter().map(|by| (*by).to_owned()).collect(),
        }])
    }

    #[test]
    fn names_versions_and_wrappers_are_held_against_what_is_built() {
        assert!(
            findings("ring", "0.17.14", "MIT", &["rustls"])[0].contains("rustls: one provider")
        );
        assert_eq!(
            findings("rsa", "0.9.10", "MIT", &["openidconnect"]).len(),
            0
        );
        assert_eq!(
            findings("rsa", "0.9.10", "MIT", &["openidconnect", "jsonwebtoken"]).len(),
            1
        );
        assert_eq!(findings("rsa", "0.10.1", "MIT", &["jsonwebtoken"]).len(), 0);
        assert_eq!(findings("strings", "1.0.0", "MIT", &[]).len(), 0);
    }

    #[test]
    fn licences_are_read_as_expressions() {
        let allowed = [
            "MIT/Apache-2.0",
            "(MIT OR GPL-3.0-only) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ];
        for licence in allowed {
            assert_eq!(findings("a", "1.0.0", licence, &[]).len(), 0, "{licence}");
        }
        for licence in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "", "whatever"] {
            assert_eq!(findings("a", "1.0.0", licence, &[]).len(), 1, "{licence}");
        }
    }

    #[test]
    fn only_the_registry_is_a_source() {
        let lock = format!(
            "[[package]]\nname = \"ours\"\n[[package]]\nname = \"good\"\nsource = \"{REGISTRY}\"\nchecksum = \"a\"\n\
             [[package]]\nname = \"odd\"\nsource = \"git+https://example.org/odd\"\n"
        );
        let found = foreign_sources(&lock.parse().unwrap());
        assert_eq!(found, ["odd comes from git+https://example.org/odd"]);
    }
}
