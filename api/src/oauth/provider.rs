//! A service that people log in by, as an operator describes it. What is wrong with a description is told all together.

use std::fmt;
use std::str::FromStr;

use openidconnect::{ClientId, ClientSecret};
use reqwest::Url;

use super::Proof;
use super::outgoing::is_confidential;

const LONGEST_ID: usize = 40;
const GOOGLE: &str = "https://accounts.google.com";
const GITHUB: &str = "https://github.com";
const GITHUB_API: &str = "https://api.github.com";

/// What an operator says about a service, not yet checked.
#[derive(Clone, Default)]
pub struct ProviderSettings {
    /// Stands in addresses: `/api/auth/oauth/{id}`.
    pub id: String,
    /// `oidc`, `github` or `google`.
    pub kind: String,
    /// What people read on the button; the id, if there is none.
    pub label: Option<String>,
    /// For `oidc`, its address; for `github`, that of GitHub Enterprise.
    pub issuer: Option<String>,
    /// For `github`, the address of its API, where it does not follow from the issuer.
    pub api_url: Option<String>,
    pub client_id: String,
    pub client_secret: Option<String>,
    /// What is asked for; a sensible choice, if left out.
    pub scopes: Option<Vec<String>>,
    /// Only verified addresses at one of these come in; empty lets all.
    pub allowed_domains: Vec<String>,
    /// Whether somebody new may get an account by it: `default`, `open` or `closed`.
    pub registration: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LoginProviderKind)]
pub enum ProviderKind {
    Oidc,
    Github,
    Google,
}

/// Whether somebody new may get an account by way of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NewAccounts {
    /// As elsewhere: whoever comes where registration is open, and who was invited.
    Default,
    /// Whoever comes.
    Open,
    /// Nobody.
    Closed,
}

/// A service that people log in by.
#[derive(Clone)]
pub struct Provider {
    pub(crate) id: String,
    pub(crate) kind: ProviderKind,
    pub(crate) label: String,
    /// Together with a subject, it says who somebody is.
    pub(crate) issuer: String,
    pub(crate) api_url: String,
    pub(crate) client_id: ClientId,
    pub(crate) client_secret: Option<ClientSecret>,
    pub(crate) scopes: Vec<String>,
    allowed_domains: Vec<String>,
    pub(crate) new_accounts: NewAccounts,
}

