//! S4 and S12: a socket is opened by a ticket, for whom it was made, once; and closes when the right to watch ends.

use std::time::{Duration, Instant};

use axum::http::Method;
use futures::StreamExt;
use serde_json::json;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::open;
use crate::live::{begin, workflow};
use crate::support::documents::GATED;
use crate::support::people::Person;
use crate::support::{Lathe, serve};

async fn ticket(lathe: &Lathe, person: &Person) -> String {
    let made = lathe
        .ask(person, Method::POST, "/api/auth/tickets", None)
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body["ticket"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_opens_one_socket_and_revocation_closes_it() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let gated = workflow(&lathe, &ada, GATED).await;
    let execution = begin(&lathe, &ada, &gated).await;
    let url = format!("ws://{address}/api/executions/{execution}/events");
    let with = |protocols: Option<String>| {
        let mut request = url.as_str().into_client_request().unwrap();
        if let Some(protocols) = protocols {
            let protocols = protocols.parse().unwrap();
            request
                .headers_mut()
                .insert("sec-websocket-protocol", protocols);
        }
        request
    };
    let refused = async |protocols: Option<String>| match connect_async(with(protocols)).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(None).await, 401);
    assert_eq!(refused(Some("lathe, ticket.made-up".to_owned())).await, 401);
    let strangers = ticket(&lathe, &eve).await;
    assert_eq!(
        refused(Some(format!("lathe, ticket.{strangers}"))).await,
        404
    );
    // Not in the address, where it would be logged.
    let good = ticket(&lathe, &ada).await;
    let asked = format!("{url}?ticket={good}");
    assert!(
        matches!(connect_async(asked).await, Err(Error::Http(response)) if response.status() == 401)
    );

    let (mut socket, response) = connect_async(with(Some(format!("lathe, ticket.{good}"))))
        .await
        .unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "lathe");
    assert_eq!(
        refused(Some(format!("lathe, ticket.{good}"))).await,
        401,
        "used up"
    );
    assert!(matches!(socket.next().await, Some(Ok(Message::Text(_)))));
    let began = Instant::now();
    assert_eq!(
        lathe
            .ask(&ada, Method::POST, "/api/auth/logout", None)
            .await
            .status,
        204
    );
    let code = loop {
        match socket.next().await {
            Some(Ok(Message::Close(frame))) => break frame.map(|frame| u16::from(frame.code)),
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, Some(1008));
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    lathe.gates.open("a");
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// C13: whoever is given a new password by a letter has lost the old one to somebody, who is out with it everywhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_by_a_letter_ends_all_that_was_open() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let body = json!({"name": "ci", "scopes": ["workflows:read"]});
    let made = lathe
        .ask(&ada, Method::POST, "/api/tokens", Some(&body))
        .await;
    let token = Person::with_token(made.body["token"].as_str().unwrap());
    let gated = workflow(&lathe, &ada, GATED).await;
    let execution = begin(&lathe, &ada, &gated).await;
    let url = format!("ws://{address}/api/executions/{execution}/events");
    let mut request = url.into_client_request().unwrap();
    let protocols = format!("lathe, ticket.{}", ticket(&lathe, &ada).await);
    let headers = request.headers_mut();
    headers.insert("sec-websocket-protocol", protocols.parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    assert!(matches!(socket.next().await, Some(Ok(Message::Text(_)))));

    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    let path = format!("/api/users/{}/reset", profile.body["id"].as_str().unwrap());
    let reset = lathe.ask(&ada, Method::POST, &path, None).await;
    let secret = reset.body["link"].as_str().unwrap().split('#').nth(1);
    let body = json!({"token": secret.unwrap(), "password": "another staple for the battery"});
    let path = "/api/auth/password/reset";
    let set = lathe.knock(Method::POST, path, Some(&body)).await;
    assert_eq!(set.status, 204, "{}", set.text);

    let code = loop {
        match socket.next().await {
            Some(Ok(Message::Close(frame))) => break frame.map(|frame| u16::from(frame.code)),
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, Some(1008));
    for (who, path) in [(&ada, "/api/auth/profile"), (&token, "/api/workflows")] {
        let reply = lathe.ask(who, Method::GET, path, None).await;
        reply.refused(401, "unauthorized");
    }
    let body = json!({"refresh_token": ada.refresh});
    let path = "/api/auth/refresh";
    let refreshed = lathe.knock(Method::POST, path, Some(&body)).await;
    refreshed.refused(401, "unauthorized");
    lathe.gates.open("a");
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}
