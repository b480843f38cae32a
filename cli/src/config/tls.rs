//! Where the certificate comes from: files, or an authority that speaks ACME.

use std::path::PathBuf;

use clap::Args;
use reqwest::{Certificate, Url};

use super::layers::Layers;

/// What `server.acme_directory` may say for short.
const LETS_ENCRYPT: [(&str, &str); 2] = [
    (
        "production",
        "https://acme-v02.api.letsencrypt.org/directory",
    ),
    (
        "staging",
        "https://acme-staging-v02.api.letsencrypt.org/directory",
    ),
];

/// As many as Let's Encrypt takes.
const MOST_DOMAINS: usize = 100;

#[derive(Args, Debug, Default)]
pub(crate) struct TlsArgs {
    /// Speak TLS with this certificate, in PEM form; it is read again when it is renewed
    #[arg(long, env = "LATHE_TLS_CERT", value_name = "FILE")]
    tls_cert: Option<String>,
    /// The key of the certificate, in PEM form
    #[arg(long, env = "LATHE_TLS_KEY", value_name = "FILE")]
    tls_key: Option<String>,
    /// Speak TLS with a certificate for these names, got and renewed by ACME; its authority's terms are agreed to by that
    #[arg(long, env = "LATHE_ACME_DOMAINS", value_name = "NAMES")]
    acme_domains: Option<String>,
    /// Where the authority writes to when something is wrong with the certificate
    #[arg(long, env = "LATHE_ACME_CONTACT", value_name = "EMAIL")]
    acme_contact: Option<String>,
    /// The authority: production or staging of Let's Encrypt, or the address of another one's directory [default: production]
    #[arg(long, env = "LATHE_ACME_DIRECTORY", value_name = "URL")]
    acme_directory: Option<String>,
    /// The roots that the directory of a private authority is proved by, in PEM form
    #[arg(long, env = "LATHE_ACME_CA", value_name = "FILE")]
    acme_ca: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tls {
    Files { chain: PathBuf, key: PathBuf },
    Acme(Authority),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authority {
    pub(crate) domains: Vec<String>,
    pub(crate) contact: Option<String>,
    pub(crate) directory: String,
    /// In PEM form.
    pub(crate) roots: Option<Vec<u8>>,
}

impl TlsArgs {
    pub(super) fn give(&self, layers: &mut Layers) {
        layers.give("server.tls_cert", self.tls_cert.as_ref());
        layers.give("server.tls_key", self.tls_key.as_ref());
        layers.give("server.acme_domains", self.acme_domains.as_ref());
        layers.give("server.acme_contact", self.acme_contact.as_ref());
        layers.give("server.acme_directory", self.acme_directory.as_ref());
        layers.give("server.acme_ca", self.acme_ca.as_ref());
    }
}

impl Tls {
    /// Nothing in it is no TLS; nothing at all is a problem that was told.
    pub(super) fn read(layers: &mut Layers) -> Option<Option<Self>> {
        let chain = layers.read_with("server.tls_cert", file);
        let key = layers.read_with("server.tls_key", file);
        let domains = layers.read_with("server.acme_domains", domains);
        let contact = layers.read_with("server.acme_contact", contact);
        let directory = layers.read_with("server.acme_directory", directory);
        let roots = layers.read_with("server.acme_ca", roots);
        let (chain, key, domains) = (chain?, key?, domains?);
        let (contact, directory, roots) = (contact?, directory?, roots?);
        let complaint = match (chain, key) {
            (None, None) if domains.is_empty() => {
                return Some(None).filter(|_| needs_domains(layers, contact, roots));
            }
            (None, None) => {
                return Some(Some(Self::Acme(Authority {
                    domains,
                    contact,
                    directory,
                    roots,
                })));
            }
            _ if !domains.is_empty() => {
                "server.tls_cert, server.tls_key and server.acme_domains: a certificate comes from files or from an authority; \
                 set the two files, or the names"
            }
            (Some(chain), Some(key)) => return Some(Some(Self::Files { chain, key })),
            _ => "server.tls_cert and server.tls_key go together: set both, or neither",
        };
        layers.complain(complaint.to_owned());
        None
    }
}

/// Who says something about an authority wants certificates of it.
fn needs_domains(layers: &mut Layers, contact: Option<String>, roots: Option<Vec<u8>>) -> bool {
    let alone = [
        ("server.acme_contact", contact.is_some()),
        ("server.acme_ca", roots.is_some()),
    ];
    let alone = alone.into_iter().filter(|(_, is_set)| *is_set);
    let alone: Vec<&str> = alone.map(|(key, _)| key).collect();
    for key in &alone {
        layers.complain(format!(
            "{key} does nothing without server.acme_domains: name what the certificate is for"
        ));
    }
    alone.is_empty()
}

/// What is set of the two ways, before anybody has looked at it.
pub(super) fn names_of_server(layers: &mut Layers) -> Option<(bool, Option<String>)> {
    let chain = layers.read_with("server.tls_cert", |text| Ok(!text.trim().is_empty()))?;
    let domains = layers.read_with("server.acme_domains", |text| {
        let first = text.split(',').next().unwrap_or_default().trim();
        Ok((!first.is_empty()).then(|| first.to_ascii_lowercase()))
    })?;
    Some((chain, domains))
}

fn file(text: &str) -> Result<Option<PathBuf>, String> {
    let text = text.trim();
    Ok((!text.is_empty()).then(|| PathBuf::from(text)))
}

fn domains(text: &str) -> Result<Vec<String>, String> {
    let parts = text.split(',').map(str::trim);
    let mut domains = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        let name = part.to_ascii_lowercase();
        if name.starts_with("*.") {
            return Err(format!(
                "names no server with `{part}`: for that an authority wants to see a DNS record, which Lathe can't set; name each"
            ));
        }
        if !is_name(&name) {
            return Err(format!(
                "has to be names of this server such as lathe.example.org, separated by commas, and `{part}` is none"
            ));
        }
        if !domains.contains(&name) {
            domains.push(name);
        }
    }
    if domains.len() > MOST_DOMAINS {
        return Err(format!(
            "has {} names, and a certificate has {MOST_DOMAINS} at most",
            domains.len()
        ));
    }
    Ok(domains)
}

/// Authorities vouch for names in DNS, not for addresses.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let labels = || name.split('.');
    name.len() <= 253
        && labels().all(|label| {
            (1..=63).contains(&label.len())
                && label.chars().all(plain)
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
        && labels()
            .next_back()
            .is_some_and(|last| last.chars().any(|c| c.is_ascii_alphabetic()))
}

fn contact(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    if text.is_empty() {
        return Ok(None);
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || ",?<>".contains(c);
    match text.split_once('@') {
        Some((user, host)) if !user.is_empty() && is_name(host) && !text.contains(odd) => {
            Ok(Some(text.to_owned()))
        }
        _ => Err(format!(
            "has to be one address such as ops@example.org, not `{text}`"
        )),
    }
}

fn directory(text: &str) -> Result<String, String> {
    let text = text.trim();
    let short = LETS_ENCRYPT.iter().find(|(word, _)| *word == text);
    if let Some((_, url)) = short {
        return Ok((*url).to_owned());
    }
    let url = Url::parse(text).ok();
    let url = url.filter(|url| url.scheme() == "https" && url.has_host());
    url.map(String::from).ok_or_else(|| {
        format!(
            "has to be production, staging, or an address that begins with https://, not `{text}`"
        )
    })
}

fn roots(text: &str) -> Result<Option<Vec<u8>>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let pem = std::fs::read(text).map_err(|error| format!("can't be read: {text}: {error}"))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(roots) if !roots.is_empty() => Ok(Some(pem)),
        _ => Err(format!("holds no certificate: {text}; PEM is expected")),
    }
}

#[cfg(test)]
mod tests {
    use super::{contact, directory, domains};

