//! People who register, log in, and ask as themselves.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Lathe, Reply};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Somebody with a session.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) access: String,
    pub(crate) refresh: String,
    /// The header `Lathe-Workspace`, where it is not their own.
    pub(crate) workspace: Option<String>,
}

/// A request of nobody.
pub(crate) fn bare(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "localhost:4000")
}

fn with_body(request: axum::http::request::Builder, body: Option<&Value>) -> Request<Body> {
    match body {
        Some(body) => super::with_json(request, body),
        None => request.body(Body::empty()).unwrap(),
    }
}

impl Lathe {
    /// Asks as nobody.
    pub(crate) async fn knock(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        self.send(with_body(bare(method, path), body)).await
    }

    /// The first account operates the server; others are let in only where registration is open.
    pub(crate) async fn register(&self, email: &str) -> Person {
        let body = json!({"email": email, "password": PASSWORD});
        let reply = self
            .knock(Method::POST, "/api/auth/register", Some(&body))
            .await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        Person::of(&reply)
    }

    pub(crate) async fn log_in(&self, email: &str) -> Person {
        self.log_in_with(email, PASSWORD).await
    }

    pub(crate) async fn log_in_with(&self, email: &str, password: &str) -> Person {
        let body = json!({"email": email, "password": password});
        let reply = self
            .knock(Method::POST, "/api/auth/login", Some(&body))
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        Person::of(&reply)
    }

    /// Lets somebody into the workspace of somebody else; gives its id.
    pub(crate) async fn share(
        &self,
        owner: &Person,
        guest: &Person,
        email: &str,
        role: &str,
    ) -> String {
        let profile = self
            .ask(owner, Method::GET, "/api/auth/profile", None)
            .await;
        let id = profile.body["home"].as_str().unwrap().to_owned();
        let body = json!({"email": email, "role": role});
        let path = format!("/api/workspaces/{id}/invitations");
        let invited = self.ask(owner, Method::POST, &path, Some(&body)).await;
        assert_eq!(invited.status, 201, "{}", invited.text);
        let link = invited.body["link"].as_str().unwrap();
        let body = json!({"token": link.split('#').nth(1).unwrap()});
        let path = "/api/auth/invitations/accept";
        let taken = self.ask(guest, Method::POST, path, Some(&body)).await;
        assert_eq!(taken.status, 200, "{}", taken.text);
        id
    }

    /// What was exchanged was exchanged long ago.
    pub(crate) async fn age_refresh_tokens(&self) {
        let path = self.database.clone();
        let aged = tokio::task::spawn_blocking(move || {
            let connection = rusqlite::Connection::open(path).unwrap();
            connection
                .busy_timeout(std::time::Duration::from_secs(5))
                .unwrap();
            connection
                .execute("UPDATE refresh_tokens SET used_at = used_at - 60000000 WHERE used_at IS NOT NULL", [])
                .unwrap()
        });
        assert!(aged.await.unwrap() > 0);
    }

    /// Whoever is logged in came an hour ago.
    pub(crate) async fn age_sessions(&self) {
        let sql = "UPDATE sessions SET created_at = created_at - 3600000000";
        let aged = self.meddle(move |database| database.execute(sql, []));
        assert!(aged.await > 0);
    }

    /// Whoever is logged in came from elsewhere.
    pub(crate) async fn move_sessions(&self, address: &'static str) {
        let moved = self.meddle(move |database| {
            database.execute("UPDATE sessions SET address = ?1", [address])
        });
        assert!(moved.await > 0);
    }

    /// Nobody belongs to any workspace any more.
    pub(crate) async fn take_places(&self) {
        let gone = self.meddle(|database| database.execute("DELETE FROM members", []));
        assert!(gone.await > 0);
    }

    /// Nobody can be looked up, or everybody again: to whoever asks who somebody is, the database is away.
    pub(crate) async fn hide_accounts(&self, hidden: bool) {
        let (from, to) = match hidden {
            true => ("users", "users_away"),
            false => ("users_away", "users"),
        };
        self.meddle(move |database| {
            database.execute_batch(&format!("ALTER TABLE {from} RENAME TO {to}"))
        })
        .await;
    }

    /// As an older version may have kept settings.
    pub(crate) async fn keep_settings(&self, settings: Value) {
        let kept = self.meddle(move |database| {
            database.execute("UPDATE users SET settings = ?1", [settings.to_string()])
        });
        assert!(kept.await > 0);
    }

    pub(crate) async fn kept_settings(&self) -> Value {
        let text: String = self
            .meddle(|database| {
                database.query_row("SELECT settings FROM users", [], |row| row.get(0))
            })
            .await;
        serde_json::from_str(&text).unwrap()
    }

    /// Makes an execution one of a year ago; gives the id that it has then.
    pub(crate) async fn age_execution(&self, id: &str) -> Uuid {
        let id: Uuid = id.parse().unwrap();
        let mut old = *id.as_bytes();
        // An id begins with the time.
        old[..6].copy_from_slice(&[0x01, 0x8a, 0, 0, 0, 0]);
        let old = Uuid::from_bytes(old);
        let aged = self.meddle(move |database| {
            let (old, id) = (old.as_bytes().to_vec(), id.as_bytes().to_vec());
            database.execute(
                "UPDATE executions SET id = ?1, finished_at = finished_at - 31536000000000 WHERE id = ?2",
                [old, id],
            )
        });
        assert_eq!(aged.await, 1);
        old
    }

    async fn meddle<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> T {
        let path = self.database.clone();
        let done = tokio::task::spawn_blocking(move || {
            let connection = rusqlite::Connection::open(path).unwrap();
            let patience = std::time::Duration::from_secs(5);
            connection.busy_timeout(patience).unwrap();
            work(&connection).unwrap()
        });
        done.await.unwrap()
    }

    pub(crate) async fn ask(
        &self,
        person: &Person,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Reply {
        self.send(with_body(person.asking(method, path), body))
            .await
    }
}

impl Person {
    pub(crate) fn of(reply: &Reply) -> Self {
        let text = |name: &str| reply.body[name].as_str().unwrap().to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
            workspace: None,
        }
    }

    pub(crate) fn in_workspace(&self, workspace: &str) -> Self {
        Self {
            workspace: Some(workspace.to_owned()),
            ..self.clone()
        }
    }

    /// The same with a token of a program in place of a session.
    pub(crate) fn with_token(token: &str) -> Self {
        Self {
            access: token.to_owned(),
            refresh: String::new(),
            workspace: None,
        }
    }

    pub(crate) fn asking(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let request =
            bare(method, path).header(header::AUTHORIZATION, format!("Bearer {}", self.access));
        match &self.workspace {
            Some(workspace) => request.header("lathe-workspace", workspace),
            None => request,
        }
    }
}
