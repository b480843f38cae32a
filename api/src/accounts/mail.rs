//! Letters to people: where they go out, and what they say.

use std::fmt;

use lettre::message::Mailbox;
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{AsyncTransport, Message, Tokio1Executor};

use crate::error::{ApiError, ApiResult};

/// The post office, when there is one.
#[derive(Clone)]
pub struct Mail {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("the sender `{0}` is no address: it looks like Lathe <lathe@example.org>")]
    Sender(String),
    #[error(
        "the server has to be given as smtps://user:password@host, or smtp://host for one without TLS: {0}"
    )]
    Server(lettre::transport::smtp::Error),
}

impl Mail {
    /// `url` is `smtps://user:password@host:465`, `smtp://…?tls=required` for STARTTLS, or plain `smtp://host:25`.
    pub fn new(url: &str, from: &str) -> Result<Self, MailError> {
        let sender = from
            .parse()
            .map_err(|_| MailError::Sender(from.to_owned()))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
        let transport = transport.map_err(MailError::Server)?;
        Ok(Self {
            from: sender,
            transport: transport.build(),
        })
    }

    pub(crate) async fn send(&self, to: &str, subject: &str, text: String) -> ApiResult<()> {
        let to: Mailbox = to.parse().map_err(ApiError::internal)?;
        let letter = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .body(text)
            .map_err(ApiError::internal)?;
        let sent = self.transport.send(letter).await;
        sent.map(drop).map_err(|error| {
            ApiError::unavailable("the letter could not be sent; the server's log says why")
                .because(error)
        })
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}
