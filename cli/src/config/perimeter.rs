//! TLS, the doors beside the one for everybody, and the pages elsewhere that may use this one.

use std::net::SocketAddr;

use clap::Args;
use reqwest::Url;

use super::layers::Layers;
use super::tls::{Tls, TlsArgs};

#[derive(Args, Debug, Default)]
pub(crate) struct PerimeterArgs {
    #[command(flatten)]
    tls: TlsArgs,
    /// Send browsers on that come here without TLS: 0.0.0.0:80
    #[arg(long, env = "LATHE_REDIRECT_FROM", value_name = "ADDRESS:PORT")]
    redirect_from: Option<String>,
    /// Have metrics and health here, without credentials, and metrics nowhere else: 127.0.0.1:9090
    #[arg(long, env = "LATHE_METRICS_LISTEN", value_name = "ADDRESS:PORT")]
    metrics_listen: Option<String>,
    /// Origins of pages elsewhere that may use the API with a token, separated by commas: https://tools.example.org
    #[arg(long, env = "LATHE_CORS_ORIGINS", value_name = "ORIGINS")]
    cors_origins: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Perimeter {
    pub(crate) tls: Option<Tls>,
    pub(crate) redirect_from: Option<SocketAddr>,
    pub(crate) metrics_listen: Option<SocketAddr>,
    pub(crate) origins: Vec<String>,
}

impl PerimeterArgs {
    pub(super) fn give(&self, layers: &mut Layers) {
        self.tls.give(layers);
        layers.give("server.redirect_from", self.redirect_from.as_ref());
        layers.give("server.metrics_listen", self.metrics_listen.as_ref());
        layers.give("server.cors_origins", self.cors_origins.as_ref());
    }
}

impl Perimeter {
    pub(super) fn read(layers: &mut Layers) -> Option<Self> {
        let tls = Tls::read(layers);
        let redirect_from = layers.read_with("server.redirect_from", place);
        let metrics_listen = layers.read_with("server.metrics_listen", place);
        let origins = layers.read_with("server.cors_origins", origins);
        let (tls, redirect_from) = (tls?, redirect_from?);
        if tls.is_none() && redirect_from.is_some() {
            layers.complain(
                "server.redirect_from: there is no TLS to send anybody to; set server.tls_cert and server.tls_key, or server.acme_domains"
                    .to_owned(),
            );
            return None;
        }
        Some(Self {
            tls,
            redirect_from,
            metrics_listen: metrics_listen?,
            origins: origins?,
        })
    }
}

fn place(text: &str) -> Result<Option<SocketAddr>, String> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            format!("has to be an address and a port such as 127.0.0.1:9090, not `{text}`")
        }),
    }
}

/// As browsers write them, since they are compared as texts.
fn origins(text: &str) -> Result<Vec<String>, String> {
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let url = Url::parse(part).ok();
            let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
            let origin = url.map(|url| url.origin().ascii_serialization());
            origin
                .filter(|origin| origin == part && !part.contains('*'))
                .ok_or_else(|| {
                    format!(
                        "has to be origins such as https://tools.example.org, without a path and never `*`, and `{part}` is none"
                    )
                })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{origins, place};

    #[test]
    fn origins_are_exact() {
        let read = origins("https://tools.example.org, http://localhost:5173").unwrap();
        assert_eq!(read, ["https://tools.example.org", "http://localhost:5173"]);
        for wrong in [
            "*",
            "null",
            "https://a/",
            "https://a/b",
            "https://A",
            "https://a:443",
            "ftp://a",
            "a",
            "https://*.a",
        ] {
            assert!(origins(wrong).is_err(), "{wrong}");
        }
        assert_eq!(place("").unwrap(), None);
        assert!(place("[::]:80").unwrap().is_some());
        assert!(place("80").is_err() && place("localhost:80").is_err());
    }
}
