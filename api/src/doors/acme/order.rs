//! One order: the authority is asked for a certificate, looks whether the names lead here, and gives it.

use std::time::Duration;

use instant_acme::{
    Account, AuthorizationHandle, AuthorizationStatus, ChallengeType, Identifier, NewAccount,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, DistinguishedName, KeyPair};

use super::Acme;
use super::failure::{Failure, said};
use super::folder::KeptAccount;
use super::issued::Issued;

/// How long an authority may take to look at all names, and again to sign.
const PATIENCE: Duration = Duration::from_secs(120);

/// How an authority looks whether a name leads here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Tls,
    Http,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Tls => "tls-alpn-01",
            Self::Http => "http-01",
        }
    }

    const fn kind(self) -> ChallengeType {
        match self {
            Self::Tls => ChallengeType::TlsAlpn01,
            Self::Http => ChallengeType::Http01,
        }
    }
}

impl Acme {
    /// Asks for a certificate. `ways` are those that this server can go, the one to be tried first.
    pub(super) async fn order(&self, ways: &[Way]) -> Result<Issued, Failure> {
        let ended = self.try_order(ways).await;
        self.answers.clear();
        if matches!(ended, Err(Failure::Forgotten)) {
            self.folder.forget_account().map_err(Failure::within)?;
        }
        ended
    }

    async fn try_order(&self, ways: &[Way]) -> Result<Issued, Failure> {
        let account = self.account().await?;
        let names = self.settings.domains.iter().cloned();
        let names: Vec<Identifier> = names.map(Identifier::Dns).collect();
        let mut order = account.new_order(&NewOrder::new(&names)).await?;
        let way = self.prove(&mut order, ways).await?;
        let retries = RetryPolicy::new().timeout(PATIENCE);
        match order.poll_ready(&retries).await {
            Ok(OrderStatus::Ready) => {}
            // What is wrong stands with the name that it is wrong with.
            ended => {
                self.find_unproved(&mut order, way).await?;
                ended?;
                return Err(Failure::Refused("the order has failed".to_owned()));
            }
        }
        let key = KeyPair::generate()?;
        let mut parameters = CertificateParams::new(self.settings.domains.clone())?;
        parameters.distinguished_name = DistinguishedName::new();
        let request = parameters.serialize_request(&key)?;
        order.finalize_csr(request.der()).await?;
        let chain = order.poll_certificate(&retries).await?;
        let pem = format!("{}{chain}", key.serialize_pem());
        let issued = Issued::read(&pem).map_err(Failure::Within)?;
        if let Err(error) = self.folder.keep_certificate(&pem) {
            tracing::error!(%error, "the certificate can't be kept: after a restart another one is asked for, and authorities count that");
        }
        Ok(issued)
    }

    /// The account of before, or a new one.
    async fn account(&self) -> Result<Account, Failure> {
        let builder = || Account::builder_with_http(Box::new(self.authority.clone()));
        let contact = self.settings.contact.as_ref();
        let contact = contact.map(|address| format!("mailto:{address}"));
        let contacts: Vec<&str> = contact.iter().map(String::as_str).collect();
        let kept = self.folder.account().unwrap_or_else(|error| {
            tracing::warn!(%error, "the account at the authority can't be read; another one is made");
            None
        });
        let kept = match kept {
            Some(kept) => {
                let known = kept.contact == contact;
                let account = builder().from_credentials(kept.credentials).await?;
                if known {
                    return Ok(account);
                }
                account.update_contacts(&contacts).await?;
                let Some(kept) = self.folder.account().map_err(Failure::within)? else {
                    return Ok(account);
                };
                let credentials = kept.credentials;
                (
                    account,
                    KeptAccount {
                        contact,
                        credentials,
                    },
                )
            }
            None => {
                let wanted = NewAccount {
                    contact: &contacts,
                    terms_of_service_agreed: true,
                    only_return_existing: false,
                };
                let directory = self.settings.directory.clone();
                let (account, credentials) = builder().create(&wanted, directory, None).await?;
                (
                    account,
                    KeptAccount {
                        contact,
                        credentials,
                    },
                )
            }
        };
        let (account, kept) = kept;
        self.folder.keep_account(&kept).map_err(Failure::within)?;
        Ok(account)
    }

    /// Puts the answers where the authority looks, and tells it to. Says which way was taken last.
    async fn prove(&self, order: &mut Order, ways: &[Way]) -> Result<Way, Failure> {
        let mut taken = Way::Tls;
        let mut all = order.authorizations();
        while let Some(next) = all.next().await {
            let mut next = next?;
            match next.status {
                AuthorizationStatus::Pending => taken = self.answer(&mut next, ways).await?,
                AuthorizationStatus::Valid => {}
                _ => return Err(unproved(&next, taken)),
            }
        }
        Ok(taken)
    }

    async fn answer<'a>(
        &self,
        authorization: &'a mut AuthorizationHandle<'a>,
        ways: &[Way],
    ) -> Result<Way, Failure> {
        let name = authorization.identifier().to_string();
        let offered: Vec<ChallengeType> = authorization
            .challenges
            .iter()
            .map(|challenge| challenge.r#type.clone())
            .collect();
        let way = ways.iter().find(|way| offered.contains(&way.kind()));
        let found = way.and_then(|way| Some((*way, authorization.challenge(way.kind())?)));
        let Some((way, mut challenge)) = found else {
            let offered = format!("{offered:?}");
            return Err(Failure::NoWay { name, offered });
        };
        let proof = challenge.key_authorization();
        match way {
            Way::Tls => self.answers.show_certificate(&name, &proof)?,
            Way::Http => self.answers.show_text(&challenge.token, &proof),
        }
        challenge.set_ready().await?;
        Ok(way)
    }

    async fn find_unproved(&self, order: &mut Order, way: Way) -> Result<(), Failure> {
        let mut all = order.authorizations();
        while let Some(next) = all.next().await {
            let mut next = next?;
            let status = next.refresh().await?.status;
            if !matches!(
                status,
                AuthorizationStatus::Valid | AuthorizationStatus::Pending
            ) {
                return Err(unproved(&next, way));
            }
        }
        Ok(())
    }
}

fn unproved(authorization: &AuthorizationHandle<'_>, way: Way) -> Failure {
    let mut errors = authorization.challenges.iter();
    let why = errors.find_map(|challenge| challenge.error.as_ref().map(said));
    Failure::Unproved {
        name: authorization.identifier().to_string(),
        by: way.name(),
        why: why.unwrap_or_else(|| "the authority does not say why".to_owned()),
    }
}
