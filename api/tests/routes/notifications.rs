//! `/api/notifications`, and what puts them there.

use std::time::Duration;

use api::{Config, Mail, Registration};
use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use crate::accounts::open;
use crate::accounts::password::post_office;
use crate::accounts::second_factor::protect;
use crate::live::{Line, begin, workflow};
use crate::support::people::{PASSWORD, Person};
use crate::support::{Lathe, serve, serve_with};

const FAILING: &str = "
lathe: 1
name: failing
nodes:
  - { id: fail, kind: test.check, with: { broken: true } }
";

const ASKING: &str = "
lathe: 1
name: asking
nodes:
  - { id: ask, kind: flow.approve, with: { message: 'Ship it?' } }
";

async fn list(lathe: &Lathe, person: &Person, query: &str) -> Value {
    let path = format!("/api/notifications{query}");
    let reply = lathe.ask(person, Method::GET, &path, None).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.body
}

/// A storm of failures is one notification; it is read, told and deleted like any other.
#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_failures_is_one_notification_that_counts() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let viewer = lathe.register("viewer@example.org").await;
    lathe
        .share(&ada, &viewer, "viewer@example.org", "viewer")
        .await;
    let failing = workflow(&lathe, &ada, FAILING).await;
    let mut line = Line::open(&lathe, address, &ada).await;
    line.subscribe(json!({"topic": "notifications"})).await;
    let first = line.next().await;
    assert_eq!(first["notifications"], json!([]), "{first}");
    let unread = first["unread"].as_u64().unwrap();
    for _ in 0..40 {
        begin(&lathe, &ada, &failing).await;
    }
    let is_told = |told: &Value| {
        let last = told["notifications"].as_array().and_then(|all| all.last());
        last.is_some_and(|last| last["kind"] == "run_failed" && last["count"] == 40)
    };
    let told = line.until(is_told).await;
    let storm = told["notifications"].as_array().unwrap().last().unwrap();
    assert_eq!(storm["title"], "40 runs of failing failed");
    assert!(
        storm["message"].as_str().unwrap().contains("it is broken"),
        "{storm}"
    );
    assert!(
        storm["link"].as_str().unwrap().starts_with("/runs/"),
        "{storm}"
    );
    assert_eq!(told["unread"], unread + 1, "one, however many failed");
    let listed = list(&lathe, &ada, "?unread=true&limit=1").await;
    assert_eq!((&listed["items"][0], &listed["seq"]), (storm, &told["seq"]));
    // It concerns who manages the workspace.
    let others = list(&lathe, &viewer, "").await;
    assert!(!others.to_string().contains("run_failed"), "{others}");

    // Read on one page, and the others show it.
    let path = format!("/api/notifications/{}/read", storm["id"].as_str().unwrap());
    let read = lathe.ask(&ada, Method::POST, &path, None).await;
    assert!(read.body["read_at"].is_string(), "{}", read.text);
    line.until(|told| told["unread"] == unread).await;
    begin(&lathe, &ada, &failing).await;
    let again = line
        .until(|told| told["notifications"][0]["count"] == 1)
        .await;
    assert_eq!(
        again["notifications"][0]["title"],
        "A run of failing failed"
    );
    let body = json!({"up_to": again["seq"]});
    let all = lathe
        .ask(&ada, Method::POST, "/api/notifications/read", Some(&body))
        .await;
    assert_eq!(all.status, 204, "{}", all.text);
    assert_eq!(list(&lathe, &ada, "?unread=true").await["items"], json!([]));
    let path = format!("/api/notifications/{}", storm["id"].as_str().unwrap());
    for status in [204, 404] {
        assert_eq!(
            lathe.ask(&ada, Method::DELETE, &path, None).await.status,
            status
        );
    }
    // Whoever knows a number hears what came after it, over a connection of its own.
    drop(line);
    let mut line = Line::open(&lathe, address, &ada).await;
    let since = told["seq"].as_u64().unwrap();
    line.subscribe(json!({"topic": "notifications", "since": since}))
        .await;
    let rest = line.next().await;
    assert_eq!(rest["notifications"].as_array().unwrap().len(), 1, "{rest}");
    assert_eq!(rest["notifications"][0]["seq"], again["seq"]);
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// Whom it concerns and how they want it is heeded; each reads it in their language.
#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_what_concerns_them_as_they_want_it() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let operator = lathe.register("op@example.org").await;
    let viewer = lathe.register("viewer@example.org").await;
    let home = lathe
        .share(&ada, &operator, "op@example.org", "operator")
        .await;
    lathe
        .share(&ada, &viewer, "viewer@example.org", "viewer")
        .await;
    let joined = list(&lathe, &ada, "").await;
    assert_eq!(joined["items"][0]["title"], "viewer joined ada", "{joined}");
    let set = async |person: &Person, body: Value| {
        let set = lathe
            .ask(person, Method::PUT, "/api/settings", Some(&body))
            .await;
        assert_eq!(set.status, 200, "{}", set.text);
    };
    set(&ada, json!({"notifications": {"decision": "off"}})).await;
    set(&operator, json!({"language": "de"})).await;
    let settings = format!("/api/workspaces/{home}/settings");
    let body = json!({"notify_failures": "members"});
    let all = lathe.ask(&ada, Method::PUT, &settings, Some(&body)).await;
    assert_eq!(all.status, 200, "{}", all.text);

    let mut line = Line::open(&lathe, address, &operator).await;
    line.subscribe(json!({"topic": "notifications"})).await;
    let asking = workflow(&lathe, &ada, ASKING).await;
    begin(&lathe, &ada, &asking).await;
    let told = line
        .until(|told| told["notifications"][0]["kind"] == "decision")
        .await;
    let asked = &told["notifications"][0];
    assert_eq!(
        (&asked["title"], &asked["message"], &asked["workspace_id"]),
        (
            &json!("asking wartet auf eine Entscheidung"),
            &json!("Ship it?"),
            &json!(home)
        )
    );
    let failing = workflow(&lathe, &ada, FAILING).await;
    begin(&lathe, &ada, &failing).await;
    line.until(|told| told["notifications"][0]["kind"] == "run_failed")
        .await;
    // What was told to the one was told to all before: of one happening all are told together.
    let kinds = async |person: &Person| -> Vec<String> {
        let listed = list(&lathe, person, "").await;
        let items = listed["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|one| one["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut viewers = Line::open(&lathe, address, &viewer).await;
    viewers
        .subscribe(json!({"topic": "notifications", "since": 0}))
        .await;
    viewers
        .until(|told| told.to_string().contains("run_failed"))
        .await;
    assert!(
        !kinds(&viewer).await.contains(&"decision".to_owned()),
        "a viewer can't decide"
    );
    assert!(
        !kinds(&ada).await.contains(&"decision".to_owned()),
        "she wants none"
    );

    // Who is out sees nothing of the workspace, but that they are out.
    let profile = lathe
        .ask(&operator, Method::GET, "/api/auth/profile", None)
        .await;
    let member = format!(
        "/api/workspaces/{home}/members/{}",
        profile.body["id"].as_str().unwrap()
    );
    let role = json!({"role": "editor"});
    assert_eq!(
        lathe
            .ask(&ada, Method::PUT, &member, Some(&role))
            .await
            .status,
        200
    );
    let now = list(&lathe, &operator, "").await;
    assert_eq!(
        now["items"][0]["title"], "Sie sind jetzt editor in ada",
        "{now}"
    );
    assert_eq!(
        lathe.ask(&ada, Method::DELETE, &member, None).await.status,
        204
    );
    let now = list(&lathe, &operator, "").await;
    assert_eq!(now["items"][0]["title"], "Sie gehören nicht mehr zu ada");
    // Besides that they were invited once.
    assert_eq!(now["items"].as_array().unwrap().len(), 2, "{now}");
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// What somebody began by hand is told to them and to nobody else, if they want it.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_began_a_run_is_told_that_it_failed() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let operator = lathe.register("op@example.org").await;
    let quiet = lathe.register("quiet@example.org").await;
    let mut home = String::new();
    for (person, email) in [(&operator, "op@example.org"), (&quiet, "quiet@example.org")] {
        home = lathe.share(&ada, person, email, "operator").await;
    }
    let off = json!({"notifications": {"run_failed": "off"}});
    let set = lathe
        .ask(&quiet, Method::PUT, "/api/settings", Some(&off))
        .await;
    assert_eq!(set.status, 200, "{}", set.text);
    let nobody = json!({"notify_failures": "nobody"});
    let settings = format!("/api/workspaces/{home}/settings");
    let set = lathe.ask(&ada, Method::PUT, &settings, Some(&nobody)).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let failing = workflow(&lathe, &ada, FAILING).await;
    let path = format!("/api/workflows/{failing}/execute");
    // A page begins it, as browsers say with each request.
    for person in [&quiet, &operator] {
        let request = person
            .in_workspace(&home)
            .asking(Method::POST, &path)
            .header("sec-fetch-site", "same-origin")
            .body(Body::empty());
        let begun = lathe.send(request.unwrap()).await;
        assert_eq!(begun.body["trigger"], "manual", "{}", begun.text);
    }
    let mut line = Line::open(&lathe, address, &operator).await;
    line.subscribe(json!({"topic": "notifications", "since": 0}))
        .await;
    let told = line.until(|told| told.to_string().contains("run_failed"));
    let told = told.await;
    let told = told["notifications"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&told["title"], &told["count"]),
        (&json!("A run of failing failed"), &json!(1)),
        "their own, and no other"
    );
    for person in [&ada, &quiet] {
        let others = list(&lathe, person, "").await;
        assert!(!others.to_string().contains("run_failed"), "{others}");
    }
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// A login from where somebody has never come from, while they are logged in elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_login_from_elsewhere_is_told() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    lathe.log_in("ada@example.org").await;
    assert_eq!(list(&lathe, &ada, "").await["items"], json!([]));
    lathe.move_sessions("203.0.113.7").await;
    lathe.log_in("ada@example.org").await;
    let told = list(&lathe, &ada, "").await;
    assert_eq!(told["items"][0]["kind"], "new_login", "{told}");
    lathe.log_in("ada@example.org").await;
    let told = list(&lathe, &ada, "").await;
    assert_eq!(
        told["items"].as_array().unwrap().len(),
        1,
        "once for an address"
    );
    lathe.stop().await;
}