    #[test]
    fn domains_are_names_of_one_server() {
        let read = domains(" Lathe.example.org, b.example.org,lathe.example.org,").unwrap();
        assert_eq!(read, ["lathe.example.org", "b.example.org"]);
        assert!(domains("").unwrap().is_empty());
        for wrong in [
            "*.example.org",
            "10.0.0.1",
            "[::1]",
            "a..b",
            "-a.example.org",
            "https://lathe.example.org",
            "lathe.example.org:443",
            "a b",
            "ä.example.org",
        ] {
            assert!(domains(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_authority_is_a_word_or_an_address_that_nobody_listens_to() {
        assert!(directory("production").unwrap().contains("acme-v02.api"));
        assert!(directory("staging").unwrap().contains("acme-staging"));
        assert!(directory("https://ca.intranet/acme/acme/directory").is_ok());
        for wrong in ["", "http://ca.intranet/directory", "ca.intranet", "stage"] {
            assert!(directory(wrong).is_err(), "{wrong}");
        }
        assert_eq!(contact("mailto:a@b.org").unwrap().unwrap(), "a@b.org");
        for wrong in ["a", "@b.org", "a@", "a@b.org,c@d.org", "A <a@b.org>"] {
            assert!(contact(wrong).is_err(), "{wrong}");
        }
    }
}
