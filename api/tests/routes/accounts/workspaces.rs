//! Workspaces, who belongs to them, and that nobody gives away more than they have.

use axum::http::Method;
use blueprint::ports::{DeploymentStatus, Deployments};
use engine::execution::Status;
use engine::ports::executions::ExecutionStore;
use engine::ports::schedules::Schedules;
use serde_json::{Value, json};

use super::open;
use crate::support::Lathe;
use crate::support::people::{Person, bare};

async fn id_of(lathe: &Lathe, person: &Person) -> (String, String) {
    let profile = lathe
        .ask(person, Method::GET, "/api/auth/profile", None)
        .await;
    let text = |name: &str| profile.body[name].as_str().unwrap().to_owned();
    (text("id"), text("home"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_is_made_changed_shared_and_deleted() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let make = async |person: &Person, body: Value| {
        lathe
            .ask(person, Method::POST, "/api/workspaces", Some(&body))
            .await
    };
    make(&ada, json!({"name": " "}))
        .await
        .refused(422, "validation_failed");
    make(&ada, json!({"name": "X", "slug": "-x"}))
        .await
        .refused(422, "validation_failed");
    let made = make(&ada, json!({"name": "Book Shop"})).await;
    assert_eq!(
        (made.status.as_u16(), &made.body["slug"]),
        (201, &json!("book-shop"))
    );
    // Of the same name another one is made; only who wants that very slug is told that it is taken.
    let named = async |name: &str| {
        let made = make(&eve, json!({"name": name})).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.body["slug"].as_str().unwrap().to_owned()
    };
    let another = named("Book Shop").await;
    assert!(another.starts_with("book-shop-"), "{another}");
    for name in [
        "\u{66f8}\u{5e97}",
        "\u{43c}\u{430}\u{433}\u{430}\u{437}\u{438}\u{43d}",
    ] {
        let other_letters = named(name).await;
        assert!(other_letters.starts_with("workspace-"), "{other_letters}");
    }
    make(&eve, json!({"name": "Mine", "slug": "book-shop"}))
        .await
        .refused(409, "conflict");
    let id = made.body["id"].as_str().unwrap().to_owned();
    let path = format!("/api/workspaces/{id}");
    let read = lathe.ask(&ada, Method::GET, &path, None).await;
    assert_eq!(read.header("etag"), "\"0\"");

    // Two who change it at once: the second is told.
    let change = async |tag: &str, name: &str| {
        let request = ada.asking(Method::PUT, &path).header("if-match", tag);
        lathe
            .send(crate::support::with_json(request, &json!({"name": name})))
            .await
    };
    let changed = change("\"0\"", "Books").await;
    assert_eq!(
        (changed.status.as_u16(), changed.header("etag")),
        (200, "\"1\"")
    );
    change("\"0\"", "Shop")
        .await
        .refused(412, "precondition_failed");
    change("0", "Shop").await.refused(400, "bad_request");
    assert_eq!(change("*", "Shop").await.status, 200);

    // By its slug in the header, it is the one that is meant.
    let source = crate::support::documents::GREET;
    let inside = ada.in_workspace("book-shop");
    let body = json!({"source": source});
    let workflow = lathe
        .ask(&inside, Method::POST, "/api/workflows", Some(&body))
        .await;
    assert_eq!(workflow.status, 201, "{}", workflow.text);
    let outside = lathe.ask(&ada, Method::GET, "/api/workflows", None).await;
    assert_eq!(outside.body["items"], json!([]));
    let visitor = eve.in_workspace("book-shop");
    let named = lathe.ask(&visitor, Method::GET, "/api/workflows", None);
    named.await.refused(404, "not_found");

    assert_eq!(
        lathe.ask(&ada, Method::DELETE, &path, None).await.status,
        204
    );
    lathe
        .ask(&ada, Method::GET, &path, None)
        .await
        .refused(404, "not_found");
    lathe
        .ask(&inside, Method::GET, "/api/workflows", None)
        .await
        .refused(404, "not_found");
    let (_, home) = id_of(&lathe, &ada).await;
    let own = format!("/api/workspaces/{home}");
    lathe
        .ask(&ada, Method::DELETE, &own, None)
        .await
        .refused(409, "conflict");
    lathe.stop().await;
}

/// Its hook is not found, its schedule is not due, and what ran is cancelled.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_workspace_works_on_nothing() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let body = json!({"name": "Team", "slug": "team"});
    let made = lathe.ask(&ada, Method::POST, "/api/workspaces", Some(&body));
    let id = made.await.body["id"].as_str().unwrap().to_owned();
    let inside = ada.in_workspace("team");
    let make = async |path: &str, body: Value| {
        let made = lathe.ask(&inside, Method::POST, path, Some(&body)).await;
        assert!(made.status.is_success(), "{}", made.text);
        made.body
    };
    let source =
        "lathe: 1\nname: wait\nnodes:\n  - { id: gate, kind: test.gate, with: { gate: shut } }\n";
    let workflow = make("/api/workflows", json!({"source": source})).await;
    let workflow = workflow["id"].as_str().unwrap();
    let schedule = json!({"name": "yearly", "workflow_id": workflow, "cron": "0 6 1 1 *"});
    make("/api/schedules", schedule).await;
    let hook = json!({"name": "hook", "workflow_id": workflow, "verification": "none"});
    let hook = make("/api/webhooks", hook).await;
    let address = hook["url"].as_str().unwrap();
    let address = address.strip_prefix("http://localhost:4000").unwrap();
    let told = json!({"name": "told", "url": "https://hooks.example.org/", "events": ["execution.failed"]});
    let told = make("/api/outgoing-webhooks", told).await;
    let told: uuid::Uuid = told["id"].as_str().unwrap().parse().unwrap();
    let run = make(&format!("/api/workflows/{workflow}/execute"), json!({})).await;
    let run: uuid::Uuid = run["id"].as_str().unwrap().parse().unwrap();

    // An application that comes up while the workspace goes is taken down again.
    lathe.deployments.put_late(id.parse().unwrap(), "late");
    lathe
        .deployments
        .put_ended(id.parse().unwrap(), "notes-preview");
    let path = format!("/api/workspaces/{id}");
    let gone = lathe.ask(&ada, Method::DELETE, &path, None).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    let late = lathe.deployments.get("late").await.unwrap().unwrap();
    assert_eq!(late.status, DeploymentStatus::Stopped);
    let preview = lathe.deployments.get("notes-preview").await.unwrap();
    assert!(preview.is_none(), "one that has ended holds its name");
    let request = bare(Method::POST, address).header("content-type", "application/json");
    let sent = lathe.send(request.body("{}".into()).unwrap()).await;
    sent.refused(404, "not_found");
    let store = &lathe.state.store;
    assert_eq!(
        store.glimpse(&[run]).await.unwrap()[0].status,
        Status::Cancelled
    );
    assert!(store.due_schedules(100).await.unwrap().is_empty());
    let next = Schedules::next(&**store).await.unwrap();
    assert_eq!(next, None, "no tick is ever due");
    let target = store.outgoing_target(told).await.unwrap();
    assert!(target.is_none(), "nobody is told of it any more");
    lathe.stop().await;
}

/// Who owned it finds it and brings it back, with its members and its name where that is free; nobody else does.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_workspace_is_brought_back_by_its_owner() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let make = async |person: &Person| {
        let body = json!({"name": "Team", "slug": "team"});
        let made = lathe.ask(person, Method::POST, "/api/workspaces", Some(&body));
        made.await.body["id"].as_str().unwrap().to_owned()
    };
    let id = make(&ada).await;
    let (eve_id, _) = id_of(&lathe, &eve).await;
    let team = id.parse().unwrap();
    let store = &lathe.state.store;
    store
        .add_member(team, eve_id.parse().unwrap(), "editor")
        .await
        .unwrap();
    let inside = ada.in_workspace(&id);
    let body = json!({"source": crate::support::documents::GREET});
    let workflow = lathe
        .ask(&inside, Method::POST, "/api/workflows", Some(&body))
        .await;
    let workflow = format!("/api/workflows/{}", workflow.body["id"].as_str().unwrap());
    let hook =
        json!({"name": "hook", "workflow_id": workflow.rsplit('/').next(), "verification": "none"});
    let hook = lathe
        .ask(&inside, Method::POST, "/api/webhooks", Some(&hook))
        .await;
    assert_eq!(hook.status, 201, "{}", hook.text);

    let path = format!("/api/workspaces/{id}");
    let restore = format!("{path}/restore");
    let bring_back = async |person: &Person| lathe.ask(person, Method::POST, &restore, None).await;
    bring_back(&ada).await.refused(404, "not_found");
    let gone = lathe.ask(&ada, Method::DELETE, &path, None).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    let deleted = async |person: &Person| {
        let listed = lathe
            .ask(person, Method::GET, "/api/workspaces?deleted=true", None)
            .await;
        assert_eq!(listed.status, 200, "{}", listed.text);
        listed.body["items"].as_array().unwrap().clone()
    };
    // A member does not bring it back, nor do they see it.
    assert_eq!(deleted(&eve).await, [] as [Value; 0]);
    bring_back(&eve).await.refused(404, "not_found");
    let listed = deleted(&ada).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["id"], &listed[0]["slug"]),
        (&json!(id), &json!("team"))
    );
    assert!(listed[0]["deleted_at"].is_string(), "{listed:?}");
    // Somebody else has its slug by now, and keeps it.
    make(&eve).await;

    let back = bring_back(&ada).await;
    assert_eq!(back.status, 200, "{}", back.text);
    let slug = back.body["slug"].as_str().unwrap();
    assert!(slug.starts_with("team-"), "{slug}");
    for (person, path) in [
        (&inside, workflow.as_str()),
        (&inside, hook.header("location")),
        (&eve.in_workspace(&id), "/api/workflows"),
    ] {
        let read = lathe.ask(person, Method::GET, path, None).await;
        assert_eq!(read.status, 200, "{path}: {}", read.text);
    }
    assert_eq!(deleted(&ada).await, [] as [Value; 0]);
    bring_back(&ada).await.refused(404, "not_found");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_what_they_do_not_have() {
    let lathe = open().await;
    let owner = lathe.register("owner@example.org").await;
    let admin = lathe.register("admin@example.org").await;
    let guest = lathe.register("guest@example.org").await;
    let id = lathe
        .share(&owner, &admin, "admin@example.org", "admin")
        .await;
    lathe
        .share(&owner, &guest, "guest@example.org", "viewer")
        .await;
    let (owner_id, _) = id_of(&lathe, &owner).await;
    let (guest_id, _) = id_of(&lathe, &guest).await;
    let (admin_id, _) = id_of(&lathe, &admin).await;
    let member = |user: &str| format!("/api/workspaces/{id}/members/{user}");
    let give = async |person: &Person, user: &str, role: &str| {
        let body = json!({"role": role});
        lathe
            .ask(person, Method::PUT, &member(user), Some(&body))
            .await
    };
    give(&admin, &guest_id, "owner")
        .await
        .refused(422, "validation_failed");
    give(&admin, &admin_id, "owner")
        .await
        .refused(422, "validation_failed");
    give(&admin, &guest_id, "nothing")
        .await
        .refused(422, "validation_failed");
    give(&admin, &owner_id, "viewer")
        .await
        .refused(409, "conflict");
    lathe
        .ask(&admin, Method::DELETE, &member(&owner_id), None)
        .await
        .refused(409, "conflict");
    give(&guest, &guest_id, "admin")
        .await
        .refused(403, "forbidden");
    let invite = json!({"email": "x@example.org", "role": "owner"});
    let invitations = format!("/api/workspaces/{id}/invitations");
    let refused = lathe
        .ask(&admin, Method::POST, &invitations, Some(&invite))
        .await;
    refused.refused(422, "validation_failed");
    // Nor by a role of the workspace's own.
    let role = format!("/api/workspaces/{id}/roles/boss");
    let all = json!({"permissions": ["workspace:delete"]});
    lathe
        .ask(&admin, Method::PUT, &role, Some(&all))
        .await
        .refused(422, "validation_failed");
    assert_eq!(
        lathe
            .ask(&owner, Method::PUT, &role, Some(&all))
            .await
            .status,
        200
    );
    let less = json!({"permissions": ["models:read"]});
    lathe
        .ask(&admin, Method::PUT, &role, Some(&less))
        .await
        .refused(422, "validation_failed");
    give(&admin, &guest_id, "boss")
        .await
        .refused(422, "validation_failed");
    lathe
        .ask(&admin, Method::DELETE, &role, None)
        .await
        .refused(422, "validation_failed");
    let server = json!({"permissions": ["server:admin"]});
    lathe
        .ask(&owner, Method::PUT, &role, Some(&server))
        .await
        .refused(422, "validation_failed");
    let built_in = format!("/api/workspaces/{id}/roles/viewer");
    lathe
        .ask(&owner, Method::PUT, &built_in, Some(&less))
        .await
        .refused(422, "validation_failed");

    assert_eq!(give(&admin, &guest_id, "admin").await.status, 200);
    assert_eq!(give(&owner, &guest_id, "boss").await.status, 200);
    lathe
        .ask(&owner, Method::DELETE, &role, None)
        .await
        .refused(409, "conflict");
    // A workspace keeps an owner.
    give(&owner, &owner_id, "viewer")
        .await
        .refused(409, "conflict");
    let leave = format!("/api/workspaces/{id}/leave");
    lathe
        .ask(&owner, Method::POST, &leave, None)
        .await
        .refused(409, "conflict");
    assert_eq!(
        lathe.ask(&guest, Method::POST, &leave, None).await.status,
        204
    );
    let gone = lathe
        .ask(
            &guest.in_workspace(&id),
            Method::GET,
            "/api/workflows",
            None,
        )
        .await;
    gone.refused(404, "not_found");
    assert_eq!(
        lathe.ask(&owner, Method::DELETE, &role, None).await.status,
        204
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_for_one_address_and_good_once() {
    let lathe = Lathe::start().await;
    let ada = lathe.register("ada@example.org").await;
    let (_, home) = id_of(&lathe, &ada).await;
    let invitations = format!("/api/workspaces/{home}/invitations");
    let invite = async |email: &str| {
        let body = json!({"email": email, "role": "editor"});
        let reply = lathe
            .ask(&ada, Method::POST, &invitations, Some(&body))
            .await;
        let link = reply.body["link"].as_str().unwrap().to_owned();
        assert_eq!(reply.body["mailed"], false);
        (
            reply.body["id"].as_str().unwrap().to_owned(),
            link.split('#').nth(1).unwrap().to_owned(),
        )
    };
    let register = async |email: &str, token: &str| {
        let body = json!({"email": email, "password": crate::support::people::PASSWORD, "invitation": token});
        lathe
            .knock(Method::POST, "/api/auth/register", Some(&body))
            .await
    };
    let (_, first) = invite("grace@example.org").await;
    let (id, second) = invite("grace@example.org").await;
    register("grace@example.org", &first)
        .await
        .refused(403, "forbidden");
    register("eve@example.org", &second)
        .await
        .refused(403, "forbidden");
    let reply = register("Grace@example.org", &second).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let grace = Person::of(&reply);
    let profile = lathe
        .ask(&grace, Method::GET, "/api/auth/profile", None)
        .await;
    assert_eq!(profile.body["workspaces"].as_array().unwrap().len(), 2);
    // Whoever invites has the link, too: it proves nothing about the address.
    assert_eq!(profile.body["email_verified"], false);
    register("grace2@example.org", &second)
        .await
        .refused(403, "forbidden");
    let gone = format!("{invitations}/{id}");
    lathe
        .ask(&ada, Method::DELETE, &gone, None)
        .await
        .refused(404, "not_found");
    let (id, withdrawn) = invite("hedy@example.org").await;
    let path = format!("{invitations}/{id}");
    assert_eq!(
        lathe.ask(&ada, Method::DELETE, &path, None).await.status,
        204
    );
    register("hedy@example.org", &withdrawn)
        .await
        .refused(403, "forbidden");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_keeps_people_out() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let users = lathe.ask(&ada, Method::GET, "/api/users", None).await;
    let id = |at: usize| users.body["items"][at]["id"].as_str().unwrap().to_owned();
    let change = async |person: &Person, id: &str, body: Value| {
        let path = format!("/api/users/{id}");
        lathe.ask(person, Method::PUT, &path, Some(&body)).await
    };
    change(&eve, &id(1), json!({"is_admin": true}))
        .await
        .refused(403, "forbidden");
    change(&ada, &id(0), json!({"is_admin": false}))
        .await
        .refused(409, "conflict");
    change(&ada, &id(0), json!({"disabled": true}))
        .await
        .refused(409, "conflict");
    let reply = change(&ada, &id(1), json!({"disabled": true})).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body["disabled"]),
        (200, &json!(true))
    );
    let profile = lathe
        .ask(&eve, Method::GET, "/api/auth/profile", None)
        .await;
    profile.refused(401, "unauthorized");
    let body = json!({"refresh_token": eve.refresh});
    let refresh = lathe
        .knock(Method::POST, "/api/auth/refresh", Some(&body))
        .await;
    refresh.refused(401, "unauthorized");
    assert_eq!(
        change(&ada, &id(1), json!({"disabled": false}))
            .await
            .status,
        200
    );
    lathe.log_in("eve@example.org").await;
    lathe.stop().await;
}

