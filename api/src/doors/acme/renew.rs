//! When certificates are asked for: where there is none, when the life of one comes to its end, and not too often.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use tokio_util::sync::CancellationToken;

use super::Acme;
use super::order::Way;

/// Clocks are set and machines sleep, so that no wait is trusted for longer.
const LONGEST_SLEEP: Duration = Duration::from_secs(60 * 60);

const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 60 * 60);

/// Sees to it that there is a good certificate until the server stops. `by_http` says whether answers can be had at a door
/// without TLS, too.
pub(crate) async fn keep(acme: Arc<Acme>, by_http: bool, stopping: CancellationToken) {
    stopping.run_until_cancelled(acme.renew(by_http)).await;
}

impl Acme {
    async fn renew(&self, by_http: bool) {
        let mut failures: usize = 0;
        loop {
            let left = self.left();
            if !left.is_zero() {
                tokio::time::sleep(left.min(LONGEST_SLEEP)).await;
                continue;
            }
            let mut ways = vec![Way::Tls];
            if by_http {
                ways.push(Way::Http);
            }
            // What stands in one way may not stand in the other.
            let turns = failures % ways.len();
            ways.rotate_left(turns);
            let domains = self.settings.domains.join(", ");
            tracing::info!(
                domains,
                directory = self.settings.directory,
                "a certificate is asked for"
            );
            match self.order(&ways).await {
                Ok(issued) => {
                    failures = 0;
                    tracing::info!(domains, expires_at = %issued.expires_at, "another certificate is shown from now on");
                    self.show(issued);
                    // One that lasts for a moment only must not be renewed without a pause.
                    let least = self.settings.pause.saturating_sub(self.left());
                    tokio::time::sleep(least).await;
                }
                Err(failure) => {
                    let pause = self.pause(failures);
                    failures += 1;
                    let problem = failure.to_string();
                    tracing::error!(
                        domains,
                        directory = self.settings.directory,
                        problem,
                        again_in_s = pause.as_secs(),
                        "no certificate could be had; it is tried again"
                    );
                    self.state
                        .send_modify(|state| state.problem = Some(problem));
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }

    /// How long it is until the next certificate is due.
    fn left(&self) -> Duration {
        let shown = self.shown();
        let left = shown.map(|issued| issued.renew_at.signed_duration_since(Utc::now()));
        left.and_then(|left| left.to_std().ok()).unwrap_or_default()
    }

    /// Longer with each failure in a row, and never shorter than the authority wants.
    fn pause(&self, failures: usize) -> Duration {
        let doubled = 2_u32.saturating_pow(u32::try_from(failures).unwrap_or(u32::MAX));
        let pause = self.settings.pause.saturating_mul(doubled);
        let asked = self.authority.pause().unwrap_or_default();
        pause.min(LONGEST_PAUSE).max(asked)
    }
}
