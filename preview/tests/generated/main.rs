//! The tests that a generated application proves itself with, against the same application served from its models: what
//! holds for the one holds for the other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the generated tests are for a crate with lints of its own"
)]

use std::fmt::Write;

use blueprint::{Application, Declaration, Migration, declare, generate};
use lathe_runtime::testing::TestApp;
use serde_json::Value;

include!("bookshop.rs.txt");

const BOOKSHOP: &str = include_str!("../../../examples/bookshop/bookshop.yaml");

fn bookshop() -> Application {
    Application::parse(BOOKSHOP).unwrap()
}

async fn start() -> TestApp {
    let declaration = declare(&bookshop(), None).unwrap();
    // As it is kept and read again for a preview.
    let kept = serde_json::to_string(&declaration).unwrap();
    let read = preview::read(&kept).unwrap();
    assert_eq!(read, declaration);
    let samples = read.samples.clone();
    TestApp::start(preview::keep(read), &samples).await
}

#[tokio::test]
async fn answers_for_its_health() {
    start().await.proves_health().await;
}

#[tokio::test]
async fn answers_to_its_own_names_only() {
    start().await.proves_its_names().await;
}

#[tokio::test]
async fn refuses_in_one_form() {
    start().await.proves_the_form_of_refusals().await;
}

#[tokio::test]
async fn describes_every_model_in_openapi() {
    start().await.proves_the_openapi_document().await;
}

/// `bookshop.rs.txt` holds the generated tests of today. After a change of the generator, run this test once with
/// `LATHE_ACCEPT=1`, and look at the difference.
#[test]
fn these_are_the_tests_of_the_generated_application() {
    let files = generate(&bookshop(), None).unwrap();
    let mut text = String::new();
    for file in files {
        let name = file.path.strip_prefix("tests/api/models/");
        let name = name.and_then(|name| name.strip_suffix(".rs"));
        if let Some(name) = name.filter(|name| *name != "mod") {
            writeln!(text, "mod {name} {{\n{}}}", file.contents).unwrap();
        }
    }
    if std::env::var_os("LATHE_ACCEPT").is_some() {
        let place = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/generated/bookshop.rs.txt"
        );
        std::fs::write(place, &text).unwrap();
        return;
    }
    assert!(
        text == include_str!("bookshop.rs.txt"),
        "the generated tests have changed: run this test with LATHE_ACCEPT=1"
    );
}

/// What the generated crate says in its code is what the declaration says.
#[test]
fn the_declaration_says_what_the_generated_files_say() {
    let files = generate(&bookshop(), None).unwrap();
    let file = |path: &str| {
        let found = files.iter().find(|file| file.path == path);
        &found
            .unwrap_or_else(|| panic!("{path} is generated"))
            .contents
    };
    let Declaration {
        version,
        migrations,
        openapi,
        samples,
        document,
        ..
    } = declare(&bookshop(), None).unwrap();
    assert_eq!(&document, file("lathe.application.json"));
    assert_eq!(&openapi, file("openapi.json"));
    assert_eq!(&samples, file("tests/samples.json"));
    assert!(file("src/lib.rs").contains(&format!("version: \"{version}\"")));
    let [Migration { sqlite, .. }] = migrations.as_slice() else {
        panic!("one step leads to a first version");
    };
    assert_eq!(sqlite, file("migrations/0001_initial/sqlite.sql"));
}

#[test]
fn the_admin_page_is_told_of_the_models() {
    let application = preview::keep(declare(&bookshop(), None).unwrap());
    let manifest = lathe_runtime::admin::describe(application);
    let names = |list: &Value| -> Vec<String> {
        let items = list.as_array().unwrap().iter();
        items
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let models = bookshop().models;
    let stated: Vec<String> = models.iter().map(|model| model.name.clone()).collect();
    assert_eq!(names(&manifest["models"]), stated);
    for (model, shown) in models.iter().zip(manifest["models"].as_array().unwrap()) {
        let fields: Vec<String> = model
            .fields
            .iter()
            .map(|field| field.name.clone())
            .collect();
        assert_eq!(names(&shown["fields"]), fields, "{}", model.name);
    }
}

#[test]
fn a_document_is_served_as_it_is_and_a_broken_one_is_refused_with_its_place() {
    assert_eq!(
        preview::read(BOOKSHOP).unwrap(),
        declare(&bookshop(), None).unwrap()
    );
    let broken = BOOKSHOP.replace(
        "type: text, required: true, unique: true, max: 120",
        "type: tekst",
    );
    let refusal = preview::read(&broken).unwrap_err().to_string();
    assert!(
        refusal.contains("tekst") && refusal.contains("line"),
        "{refusal}"
    );
}