/// Who is invited and has an account is told, and comes in with that, if their address is known to be theirs.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_invited_is_told_how_to_come_in() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    let home = profile.body["home"].as_str().unwrap().to_owned();
    let invite = async |email: &str| {
        let body = json!({"email": email, "role": "viewer"});
        let path = format!("/api/workspaces/{home}/invitations");
        let invited = lathe.ask(&ada, Method::POST, &path, Some(&body)).await;
        assert_eq!(invited.status, 201, "{}", invited.text);
        invited.body["id"].as_str().unwrap().to_owned()
    };
    let accept = async |person: &Person, token: &str| {
        let body = json!({"token": token});
        let path = "/api/auth/invitations/accept";
        lathe.ask(person, Method::POST, path, Some(&body)).await
    };
    // Whoever has only written the address of somebody else into a form is shown no way in.
    let squatter = lathe.register("eve@example.org").await;
    let id = invite("eve@example.org").await;
    let told = list(&lathe, &squatter, "").await;
    assert_eq!(
        (&told["items"][0]["kind"], &told["items"][0]["link"]),
        (&json!("membership"), &Value::Null),
        "{told}"
    );
    accept(&squatter, &id)
        .await
        .refused(422, "validation_failed");

    let grace = lathe.register("grace@example.org").await;
    let user = lathe.store.user_by_email("grace@example.org").await;
    let verified = store::UserChange {
        verified: Some(true),
        ..store::UserChange::default()
    };
    let user = user.unwrap().unwrap().id;
    lathe.store.update_user(user, verified, None).await.unwrap();
    invite("grace@example.org").await;
    let told = list(&lathe, &grace, "").await;
    let told = &told["items"][0];
    assert_eq!(told["title"], "You are invited to ada as viewer", "{told}");
    let link = told["link"].as_str().unwrap();
    let token = link.strip_prefix("/register?invitation#").unwrap();
    // It is for nobody else.
    accept(&squatter, token)
        .await
        .refused(422, "validation_failed");
    let taken = accept(&grace, token).await;
    assert_eq!(taken.status, 200, "{}", taken.text);
    assert_eq!(taken.body["id"], home);
    lathe.stop().await;
}

