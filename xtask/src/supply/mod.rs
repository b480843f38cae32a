//! What comes into the build from elsewhere: whether it may (`deny.toml`), and a list of all of it.

mod built;
mod rules;
pub(crate) mod sbom;

use anyhow::{Context, Result};

use crate::{console, project::Project};

/// Whether everything that is built here may come into the build; says what may not.
pub(crate) fn check(project: &Project) -> Result<bool> {
    let findings = findings(project)?;
    for finding in &findings {
        console::plain(finding);
    }
    Ok(findings.is_empty())
}

fn findings(project: &Project) -> Result<Vec<String>> {
    let read = |name: &str| -> Result<toml::Table> {
        let text = std::fs::read_to_string(project.root().join(name))
            .with_context(|| format!("{name} can't be read"))?;
        text.parse().with_context(|| format!("{name} is not TOML"))
    };
    let rules = rules::Rules::read(&read("deny.toml")?)?;
    let built = built::of_workspace(project)?;
    let mut findings = rules.check(&built);
    findings.extend(rules::foreign_sources(&read("Cargo.lock")?));
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S26, C26, C27, C31: version floors, one TLS provider, licences and sources, as `deny.toml` has them.
    #[test]
    fn s26_what_is_built_is_what_may_be_built() {
        let project = Project::locate().unwrap();
        let findings = findings(&project).unwrap();
        assert!(findings.is_empty(), "\n{}", findings.join("\n"));
        let built = built::of_workspace(&project).unwrap();
        let names: Vec<&str> = built.iter().map(|one| one.name.as_str()).collect();
        for known in ["tokio", "libsqlite3-sys", "jsonwebtoken", "proptest"] {
            assert!(names.contains(&known), "{known} is looked at");
        }
    }

    /// S26, C31: packages of npm bring no programs of their own, wherever they are installed.
    #[test]
    fn s26_packages_of_npm_run_nothing_when_they_are_installed() {
        let project = Project::locate().unwrap();
        let mut installed = 0;
        let mut places = crate::files::walk(project.root()).unwrap();
        places.push(project.root().join(".ci/run"));
        places.retain(|place| {
            let name = place.to_string_lossy();
            let kinds = [
                ".rs",
                ".sh",
                ".yml",
                ".yaml",
                ".toml",
                ".md",
                ".html",
                "Dockerfile",
                "run",
            ];
            // This very test names what it looks for.
            kinds.iter().any(|kind| name.ends_with(kind)) && !name.ends_with("supply/mod.rs")
        });
        for place in places {
            let text = std::fs::read_to_string(&place).unwrap();
            let words = ["npm ci", "npm install", r#"args(["ci""#];
            for line in text
                .lines()
                .filter(|line| words.iter().any(|word| line.contains(word)))
            {
                installed += 1;
                assert!(
                    line.contains("--ignore-scripts") && !line.contains("npm install"),
                    "{}: `npm ci --ignore-scripts` is expected: {line}",
                    place.display()
                );
            }
        }
        assert!(installed >= 2, "the Dockerfile and this tool at least");
    }
}
