//! S1: every topic of the socket against somebody of another workspace.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Line, begin, workflow};
use crate::accounts::open;
use crate::support::documents::{GATED, GREET, LIBRARY};
use crate::support::people::Person;
use crate::support::serve;

/// S1: what is not theirs is not found, and nothing of it is told.
#[tokio::test(flavor = "multi_thread")]
async fn every_topic_of_the_first_one_is_not_there_for_others() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let former = lathe.register("former@example.org").await;
    let home = lathe
        .share(&ada, &former, "former@example.org", "admin")
        .await;
    let profile = lathe
        .ask(&former, Method::GET, "/api/auth/profile", None)
        .await;
    let member = format!(
        "/api/workspaces/{home}/members/{}",
        profile.body["id"].as_str().unwrap()
    );
    let gone = lathe.ask(&ada, Method::DELETE, &member, None).await;
    assert_eq!(gone.status, 204);

    let id = |body: &Value| body["id"].as_str().unwrap().to_owned();
    let gated = workflow(&lathe, &ada, GATED).await;
    let execution = begin(&lathe, &ada, &gated).await;
    let body = json!({"source": LIBRARY});
    let application = lathe
        .ask(&ada, Method::POST, "/api/applications", Some(&body))
        .await;
    let body = json!({"name": "p", "content": "{{ x }}"});
    let prompt = lathe
        .ask(&ada, Method::POST, "/api/prompts", Some(&body))
        .await;
    let topics = [
        json!({"topic": "executions", "workflow_id": gated}),
        json!({"topic": "execution", "id": execution}),
        json!({"topic": "logs", "id": execution}),
        json!({"topic": "presence", "kind": "execution", "id": execution}),
        json!({"topic": "presence", "kind": "workflow", "id": gated}),
        json!({"topic": "presence", "kind": "application", "id": id(&application.body)}),
        json!({"topic": "presence", "kind": "model", "id": id(&application.body["models"][0])}),
        json!({"topic": "presence", "kind": "prompt", "id": id(&prompt.body)}),
    ];
    let mut own = Line::open(&lathe, address, &ada).await;
    for topic in &topics {
        own.subscribe(topic.clone()).await;
    }
    // Nobody gets a ticket to where they do not belong.
    for stranger in [&eve, &former] {
        let there = stranger.in_workspace(&home);
        let ticket = lathe
            .ask(&there, Method::POST, "/api/auth/tickets", None)
            .await;
        assert_eq!(ticket.status, 404, "{}", ticket.text);
    }
    let mut lines = Vec::new();
    for stranger in [&eve, &former] {
        let mut line = Line::open(&lathe, address, stranger).await;
        for topic in &topics {
            let code = line.refused(json!({"subscribe": topic})).await;
            assert_eq!(code, "not_found", "{topic}");
        }
        line.subscribe(json!({"topic": "executions"})).await;
        line.subscribe(json!({"topic": "notifications"})).await;
        lines.push(line);
    }
    // What happens to the first one reaches the first one; after it, only their own reaches the others.
    lathe.gates.open("a");
    own.until(|told| told["topic"] == "execution" && told["ended"] == true)
        .await;
    for (mut line, stranger) in lines.into_iter().zip([&eve, &former]) {
        let greet = workflow(&lathe, stranger, GREET).await;
        let theirs = begin(&lathe, stranger, &greet).await;
        line.until(|told| {
            let told = told.to_string();
            let done = told.contains(&theirs) && told.contains("succeeded");
            assert!(
                !told.contains(&execution) && !told.contains(&gated),
                "{told}"
            );
            done
        })
        .await;
    }
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// Programs have the topics that their token permits, and none of their owner's own.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_what_it_permits() {
    use tokio_tungstenite::connect_async;
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;

    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let greet = workflow(&lathe, &ada, GREET).await;
    let body = json!({"name": "ci", "scopes": ["workflows:read"]});
    let token = lathe
        .ask(&ada, Method::POST, "/api/tokens", Some(&body))
        .await;
    let program = Person::with_token(token.body["token"].as_str().unwrap());
    let mut request = format!("ws://{address}/api/live")
        .into_client_request()
        .unwrap();
    let shown = format!("Bearer {}", program.access).parse().unwrap();
    request.headers_mut().insert("authorization", shown);
    let (socket, _) = connect_async(request).await.unwrap();
    let mut line = Line {
        socket,
        reference: 0,
    };
    for topic in [
        json!({"topic": "executions"}),
        json!({"topic": "notifications"}),
    ] {
        let code = line.refused(json!({"subscribe": topic})).await;
        assert_eq!(code, "forbidden", "{topic}");
    }
    line.subscribe(json!({"topic": "presence", "kind": "workflow", "id": greet}))
        .await;
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}
