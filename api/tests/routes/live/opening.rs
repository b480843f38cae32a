//! S12 and S22: who opens a socket, what it takes, and what becomes of who sends too much.

use serde_json::json;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::{Line, asking, refusal, ticket};
use crate::accounts::open;
use crate::support::{MACHINE, serve};

/// S12: foreign origins, no credential, a used one, and one in the address are refused before the upgrade.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_opened_by_who_may_and_by_nobody_else() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let url = format!("ws://{address}/api/live");
    assert_eq!(
        refusal(url.as_str().into_client_request().unwrap()).await,
        401
    );
    assert_eq!(refusal(asking(address, "made-up")).await, 401);
    let good = ticket(&lathe, &ada).await;
    let in_the_address = format!("{url}?ticket={good}");
    assert_eq!(
        refusal(in_the_address.into_client_request().unwrap()).await,
        401
    );
    for origin in ["http://evil.example", "null"] {
        let mut foreign = asking(address, &good);
        foreign
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
        assert_eq!(refusal(foreign).await, 403, "{origin}");
    }
    let mut own = asking(address, &good);
    let origin = format!("http://{address}").parse().unwrap();
    own.headers_mut().insert("origin", origin);
    connect_async(own).await.unwrap();
    assert_eq!(
        refusal(asking(address, &good)).await,
        401,
        "a ticket is good once"
    );
    // A program shows its token with the request.
    let mut program = url.as_str().into_client_request().unwrap();
    let shown = format!("Bearer {MACHINE}").parse().unwrap();
    program.headers_mut().insert("authorization", shown);
    connect_async(program).await.unwrap();
    lathe.get("/api/live").await.refused(400, "bad_request");
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// Whoever belongs to no workspace has an account, and hears what is of that and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_workspace_hears_their_notifications() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    lathe.register("ada@example.org").await;
    lathe.take_places().await;
    let ada = lathe.log_in("ada@example.org").await;
    let mut line = Line::open(&lathe, address, &ada).await;
    line.subscribe(json!({"topic": "notifications"})).await;
    let told = line.until(|told| told["topic"] == "notifications").await;
    assert_eq!(told["unread"], 0, "{told}");
    let executions = json!({"subscribe": {"topic": "executions"}});
    assert_eq!(line.refused(executions).await, "not_found");
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_messages_and_the_socket_stays() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let mut line = Line::open(&lathe, address, &ada).await;
    for (message, code) in [
        (json!({}), "bad_request"),
        (json!({"subscribe": {"topic": "weather"}}), "bad_request"),
        (
            json!({"subscribe": {"topic": "notifications", "of": "eve"}}),
            "bad_request",
        ),
        (json!({"unsubscribe": {"topic": "executions"}}), "not_found"),
    ] {
        let mut message = message;
        message["ref"] = json!(7);
        line.send(Message::text(message.to_string())).await;
        let answer = line.next().await;
        assert_eq!(answer["error"]["code"], code, "{message}: {answer}");
        assert_eq!(answer["ref"], 7, "{message}: {answer}");
    }
    line.send(Message::text("no json")).await;
    assert_eq!(line.next().await["error"]["code"], "bad_request");
    line.subscribe(json!({"topic": "executions"})).await;
    let again = json!({"subscribe": {"topic": "executions"}});
    assert_eq!(line.refused(again).await, "conflict");
    let answer = line
        .say(json!({"unsubscribe": {"topic": "executions"}}))
        .await;
    assert_eq!(answer["ok"], true);
    // The server says when it goes.
    stop.send(()).unwrap();
    assert_eq!(line.closed().await, Some(1001));
    drop(line);
    served.await.unwrap();
    lathe.stop().await;
}

/// S22: messages, topics and sockets are bounded.
#[tokio::test(flavor = "multi_thread")]
async fn who_sends_too_much_is_refused_and_then_let_go() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let mut large = Line::open(&lathe, address, &ada).await;
    large
        .send(Message::text(format!(
            "{{\"ref\": \"{}\"}}",
            "x".repeat(20_000)
        )))
        .await;
    assert_eq!(large.closed().await, Some(1009));

    let mut flood = Line::open(&lathe, address, &ada).await;
    for _ in 0..400 {
        flood.send(Message::text("{}")).await;
    }
    let limited = flood
        .until(|answer| answer["error"]["code"] == "rate_limited")
        .await;
    assert_eq!(limited["ok"], false);
    for _ in 0..2_000 {
        if flood.try_send(Message::text("{}")).await.is_err() {
            break;
        }
    }
    flood.gone().await;

    let mut held = Vec::new();
    let refused = loop {
        let ticket = ticket(&lathe, &ada).await;
        match connect_async(asking(address, &ticket)).await {
            Ok((socket, _)) => held.push(socket),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => break response,
            Err(other) => panic!("{other:?}"),
        }
        assert!(held.len() <= 32);
    };
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    drop(held);
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}