impl Provider {
    /// Checks a description; every complaint names its setting.
    pub fn new(settings: ProviderSettings) -> Result<Self, Vec<String>> {
        let mut complaints = Vec::new();
        let mut complain = |complaint: String| complaints.push(complaint);
        if !is_id(&settings.id) {
            complain(format!(
                "id has to be small letters, digits and hyphens, at most {LONGEST_ID} and a letter first, since it stands in \
                 addresses"
            ));
        }
        let kind = ProviderKind::from_str(&settings.kind);
        if kind.is_err() {
            complain("kind has to be oidc, github or google".to_owned());
        }
        if settings.client_id.trim().is_empty() {
            complain(
                "client_id is missing: the service gives it out with its registration".to_owned(),
            );
        }
        let secret = settings.client_secret.filter(|secret| !secret.is_empty());
        if secret.is_none() && matches!(kind, Ok(ProviderKind::Github | ProviderKind::Google)) {
            complain("client_secret, or client_secret_file, is missing".to_owned());
        }
        let issuer = issuer(kind.ok(), settings.issuer.as_deref());
        let issuer = issuer.unwrap_or_else(|complaint| {
            complain(complaint);
            String::new()
        });
        let api_url = match (settings.api_url.as_deref(), kind) {
            (None, Ok(ProviderKind::Github)) if issuer == GITHUB => GITHUB_API.to_owned(),
            (None, _) => format!("{issuer}/api/v3"),
            (Some(url), Ok(ProviderKind::Github)) => address(url).unwrap_or_else(|complaint| {
                complain(format!("api_url {complaint}"));
                String::new()
            }),
            (Some(_), _) => {
                complain("api_url is for github only".to_owned());
                String::new()
            }
        };
        for domain in &settings.allowed_domains {
            if !is_domain(domain) {
                complain(format!(
                    "allowed_domains has to hold what stands behind the @ of addresses, and `{domain}` is none"
                ));
            }
        }
        let new_accounts = match settings.registration.as_deref().unwrap_or("default") {
            "default" => NewAccounts::Default,
            "open" => NewAccounts::Open,
            "closed" => NewAccounts::Closed,
            _ => {
                complain("registration has to be default, open or closed".to_owned());
                NewAccounts::Closed
            }
        };
        let is_worldwide = matches!(kind, Ok(ProviderKind::Github | ProviderKind::Google));
        if is_worldwide
            && new_accounts == NewAccounts::Open
            && settings.allowed_domains.is_empty()
            && [GITHUB, GOOGLE].contains(&&*issuer)
        {
            complain(
                "registration = \"open\" takes allowed_domains here: anybody in the world has an account at this service"
                    .to_owned(),
            );
        }
        let Ok(kind) = kind else {
            return Err(complaints);
        };
        let scopes = settings.scopes.unwrap_or_else(|| kind.scopes());
        if scopes.iter().any(|scope| !is_scope(scope)) {
            complaints.push("scopes has to hold names without blanks".to_owned());
        }
        let label = settings.label.as_deref().unwrap_or_default().trim();
        let label = match (label, kind) {
            ("", ProviderKind::Github) => "GitHub".to_owned(),
            ("", ProviderKind::Google) => "Google".to_owned(),
            ("", ProviderKind::Oidc) => settings.id.clone(),
            (label, _) => label.to_owned(),
        };
        if let Some(objection) = crate::accounts::name::objection(&label) {
            complaints.push(format!("label can't be used: {objection}"));
        }
        if !complaints.is_empty() {
            return Err(complaints);
        }
        Ok(Self {
            id: settings.id,
            kind,
            label,
            issuer,
            api_url,
            client_id: ClientId::new(settings.client_id.trim().to_owned()),
            client_secret: secret.map(ClientSecret::new),
            scopes,
            allowed_domains: settings
                .allowed_domains
                .iter()
                .map(|domain| domain.to_ascii_lowercase())
                .collect(),
            new_accounts,
        })
    }

    /// What it is called in addresses.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether an address is at one of the allowed domains.
    pub(crate) fn allows_address(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain);
        self.allowed_domains.is_empty() || domain.is_some_and(|domain| self.allows_domain(domain))
    }

    /// Whether somebody may come by it at all.
    pub(crate) fn admits(&self, proof: &Proof) -> bool {
        if self.allowed_domains.is_empty() {
            return true;
        }
        let is_allowed = proof
            .verified_email()
            .is_some_and(|email| self.allows_address(email));
        // An account that somebody made at Google with a company's address outlives their time there; one that the company
        // runs does not.
        let is_run_there = self.kind != ProviderKind::Google
            || match &proof.organisation {
                Some(organisation) => self.allows_domain(organisation),
                None => is_at_gmail(proof.email.as_deref()),
            };
        is_allowed && is_run_there
    }

    fn allows_domain(&self, domain: &str) -> bool {
        self.allowed_domains
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(domain))
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("id", &self.id)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

impl ProviderKind {
    fn scopes(self) -> Vec<String> {
        let scopes: &[&str] = match self {
            Self::Oidc | Self::Google => &["openid", "email", "profile"],
            Self::Github => &["read:user", "user:email"],
        };
        scopes.iter().map(|scope| (*scope).to_owned()).collect()
    }
}

impl FromStr for ProviderKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "oidc" => Ok(Self::Oidc),
            "github" => Ok(Self::Github),
            "google" => Ok(Self::Google),
            _ => Err(()),
        }
    }
}

pub(super) fn is_at_gmail(email: Option<&str>) -> bool {
    email.is_some_and(|email| email.ends_with("@gmail.com"))
}

