//! As much of a browser as a login by way of another service takes: it keeps cookies, and goes where it is sent.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::{Value, json};

use super::people::{Person, bare};
use super::{Lathe, Reply, with_json};

/// Where this server is, as its operator has set it.
pub(crate) const HOME: &str = "http://localhost:4000";

#[derive(Default)]
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Opens an address of this server, which another site has led to.
    pub(crate) async fn open(&mut self, lathe: &Lathe, path: &str) -> Reply {
        let request = self.asking(Method::GET, path);
        let request = request.header("sec-fetch-site", "cross-site");
        let reply = lathe.send(request.body(Body::empty()).unwrap()).await;
        self.keep(&reply);
        reply
    }

    /// What a page of this server sends.
    pub(crate) async fn post(&mut self, lathe: &Lathe, path: &str, body: Value) -> Reply {
        let request = self.asking(Method::POST, path);
        let request = request.header("sec-fetch-site", "same-origin");
        let reply = lathe.send(with_json(request, &body)).await;
        self.keep(&reply);
        reply
    }

    /// The same as somebody who is logged in.
    pub(crate) async fn post_as(
        &mut self,
        lathe: &Lathe,
        person: &Person,
        path: &str,
        body: Value,
    ) -> Reply {
        let request = self
            .asking(Method::POST, path)
            .header(header::AUTHORIZATION, format!("Bearer {}", person.access));
        let request = request.header("sec-fetch-site", "same-origin");
        let reply = lathe.send(with_json(request, &body)).await;
        self.keep(&reply);
        reply
    }

    /// Leaves for the service, and comes back to this path with its answer.
    pub(crate) async fn visit(&self, service: &str) -> String {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let reply = client.get(service).send().await.unwrap();
        let (status, headers) = (reply.status(), reply.headers().clone());
        let text = reply.text().await.unwrap();
        assert_eq!(status, 302, "{text}");
        let back = headers["location"].to_str().unwrap();
        let path = back.strip_prefix(HOME);
        path.unwrap_or_else(|| panic!("{back}")).to_owned()
    }

    /// Logs in by way of a service, up to the page that it ends on.
    pub(crate) async fn log_in(&mut self, lathe: &Lathe, provider: &str) -> Reply {
        let begun = self
            .open(lathe, &format!("/api/auth/oauth/{provider}"))
            .await;
        assert_eq!(begun.status, 302, "{}", begun.text);
        let back = self.visit(begun.header("location")).await;
        self.open(lathe, &back).await
    }

    /// What the page does that a login ends on, when it has ended well.
    pub(crate) async fn person(&mut self, lathe: &Lathe) -> Person {
        let reply = self.post(lathe, "/api/auth/refresh", json!({})).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        Person::with_token(reply.body["access_token"].as_str().unwrap())
    }

    pub(crate) async fn is_in(&mut self, lathe: &Lathe) -> bool {
        let reply = self.post(lathe, "/api/auth/refresh", json!({})).await;
        reply.status == 200
    }

    fn asking(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let cookies = self.cookies.iter();
        let cookies: Vec<String> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        bare(method, path).header(header::COOKIE, cookies.join("; "))
    }

    fn keep(&mut self, reply: &Reply) {
        for cookie in reply.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, rest) = text.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

impl Reply {
    /// The path of this server that a browser is sent on to.
    #[track_caller]
    pub(crate) fn leads_to(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text);
        let address = self.header("location");
        let path = address.strip_prefix(HOME);
        path.unwrap_or_else(|| panic!("{address}"))
    }
}