/// Two who change a member or a role at once: the second is told.
#[tokio::test(flavor = "multi_thread")]
async fn members_and_roles_are_changed_as_they_were_read() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let guest = lathe.register("guest@example.org").await;
    let id = lathe
        .share(&ada, &guest, "guest@example.org", "viewer")
        .await;
    let (guest_id, _) = id_of(&lathe, &guest).await;
    let role = format!("/api/workspaces/{id}/roles/auditor");
    let made = json!({"permissions": ["models:read"]});
    let made = lathe.ask(&ada, Method::PUT, &role, Some(&made)).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let member = format!("/api/workspaces/{id}/members/{guest_id}");
    for (path, body) in [
        (&member, json!({"role": "editor"})),
        (&role, json!({"permissions": ["models:write"]})),
    ] {
        let change = async |tag: &str| {
            let request = ada.asking(Method::PUT, path).header("if-match", tag);
            lathe.send(crate::support::with_json(request, &body)).await
        };
        let read = lathe.ask(&ada, Method::GET, path, None).await;
        let first = read.header("etag").to_owned();
        assert!(read.status == 200 && !first.is_empty(), "{}", read.text);
        let changed = change(&first).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        assert_ne!(changed.header("etag"), first);
        let now = lathe.ask(&ada, Method::GET, path, None).await;
        assert_eq!(
            (now.header("etag"), &now.body),
            (changed.header("etag"), &changed.body)
        );
        change(&first).await.refused(412, "precondition_failed");
        assert_eq!(change(changed.header("etag")).await.status, 200);
    }
    lathe.stop().await;
}
