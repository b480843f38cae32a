//! The bookshop, generated, built and used for real: over HTTP, on SQLite and Postgres, through a change.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests fail by panicking, and clippy only knows the tests themselves"
)]

mod support;

use std::time::Instant;

use blueprint::{Allow, Application, File, Previous, generate};
use serde_json::{Value, json};
use support::{Project, Running, postgres};

const BOOKSHOP: &str = include_str!("../../examples/bookshop/bookshop.yaml");

fn bookshop() -> Vec<File> {
    generate(&Application::parse(BOOKSHOP).unwrap(), None).unwrap()
}

/// One field more, one renamed by its id, one with wider bounds: what a day's work brings.
fn changed_bookshop(first: &[File]) -> Vec<File> {
    let before = Application::parse(BOOKSHOP).unwrap();
    let pages = before.models[2]
        .fields
        .iter()
        .find(|field| field.name == "pages")
        .unwrap();
    let text = BOOKSHOP
        .replace("      - { name: pages,", "      - { name: subtitle, type: text, required: true, default: none yet }\n      - { name: pages,")
        .replace("{ name: pages, type: integer, min: 1, max: 20000 }", &format!("{{ name: page_count, id: {}, type: integer, min: 1, max: 30000 }}", pages.id));
    let previous = Previous::from_files(first, Allow::default()).unwrap();
    generate(&Application::parse(&text).unwrap(), previous.as_ref()).unwrap()
}

fn create(app: &Running, path: &str, body: &Value) -> Value {
    let (status, answer) = app.request("POST", path, Some(body));
    assert_eq!(status, 201, "{answer}");
    answer
}

/// A publisher with three books, and every kind of refusal on the way.
fn use_it(app: &Running) -> Vec<Value> {
    let publisher = create(
        app,
        "/api/publishers",
        &json!({ "name": "Gollancz", "founded": 1927 }),
    );
    let author = create(app, "/api/authors", &json!({ "name": "Terry Pratchett" }));
    let book = |number: u32| {
        json!({ "title": format!("Discworld {number}"), "isbn": format!("978000000000{number}"), "price": "7.99",
            "pages": 300 + number, "publisher_id": publisher["id"], "authors": [author["id"]], "extra": { "n": [1, null] } })
    };
    let books: Vec<Value> = (0..3)
        .map(|number| create(app, "/api/books", &book(number)))
        .collect();

    let (status, answer) = app.request("POST", "/api/books", Some(&book(1)));
    assert_eq!(
        (status, &answer["error"]["details"][0]["path"]),
        (409, &json!("/isbn")),
        "{answer}"
    );
    let (status, answer) = app.request(
        "POST",
        "/api/books",
        Some(&json!({ "price": "-1", "odd": true })),
    );
    let details = answer["error"]["details"].as_array().expect("details");
    let paths: Vec<&str> = details
        .iter()
        .filter_map(|fault| fault["path"].as_str())
        .collect();
    assert_eq!(
        (status, paths),
        (
            422,
            vec!["/title", "/isbn", "/price", "/publisher_id", "/odd"]
        ),
        "{answer}"
    );
    let (status, answer) = app.request(
        "DELETE",
        &format!("/api/publishers/{}", text(&publisher["id"])),
        None,
    );
    assert_eq!(
        (status, &answer["error"]["code"]),
        (409, &json!("conflict")),
        "{answer}"
    );

    let (_, page) = app.request("GET", "/api/books?limit=2&sort=title", None);
    let cursor = text(&page["next_cursor"]);
    let (_, rest) = app.request(
        "GET",
        &format!("/api/books?limit=2&sort=title&cursor={cursor}"),
        None,
    );
    assert_eq!(titles(&page), ["Discworld 0", "Discworld 1"]);
    assert_eq!(
        (titles(&rest), &rest["next_cursor"]),
        (vec!["Discworld 2".to_owned()], &Value::Null)
    );
    let (_, found) = app.request(
        "GET",
        "/api/books?pages__gte=302&title__contains=WORLD",
        None,
    );
    assert_eq!(titles(&found), ["Discworld 2"]);
    books
}

fn titles(page: &Value) -> Vec<String> {
    page["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| text(&item["title"]).to_owned())
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The rows from before the change are all there, under the new name and with the default of the new field.
fn look_after_the_change(app: &Running, books: &[Value]) {
    for book in books {
        let (status, now) = app.request("GET", &format!("/api/books/{}", text(&book["id"])), None);
        assert_eq!(status, 200, "{now}");
        for key in [
            "title",
            "isbn",
            "price",
            "authors",
            "publisher_id",
            "extra",
            "created_at",
        ] {
            assert_eq!(now[key], book[key], "{key}");
        }
        assert_eq!(
            (&now["page_count"], &now["subtitle"]),
            (&book["pages"], &json!("none yet"))
        );
    }
}

#[test]
fn the_bookshop_is_built_and_used_and_changed_on_sqlite() {
    let first = bookshop();
    let project = Project::write(&first);
    project.cargo(&["test", "--release"], &[]);
    let binary = project.build();
    let size = std::fs::metadata(&binary).unwrap().len();
    assert!(size < 20_000_000, "the binary has {size} bytes");

    let data = tempfile::tempdir().unwrap();
    let place = [("DATA_DIR", data.path().to_str().unwrap())];
    let app = Running::start(&binary, &place);
    let (_, health) = app.request("GET", "/healthz", None);
    let books = use_it(&app);
    for (path, part) in [
        ("/", "admin.js"),
        ("/admin.js", "manifest.json"),
        ("/manifest.json", "order_lines"),
    ] {
        assert!(app.raw("GET", path, None).1.contains(part), "{path}");
    }
    app.stop();

    let app = Running::start(&binary, &place);
    let (_, again) = app.request(
        "GET",
        &format!("/api/books/{}", text(&books[0]["id"])),
        None,
    );
    assert_eq!(again, books[0], "a restart changes nothing");
    app.stop();

    let next = Project::write(&changed_bookshop(&first));
    let begun = Instant::now();
    let binary = next.build();
    println!("built again after a change in {:?}", begun.elapsed());
    let app = Running::start(&binary, &place);
    look_after_the_change(&app, &books);
    assert_ne!(
        app.request("GET", "/healthz", None).1["version"],
        health["version"]
    );
    app.stop();
}

#[test]
fn the_bookshop_is_tested_and_used_and_changed_on_postgres() {
    let server = postgres();
    let first = bookshop();
    let project = Project::write(&first);
    project.cargo(
        &["test", "--release"],
        &[("TEST_DATABASE_URL", &server.url)],
    );
    let url = server.fresh_schema();
    let place = [("DATABASE_URL", url.as_str())];
    let app = Running::start(&project.build(), &place);
    let books = use_it(&app);
    app.stop();
    let next = Project::write(&changed_bookshop(&first));
    let app = Running::start(&next.build(), &place);
    look_after_the_change(&app, &books);
    app.stop();
}