/// S10: whatever changes who comes in as somebody is told to them, and by a letter too: whoever did it can't keep it from going out.
#[tokio::test(flavor = "multi_thread")]
async fn what_changes_an_account_is_told_to_its_owner() {
    let (url, _letters, _came) = post_office().await;
    let lathe = Lathe::start_with(Config {
        registration: Registration::Open,
        mail: Some(Mail::new(&url, "Lathe <lathe@example.org>").unwrap()),
        ..Config::default()
    })
    .await;
    let ada = lathe.register("ada@example.org").await;
    let body = json!({"name": "ci", "scopes": ["workflows:read"]});
    let made = lathe
        .ask(&ada, Method::POST, "/api/tokens", Some(&body))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let codes = protect(&lathe, &ada).await;
    let body = json!({"password": PASSWORD, "code": codes[0]});
    let path = "/api/auth/second-factor/remove";
    let removed = lathe.ask(&ada, Method::POST, path, Some(&body)).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
    let body = json!({"current": PASSWORD, "password": "another staple for the battery"});
    let path = "/api/auth/password";
    let changed = lathe.ask(&ada, Method::PUT, path, Some(&body)).await;
    assert_eq!(changed.status, 204, "{}", changed.text);

    let told = list(&lathe, &ada, "").await;
    let items = told["items"].as_array().unwrap();
    let titles: Vec<&str> = items
        .iter()
        .map(|one| one["title"].as_str().unwrap())
        .collect();
    let expected = [
        "Your password was changed",
        "The second factor of your account was removed",
        "A second factor was set up for your account",
        "The API token ci was made in your name",
    ];
    assert_eq!(titles, expected);
    let path = format!("/api/notifications/{}", items[0]["id"].as_str().unwrap());
    let kept = lathe.ask(&ada, Method::DELETE, &path, None).await;
    kept.refused(409, "conflict");
    let body = json!({"up_to": told["seq"]});
    let path = "/api/notifications/read";
    let read = lathe.ask(&ada, Method::POST, path, Some(&body)).await;
    assert_eq!(read.status, 204, "{}", read.text);
    let due = lathe.store.take_letters(Duration::ZERO).await.unwrap();
    assert_eq!(due.len(), 1, "{due:?}");
    assert_eq!(
        (&*due[0].kind, due[0].about.len()),
        ("account_changed", expected.len())
    );
    lathe.stop().await;
}

