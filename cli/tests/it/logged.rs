//! C17, S20: what a server writes down for its operator, however much it is asked to say: no password, token, cookie, key or secret, of
//! whatever it was given, made or told, in what went well and in what did not.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::canary::{CANARY, traces_of};
use crate::server::Running;
use crate::support::{TOKEN, folder_with, lathe};

const PASSWORD: &str = "correct horse+battery/staple";
const MISTYPED: &str = "corect horse+battery/stapel";
const MASTER_KEY: &str = "c1d2e3f4a5b6978812345678deadbeefc1d2e3f4a5b6978812345678deadbeef";
const MAIL: &str = "letters-Password+of/the.post";
const PROVIDER: &str = "client+Secret/of-the-company";
const QUERY: &str = "an+Access/token-in.an-address";

/// Says its secret in every way that a program has, and asks an address by it that nobody answers at.
const TELLING: &str = r#"lathe: 1
name: telling
nodes:
  - id: says
    kind: command.run
    with: { argv: [sh, -c, 'echo "$WORD"; echo "$WORD" >&2; exit 3', "${ secrets.word }"], env: { WORD: "${ secrets.word }" } }
    on_error: continue
  - id: asks
    kind: http.request
    with: { url: "http://127.0.0.1:9/?q=${ secrets.word }", auth: { bearer: "${ secrets.word }" } }
    retry: { max_attempts: 1 }
    on_error: continue
  - id: starts
    kind: command.run
    with: { argv: ["${ secrets.word }"] }
    on_error: continue
  - id: thinks
    kind: script.run
    with: { script: "throw \"it is \" + nodes.says.output" }
    on_error: continue
edges: [says -> thinks]
"#;

