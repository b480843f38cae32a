//! Which registries the engine may be sent to. It connects by itself, from where it runs, and says what it heard: without a
//! guard, the name of an image would ask any machine that the engine can reach.

use egress::{Guard, Unfit};
use engine::node::Failure;
use reqwest::Url;

use super::Docker;

/// Where names without a host lead.
const HUB: [&str; 2] = ["docker.io", "index.docker.io"];

impl Docker {
    /// Refuses an image whose registry is where workflows may not go.
    pub(crate) async fn admit(&self, reference: &str) -> Result<(), Failure> {
        let (Some(guard), Some(host)) = (&self.guard, host(reference)) else {
            return Ok(());
        };
        match Url::parse(&format!("https://{host}/")) {
            Ok(url) => admit(guard, host, &url).await,
            Err(_) => {
                let message = format!("`{host}` in `{reference}` is no host of a registry");
                Err(Failure::permanent("invalid_parameters", message))
            }
        }
    }

    /// Refuses what the engine would fetch for a Dockerfile (`ADD https://…`) from where workflows may not go.
    pub(crate) async fn admit_file(&self, address: &str) -> Result<(), Failure> {
        match (&self.guard, Url::parse(address)) {
            (Some(guard), Ok(url)) => {
                let host = url.host_str().unwrap_or_default().to_owned();
                admit(guard, &host, &url).await
            }
            // What is no address, the engine refuses.
            _ => Ok(()),
        }
    }
}

async fn admit(guard: &Guard, host: &str, url: &Url) -> Result<(), Failure> {
    guard.admits(url).await.map_err(|unfit| match unfit {
        Unfit::Refused(reason) => {
            let message = format!("the Docker engine is not sent to {host}: {reason}");
            Failure::permanent("address_refused", message)
        }
        Unfit::Unknown(problem) => {
            let message = format!(
                "the Docker engine is not sent to {host}, whose address is not found from here: {problem}. Where only the \
                 engine knows it, the operator of this Lathe can allow it with --allow-registries"
            );
            Failure::transient("address_unknown", message)
        }
    })
}

/// The registry that an image names, in the way that engines read names: what stands before the first slash, if it can be no
/// name of somebody at the hub.
fn host(reference: &str) -> Option<&str> {
    let (first, _) = reference.split_once('/')?;
    let is_host = first.contains(['.', ':'])
        || first == "localhost"
        || first.bytes().any(|byte| byte.is_ascii_uppercase());
    (is_host && !HUB.contains(&first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use egress::Outgoing;

    use super::*;
    use crate::clients::docker::Credentials;

    fn guarded(allowed: &str) -> Docker {
        let outgoing: Outgoing = allowed.parse().unwrap();
        Docker::new(Some("unix:///nowhere/docker.sock")).guarded(&outgoing)
    }

    #[test]
    fn a_registry_is_told_from_a_name_at_the_hub() {
        for (reference, expected) in [
            ("alpine", None),
            ("alpine:3", None),
            ("127.0.0.1:5000", None),
            ("library/alpine:3", None),
            ("docker.io/library/alpine", None),
            ("ghcr.io/x/y@sha256:0f", Some("ghcr.io")),
            ("localhost/x", Some("localhost")),
            ("INTRANET/x", Some("INTRANET")),
            ("intranet:5000/x", Some("intranet:5000")),
            ("[::1]:5000/x", Some("[::1]:5000")),
        ] {
            assert_eq!(host(reference), expected, "{reference}");
        }
    }

    /// S13: the engine is told of no image whose registry is where workflows may not go. The engine of this test is nowhere, so
    /// that being asked shows.
    #[tokio::test]
    async fn s13_no_image_sends_the_engine_to_a_private_address() {
        let code = |failure: Failure| failure.error.code;
        let docker = guarded("10.0.0.0/8, 169.254.0.0/16");
        for reference in [
            "169.254.169.254/latest/meta-data:x",
            "127.0.0.1:4861/x:1",
            "2130706433:4861/x:1",
            "localhost:5000/x",
            "[::1]:5000/x",
            "192.168.0.5:5000/x/y:1",
        ] {
            let pulled = docker.pull(reference, |_| {}).await.map(drop);
            let refused = Err("address_refused".to_owned());
            assert_eq!(pulled.map_err(code), refused, "{reference}");
            let repository = reference.rsplit_once(':').map_or(reference, |(name, tag)| {
                if tag.contains('/') { reference } else { name }
            });
            let login = Credentials::default();
            let pushed = docker.push("x", repository, "1", login, |_| {}, |_| {});
            let pushed = pushed.await.map(drop);
            assert_eq!(pushed.map_err(code), refused, "{repository}");
        }
        let file = docker.admit_file("http://169.254.169.254/latest").await;
        assert_eq!(file.map_err(code), Err("address_refused".to_owned()));
        // What the operator allows, and what is public, it is told of.
        for reference in ["10.0.0.5:5000/x/y:1", "8.8.8.8/x:1", "alpine:3"] {
            let pulled = docker.pull(reference, |_| {}).await.map(drop);
            assert_eq!(
                pulled.map_err(code),
                Err("docker_unavailable".to_owned()),
                "{reference}"
            );
        }
    }
}