/// Who wants letters gets one of a kind in an hour, whatever happens.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_goes_out_once_in_an_hour() {
    let (url, letters, came) = post_office().await;
    let config = Config {
        mail: Some(Mail::new(&url, "Lathe <lathe@example.org>").unwrap()),
        url: "https://lathe.example.org".to_owned(),
        ..Config::default()
    };
    let lathe = open().await;
    let (address, stop, served) = serve_with(&lathe, config).await;
    let ada = lathe.register("ada@example.org").await;
    let body = json!({"time_zone": "Asia/Kathmandu", "notifications": {"run_failed": "mail"}});
    let set = lathe
        .ask(&ada, Method::PUT, "/api/settings", Some(&body))
        .await;
    assert_eq!(set.status, 200, "{}", set.text);
    let failing = workflow(&lathe, &ada, FAILING).await;
    begin(&lathe, &ada, &failing).await;
    came.notified().await;
    let letter = letters.lock().unwrap()[0].replace("=\n", "");
    for part in [
        "To: ada@example.org",
        "A run of failing failed",
        "it is broken",
        "https://lathe.example.org/runs/",
        "+0545",
    ] {
        assert!(letter.contains(part), "{part}: {letter}");
    }
    let mut line = Line::open(&lathe, address, &ada).await;
    line.subscribe(json!({"topic": "notifications"})).await;
    begin(&lathe, &ada, &failing).await;
    line.until(|told| told["notifications"][0]["count"] == 2)
        .await;
    let hour = Duration::from_secs(3_600);
    assert_eq!(lathe.store.take_letters(hour).await.unwrap(), []);
    let waiting = lathe.store.take_letters(Duration::ZERO).await.unwrap();
    assert_eq!(waiting.len(), 1, "it was not sent, and waits for its hour");
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}
