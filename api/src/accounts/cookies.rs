//! Cookies that a browser keeps for this server: out of reach of scripts, and of other hosts where there is TLS.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::error::{ApiError, ApiResult};
use crate::state::App;

/// Browsers take a cookie with this prefix only over TLS, for this very host, and from nobody else.
const SECURE: &str = "__Host-";

#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookie {
    name: &'static str,
    same_site: &'static str,
}

/// Carries a session on.
pub(crate) const REFRESH: Cookie = Cookie::strict("lathe_refresh");
/// Says that somebody has logged in on this browser before.
pub(crate) const DEVICE: Cookie = Cookie::strict("lathe_device");
/// Says that a second factor is asked for after a login by way of another service.
pub(crate) const SECOND_FACTOR: Cookie = Cookie::strict("lathe_second_factor");
/// Ties a login by way of another service to the browser that began it. It has to come along when that service sends the
/// browser back, which a strict one would not.
pub(crate) const OAUTH: Cookie = Cookie {
    name: "lathe_oauth",
    same_site: "Lax",
};

impl Cookie {
    const fn strict(name: &'static str) -> Self {
        Self {
            name,
            same_site: "Strict",
        }
    }

    /// Gives the browser a value to keep for so many seconds.
    pub(crate) fn give(
        self,
        app: &App,
        response: &mut Response,
        value: &str,
        lasts: i64,
    ) -> ApiResult<()> {
        let text = self.text(app, value, lasts);
        let value = HeaderValue::try_from(text).map_err(ApiError::internal)?;
        response.headers_mut().append(header::SET_COOKIE, value);
        Ok(())
    }

    pub(crate) fn forget(self, app: &App, response: &mut Response) {
        if let Ok(value) = HeaderValue::try_from(self.text(app, "", 0)) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }

    /// What a browser sends along.
    pub(crate) fn of(self, app: &App, headers: &HeaderMap) -> Option<String> {
        let name = self.full_name(app);
        let cookies = headers.get_all(header::COOKIE).iter();
        let mut pairs = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        pairs
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value.to_owned())
            .filter(|value| !value.is_empty())
    }

    fn full_name(self, app: &App) -> String {
        let prefix = if app.config.is_secure() { SECURE } else { "" };
        format!("{prefix}{}", self.name)
    }

    fn text(self, app: &App, value: &str, lasts: i64) -> String {
        let secure = if app.config.is_secure() {
            "; Secure"
        } else {
            ""
        };
        format!(
            "{}={value}; Path=/; HttpOnly; SameSite={}; Max-Age={lasts}{secure}",
            self.full_name(app),
            self.same_site
        )
    }
}