/// What must not be found, by what it is.
type Secrets = Vec<(&'static str, String)>;

/// A client that can show who it is.
struct Asker {
    http: Client,
    base: String,
}

impl Asker {
    fn to(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    async fn post(&self, who: &str, path: &str, body: Value) -> Result<Value> {
        let asked = self.to(Method::POST, path).bearer_auth(who).json(&body);
        let reply = asked.send().await?;
        let (status, text) = (reply.status(), reply.text().await?);
        ensure!(status.is_success(), "{path}: {status} {text}");
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// As pages of a browser do, with what it keeps.
    async fn browse(&self, path: &str, cookies: &str, body: Value) -> Result<(Value, String)> {
        let asked = self.to(Method::POST, path).json(&body);
        let asked = asked
            .header("sec-fetch-site", "same-origin")
            .header("cookie", cookies);
        let reply = asked.send().await?;
        ensure!(reply.status().is_success(), "{path}: {reply:?}");
        let set = reply.headers().get_all("set-cookie").iter();
        let set = set.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        let set: Vec<String> = set.map(str::to_owned).collect();
        Ok((reply.json().await?, set.join("; ")))
    }

    async fn refused(&self, asked: RequestBuilder) -> Result<Response> {
        let reply = asked.send().await?;
        let status = reply.status();
        ensure!(!status.is_success(), "{reply:?}");
        Ok(reply)
    }
}

fn text(value: &Value, name: &str) -> Result<String> {
    let found = value[name].as_str();
    Ok(found
        .with_context(|| format!("no {name} in {value}"))?
        .to_owned())
}

/// Sessions: begun, refused, carried on, and asked for by letters that can't be sent.
async fn come_and_go(asker: &Asker, secrets: &mut Secrets) -> Result<String> {
    let me = json!({"email": "ada@example.org", "password": PASSWORD});
    let (begun, cookies) = asker.browse("/api/auth/register", "", me.clone()).await?;
    let (carried, next) = asker
        .browse("/api/auth/refresh", &cookies, json!({}))
        .await?;
    let (_, device) = asker.browse("/api/auth/login", &next, me.clone()).await?;
    for cookie in [&cookies, &next, &device]
        .into_iter()
        .flat_map(|set| set.split("; "))
    {
        let (_, value) = cookie.split_once('=').context("a cookie")?;
        secrets.push(("a cookie", value.to_owned()));
    }
    let session = text(&carried, "access_token")?;
    secrets.push(("an access token", text(&begun, "access_token")?));
    secrets.push(("an access token", session.clone()));
    let program = asker.post("", "/api/auth/login", me).await?;
    secrets.push(("a refresh token", text(&program, "refresh_token")?));
    let login = || asker.to(Method::POST, "/api/auth/login");
    let register = || asker.to(Method::POST, "/api/auth/register");
    let bodies = [
        (
            login(),
            json!({"email": "ada@example.org", "password": MISTYPED}).to_string(),
        ),
        (
            login(),
            json!({"email": "ada@example.org", "password": [PASSWORD]}).to_string(),
        ),
        (
            login(),
            json!({"email": PASSWORD, "pasword": PASSWORD}).to_string(),
        ),
        (
            login(),
            format!("{{\"email\": \"ada@example.org\", \"password\": \"{PASSWORD}"),
        ),
        (
            register(),
            json!({"email": "b@example.org", "password": PASSWORD, "name": 7}).to_string(),
        ),
    ];
    for (asked, body) in bodies {
        let asked = asked.header("content-type", "application/json").body(body);
        asker.refused(asked).await?;
    }
    let setup = asker
        .post(
            &session,
            "/api/auth/second-factor",
            json!({"password": PASSWORD}),
        )
        .await?;
    secrets.push(("a second factor", text(&setup, "secret")?));
    secrets.push(("a second factor's setup", text(&setup, "setup")?));
    let forgot = asker.to(Method::POST, "/api/auth/password/forgot");
    let forgot = forgot
        .json(&json!({"email": "ada@example.org"}))
        .send()
        .await?;
    ensure!(forgot.status().is_success(), "{forgot:?}");
    asker
        .to(Method::GET, "/api/auth/oauth/company")
        .send()
        .await?;
    Ok(session)
}

/// Tokens and links: made, shown where they belong and where they do not.
async fn show(asker: &Asker, session: &str, secrets: &mut Secrets) -> Result<()> {
    let body = json!({"name": "ci", "scopes": ["workflows:read"]});
    let token = text(&asker.post(session, "/api/tokens", body).await?, "token")?;
    let profile = asker
        .to(Method::GET, "/api/auth/profile")
        .bearer_auth(session);
    let profile: Value = profile.send().await?.json().await?;
    let path = format!("/api/users/{}/reset", text(&profile, "id")?);
    let reset = text(&asker.post(TOKEN, &path, json!({})).await?, "link")?;
    let link = reset.split('#').nth(1).context("the link")?.to_owned();
    let ticket = text(
        &asker.post(session, "/api/auth/tickets", json!({})).await?,
        "ticket",
    )?;
    let shown = asker
        .to(Method::GET, "/api/workflows")
        .bearer_auth(&token)
        .send()
        .await?;
    ensure!(shown.status() == 200, "{shown:?}");
    for path in [
        format!("/api/workflows?access_token={QUERY}"),
        format!("/api/workflows/{token}"),
        format!("/api/nothing/{token}"),
        format!("/api/live?ticket={ticket}"),
    ] {
        asker.refused(asker.to(Method::GET, &path)).await?;
        asker
            .refused(asker.to(Method::GET, &path).bearer_auth(&token))
            .await?;
    }
    let mut request =
        format!("{}/api/live", asker.base.replacen("http", "ws", 1)).into_client_request()?;
    let protocols = format!("lathe, ticket.{ticket}").parse()?;
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocols);
    connect_async(request).await?;
    let taken = asker.to(Method::POST, "/api/auth/password/reset");
    let taken = taken.json(&json!({"token": link, "password": "x"}));
    asker.refused(taken).await?;
    secrets.extend([("a token", token), ("a link", link), ("a ticket", ticket)]);
    Ok(())
}

/// A secret in the hands of steps, and a webhook whose sender mistakes everything.
async fn work(asker: &Asker, session: &str, secrets: &mut Secrets) -> Result<()> {
    let body = json!({"name": "word", "value": CANARY});
    asker.post(session, "/api/secrets", body.clone()).await?;
    let again = asker.to(Method::POST, "/api/secrets").bearer_auth(session);
    asker.refused(again.json(&body)).await?;
    let workflow = asker
        .post(session, "/api/workflows", json!({"source": TELLING}))
        .await?;
    let id = text(&workflow, "id")?;
    let path = format!("/api/workflows/{id}/execute?wait=30s");
    let run = asker.post(session, &path, json!({"inputs": {}})).await?;
    ensure!(run["status"] == "succeeded", "{run:#}");
    let body = json!({"name": "incoming", "workflow_id": id, "verification": "hmac"});
    let hook = asker.post(session, "/api/webhooks", body).await?;
    let address = text(&hook, "url")?;
    let path = address.split_once("/api/").context("its path")?.1;
    let word = path.rsplit('/').next().context("its token")?.to_owned();
    for path in [
        format!("/api/{path}"),
        format!("/api/{path}/"),
        format!("//api/{path}"),
        format!("/{word}"),
    ] {
        let sent = asker
            .to(Method::POST, &path)
            .header("webhook-signature", format!("v1,{QUERY}"));
        asker.refused(sent.json(&json!({"token": CANARY}))).await?;
    }
    secrets.extend([
        ("a webhook's address", word),
        ("a webhook's secret", text(&hook, "secret")?),
    ]);
    Ok(())
}

fn start(folder: &Path, format: &str, log: File) -> Result<Running> {
    let providers = json!([{
        "id": "company", "kind": "oidc", "label": "Company", "issuer": "https://127.0.0.1:9",
        "client_id": "lathe", "client_secret": PROVIDER,
    }]);
    let mail = MAIL.replace('+', "%2B").replace('/', "%2F");
    let mut command = lathe(folder);
    command
        .args([
            "serve",
            "--port",
            "0",
            "--allow-commands",
            "--url",
            "http://localhost",
        ])
        .args(["--log-format", format, "--log-level", "trace"])
        .env("LATHE_MASTER_KEY", MASTER_KEY)
        .env(
            "LATHE_MAIL_URL",
            format!("smtp://letters:{mail}@127.0.0.1:9"),
        )
        .env("LATHE_PROVIDERS", providers.to_string())
        .stderr(log);
    Running::spawn(&mut command)
}

async fn nothing_is_said(format: &str, mark: &str) -> Result<()> {
    let folder = folder_with(&[])?;
    let log = folder.path().join("log");
    let mut server = start(folder.path(), format, File::create(&log)?)?;
    let base = server.address.clone().context("its address")?;
    let follows_nothing = reqwest::redirect::Policy::none();
    let http = Client::builder().no_proxy().redirect(follows_nothing);
    let http = http.build()?;
    let asker = Asker { http, base };
    let mut secrets: Secrets = [
        PASSWORD, MISTYPED, MASTER_KEY, MAIL, PROVIDER, QUERY, CANARY, TOKEN,
    ]
    .map(|secret| ("what it was given", secret.to_owned()))
    .into();
    let session = come_and_go(&asker, &mut secrets).await?;
    show(&asker, &session, &mut secrets).await?;
    work(&asker, &session, &mut secrets).await?;
    let printed = server.printed.take().context("what it printed")?;
    ensure!(server.terminate()?.success());
    let printed = printed.join().ok().context("it was read")?;
    let whole = printed + &std::fs::read_to_string(&log)?;

    // It has something to say of each of these.
    for part in [
        mark,
        "/api/auth/login",
        "/api/hooks/{token}",
        "a letter to set a password anew was not sent",
    ] {
        ensure!(whole.contains(part), "{part} is missing: {whole}");
    }
    for (what, secret) in &secrets {
        let found = traces_of(secret, whole.as_bytes())?;
        let lines = whole
            .lines()
            .filter(|line| found.iter().any(|trace| line.contains(trace)));
        let lines: Vec<&str> = lines.take(3).collect();
        ensure!(found.is_empty(), "{what}, {secret}: {lines:#?}");
    }
    ensure!(secrets.len() > 18, "{secrets:?}");
    Ok(())
}

#[tokio::test]
async fn c17_logs_for_machines_hold_no_secret() -> Result<()> {
    nothing_is_said("json", "\"level\":\"DEBUG\"").await
}

#[tokio::test]
async fn c17_logs_for_people_hold_no_secret() -> Result<()> {
    nothing_is_said("text", "DEBUG").await
}