fn issuer(kind: Option<ProviderKind>, given: Option<&str>) -> Result<String, String> {
    match (kind, given) {
        (Some(ProviderKind::Github), None) => Ok(GITHUB.to_owned()),
        (Some(ProviderKind::Google), None) => Ok(GOOGLE.to_owned()),
        (Some(ProviderKind::Github), Some(url)) => {
            address(url).map_err(|complaint| format!("issuer {complaint}"))
        }
        // Compared letter by letter with what the service says of itself: a slash at its end counts.
        (_, Some(url)) => address(url)
            .map(|_| url.to_owned())
            .map_err(|complaint| format!("issuer {complaint}")),
        (_, None) => Err(
            "issuer is missing: the address of the service, to which /.well-known/openid-configuration is added".to_owned(),
        ),
    }
}

/// An address without a slash at its end.
fn address(text: &str) -> Result<String, String> {
    let example = "has to be an address such as https://login.example.org";
    let url = Url::parse(text).map_err(|_| example.to_owned())?;
    if !is_confidential(&url) {
        return Err(format!(
            "{example}: plain http is for services on this machine only"
        ));
    }
    let is_plain = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    match is_plain {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => Err(format!(
            "{example}, without anything behind ?, # or before @"
        )),
    }
}

fn is_id(text: &str) -> bool {
    text.len() <= LONGEST_ID
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.split('.').all(label)
}

fn is_scope(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_graphic() && c != '"' && c != '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(kind: &str) -> ProviderSettings {
        ProviderSettings {
            id: "one".to_owned(),
            kind: kind.to_owned(),
            client_id: "client".to_owned(),
            client_secret: Some("hunter2".to_owned()),
            ..ProviderSettings::default()
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_together_and_no_secret() {
        let complaints = Provider::new(ProviderSettings {
            id: "A b".to_owned(),
            client_id: String::new(),
            issuer: Some("http://login.example.org".to_owned()),
            allowed_domains: vec!["@example.org".to_owned()],
            registration: Some("maybe".to_owned()),
            scopes: Some(vec!["a b".to_owned()]),
            ..settings("oidc")
        });
        let complaints = complaints.unwrap_err();
        assert_eq!(complaints.len(), 6, "{complaints:?}");
        for named in [
            "id ",
            "client_id",
            "issuer",
            "allowed_domains",
            "registration",
            "scopes",
        ] {
            assert!(
                complaints.iter().any(|one| one.starts_with(named)),
                "{named}: {complaints:?}"
            );
        }
        assert!(Provider::new(settings("saml")).is_err());
        assert!(
            Provider::new(settings("oidc")).is_err(),
            "an issuer is missing"
        );
        let open = ProviderSettings {
            registration: Some("open".to_owned()),
            ..settings("github")
        };
        assert!(Provider::new(open).is_err(), "the whole world has GitHub");
        let github = Provider::new(settings("github")).unwrap();
        assert_eq!((&*github.label, &*github.api_url), ("GitHub", GITHUB_API));
        assert!(!format!("{github:?}").contains("hunter2"));
    }

    #[test]
    fn a_company_is_who_runs_the_account() {
        let google = Provider::new(ProviderSettings {
            allowed_domains: vec!["Example.org".to_owned()],
            ..settings("google")
        });
        let google = google.unwrap();
        let proof = |email: &str, is_verified, organisation: Option<&str>| Proof {
            issuer: GOOGLE.to_owned(),
            subject: "1".to_owned(),
            email: Some(email.to_owned()),
            is_verified,
            name: None,
            organisation: organisation.map(str::to_owned),
        };
        let mail = "ada@example.org";
        assert!(google.admits(&proof(mail, true, Some("example.org"))));
        assert!(!google.admits(&proof(mail, false, Some("example.org"))));
        assert!(
            !google.admits(&proof(mail, true, None)),
            "made by themselves"
        );
        assert!(!google.admits(&proof(mail, true, Some("elsewhere.org"))));
        assert!(!google.admits(&proof("ada@elsewhere.org", true, Some("example.org"))));
        assert!(!google.admits(&proof("ada@sub.example.org", true, Some("example.org"))));
    }
}
