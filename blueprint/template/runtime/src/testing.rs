//! A whole application in a test: the real router over a real database of its own.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::str::FromStr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Map, Value as Document, json};
use sqlx::postgres::PgConnectOptions;
use tower::ServiceExt;
use uuid::Uuid;

use crate::database::Database;
use crate::hosts::Hosts;
use crate::model::{Application, Model, RelationKind};
use crate::sql::Transport;
use crate::validate::Changes;
use crate::value::Value;
use crate::{migrate, records, routes};

pub struct TestApp {
    application: &'static Application,
    database: Database,
    router: Router,
    samples: Document,
    folder: PathBuf,
}

pub struct Reply {
    pub status: StatusCode,
    pub body: Document,
}

impl TestApp {
    /// SQLite in a folder of its own; or a schema of its own in the Postgres of `TEST_DATABASE_URL`.
    /// `samples` is JSON text: for each model, documents that are valid and differ in every unique field.
    pub async fn start(application: &'static Application, samples: &str) -> Self {
        let name = format!("{}_{}", application.name, Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
        let database = match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => open_schema(&url, &name).await,
            Err(_) => Database::open_sqlite(&folder.join("app.db"))
                .await
                .expect("SQLite opens"),
        };
        migrate::run(&database, application)
            .await
            .expect("the migrations run");
        let again = migrate::run(&database, application)
            .await
            .expect("the migrations run twice");
        assert_eq!(again, 0, "what ran once must not run again");
        let hosts = Hosts::new(Ipv4Addr::LOCALHOST.into(), "shop.example, ").expect("a name");
        let router = routes::router(application, database.clone(), hosts);
        let samples = serde_json::from_str(samples).expect("the samples are JSON");
        Self {
            application,
            database,
            router,
            samples,
            folder,
        }
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<&Document>) -> Reply {
        self.send_to("localhost", method, path, body).await
    }

    async fn send_to(
        &self,
        host: &str,
        method: Method,
        path: &str,
        body: Option<&Document>,
    ) -> Reply {
        let body = body.map(Document::to_string).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, host)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .expect("the request is well formed");
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router never fails");
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("the body ends");
        Reply {
            status,
            body: serde_json::from_slice(&bytes).unwrap_or(Document::Null),
        }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// A valid document, with the records that it must refer to already created.
    pub async fn sample(&self, model: &str, number: usize) -> Map<String, Document> {
        let mut document = self.samples[model][number]
            .as_object()
            .expect("there is a sample")
            .clone();
        for relation in self
            .model(model)
            .relations
            .iter()
            .filter(|relation| relation.required)
        {
            if let RelationKind::ManyToOne { column } = relation.kind {
                let target = Box::pin(self.create(relation.target, number)).await;
                document.insert(column.to_owned(), target["id"].clone());
            }
        }
        document
    }

    pub async fn create(&self, model: &str, number: usize) -> Document {
        let document = Document::Object(self.sample(model, number).await);
        let path = format!("/api/{model}");
        let reply = self.send(Method::POST, &path, Some(&document)).await;
        if reply.status == StatusCode::CONFLICT {
            // Two samples may share a record that both refer to; it is there already.
            return self.get(&format!("{path}?limit=1")).await.body["items"][0].clone();
        }
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
        reply.body
    }

    /// Create, read, change, replace, delete; and what a record holds at each step.
    pub async fn proves_the_life_of_a_record(&self, model: &str) {
        let document = Document::Object(self.sample(model, 0).await);
        let collection = format!("/api/{model}");
        let created = self.send(Method::POST, &collection, Some(&document)).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
        for (key, value) in document.as_object().expect("a document") {
            assert_eq!(&created.body[key], value, "{key} comes back as it was sent");
        }
        let path = format!(
            "{collection}/{}",
            created.body["id"].as_str().expect("an id")
        );
        let read = self.get(&path).await;
        assert_eq!((read.status, &read.body), (StatusCode::OK, &created.body));

        let changed = self.send(Method::PATCH, &path, Some(&json!({}))).await;
        assert_eq!(
            changed.status,
            StatusCode::OK,
            "a change of nothing is no fault: {}",
            changed.body
        );
        let other = Document::Object(self.sample(model, 1).await);
        let replaced = self.send(Method::PUT, &path, Some(&other)).await;
        assert_eq!(replaced.status, StatusCode::OK, "{}", replaced.body);
        for (key, value) in other.as_object().expect("a document") {
            assert_eq!(&replaced.body[key], value, "{key} is replaced");
        }
        assert_eq!(replaced.body["id"], created.body["id"]);
        assert_eq!(replaced.body["created_at"], created.body["created_at"]);

        assert_eq!(
            self.send(Method::DELETE, &path, None).await.status,
            StatusCode::NO_CONTENT
        );
        assert_eq!(self.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            self.send(Method::DELETE, &path, None).await.status,
            StatusCode::NOT_FOUND
        );
    }

    /// Three records, one per page, in both directions of every sort key: each record exactly once.
    pub async fn proves_paging(&self, model: &str) {
        for number in 0..3 {
            let document = Document::Object(self.sample(model, number).await);
            let reply = self
                .send(Method::POST, &format!("/api/{model}"), Some(&document))
                .await;
            assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
        }
        let fields = self
            .model(model)
            .fields
            .iter()
            .filter(|field| field.kind.transport() != Transport::Json);
        let keys: Vec<&str> = ["id", "created_at"]
            .into_iter()
            .chain(fields.map(|field| field.name))
            .collect();
        for key in keys {
            for sort in [key.to_owned(), format!("-{key}")] {
                let mut ids = Vec::new();
                let mut cursor = String::new();
                loop {
                    let page = self
                        .get(&format!("/api/{model}?limit=1&sort={sort}{cursor}"))
                        .await;
                    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
                    ids.push(page.body["items"][0]["id"].to_string());
                    match page.body["next_cursor"].as_str() {
                        Some(next) => cursor = format!("&cursor={next}"),
                        None => break,
                    }
                }
                ids.sort();
                ids.dedup();
                assert_eq!(ids.len(), 3, "sorted by {sort}, every record appears once");
            }
        }
        let unknown = self.get(&format!("/api/{model}?no_such_field=1")).await;
        assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    }

    /// The API names the faulty field; and a write that goes around the API is refused by the database.
    pub async fn refuses(&self, model: &str, key: &str, value: Document) {
        let mut document = self.sample(model, 0).await;
        document.insert(key.to_owned(), value.clone());
        let body = Document::Object(document.clone());
        let reply = self
            .send(Method::POST, &format!("/api/{model}"), Some(&body))
            .await;
        assert_eq!(
            reply.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            reply.body
        );
        reply.assert_fault(&format!("/{key}"));

        let Some(field) = self.model(model).field(key) else {
            return;
        };
        let Ok(value) = field.kind.convert(&value) else {
            return;
        };
        let mut changes = self.unchecked(model, &document);
        changes.columns.retain(|(column, _, _)| *column != key);
        changes
            .columns
            .push((field.name, value, field.kind.transport()));
        let written = records::insert(&self.database, self.model(model), changes).await;
        assert!(
            written.is_err(),
            "the database keeps the rule of {key} as well"
        );
    }

    pub async fn refuses_absence(&self, model: &str, key: &str) {
        self.refuses(model, key, Document::Null).await;
        let mut document = self.sample(model, 0).await;
        document.remove(key);
        let reply = self
            .send(
                Method::POST,
                &format!("/api/{model}"),
                Some(&Document::Object(document)),
            )
            .await;
        assert_eq!(
            reply.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            reply.body
        );
        reply.assert_fault(&format!("/{key}"));
    }

    pub async fn refuses_a_duplicate(&self, model: &str, key: &str) {
        let first = self.create(model, 0).await;
        let mut second = self.sample(model, 1).await;
        second.insert(key.to_owned(), first[key].clone());
        let reply = self
            .send(
                Method::POST,
                &format!("/api/{model}"),
                Some(&Document::Object(second)),
            )
            .await;
        assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.body);
        reply.assert_fault(&format!("/{key}"));
    }

    pub async fn fills_in(&self, model: &str, key: &str, default: Document) {
        let mut document = self.sample(model, 0).await;
        document.remove(key);
        let reply = self
            .send(
                Method::POST,
                &format!("/api/{model}"),
                Some(&Document::Object(document)),
            )
            .await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
        assert_eq!(reply.body[key], default);
    }

    /// An id that leads nowhere is a fault; so is something that is no id at all.
    pub async fn refuses_a_dangling_reference(&self, model: &str, key: &str, many: bool) {
        for value in [json!(Uuid::now_v7().to_string()), json!("nothing")] {
            let mut document = self.sample(model, 0).await;
            let path = if many {
                format!("/{key}/0")
            } else {
                format!("/{key}")
            };
            document.insert(key.to_owned(), if many { json!([value]) } else { value });
            let reply = self
                .send(
                    Method::POST,
                    &format!("/api/{model}"),
                    Some(&Document::Object(document)),
                )
                .await;
            assert_eq!(
                reply.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{}",
                reply.body
            );
            reply.assert_fault(&path);
        }
    }

    /// Creates a record of `model` that refers to a new record of the relation's target; returns both.
    pub async fn create_linked(&self, model: &str, relation: &str) -> (Document, Document) {
        let relation = self
            .model(model)
            .relations
            .iter()
            .find(|known| known.name == relation)
            .expect("a relation");
        let target = self.create(relation.target, 2).await;
        let mut document = self.sample(model, 0).await;
        let value = if relation.table().is_some() {
            json!([target["id"]])
        } else {
            target["id"].clone()
        };
        document.insert(
            relation.column().unwrap_or(relation.name).to_owned(),
            value.clone(),
        );
        let reply = self
            .send(
                Method::POST,
                &format!("/api/{model}"),
                Some(&Document::Object(document)),
            )
            .await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
        assert_eq!(
            reply.body[relation.column().unwrap_or(relation.name)],
            value
        );
        let related = format!(
            "/api/{}/{}/{}",
            relation.target,
            text(&target["id"]),
            relation.inverse
        );
        let related = self.get(&related).await;
        assert_eq!(
            related.body["items"][0]["id"], reply.body["id"],
            "the target sees it: {}",
            related.body
        );
        (reply.body, target)
    }

    pub async fn delete(&self, model: &str, record: &Document) -> Reply {
        self.send(
            Method::DELETE,
            &format!("/api/{model}/{}", text(&record["id"])),
            None,
        )
        .await
    }

    pub async fn read(&self, model: &str, record: &Document) -> Reply {
        self.get(&format!("/api/{model}/{}", text(&record["id"])))
            .await
    }

    pub async fn proves_the_openapi_document(&self) {
        let reply = self.get("/api/openapi.json").await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.body["openapi"], "3.1.0");
        for model in self.application.models {
            let path = &reply.body["paths"][format!("/api/{}", model.name)];
            assert!(
                path["get"].is_object() && path["post"].is_object(),
                "{} is described",
                model.name
            );
            let properties = &reply.body["components"]["schemas"][model.name]["properties"];
            for field in model.fields {
                assert!(
                    properties[field.name].is_object(),
                    "{}.{} is described",
                    model.name,
                    field.name
                );
            }
        }
    }

    pub async fn proves_health(&self) {
        let reply = self.get("/healthz").await;
        let expected = json!({ "status": "ok", "name": self.application.name, "version": self.application.version });
        assert_eq!((reply.status, reply.body), (StatusCode::OK, expected));
    }

    /// A page elsewhere whose name leads here (DNS rebinding) gets nothing.
    pub async fn proves_its_names(&self) {
        let path = format!("/api/{}", self.application.models[0].name);
        let ask = async |host: &str| self.send_to(host, Method::GET, &path, None).await;
        for host in [
            "LOCALHOST:8080",
            "shop.localhost",
            "127.0.0.1:8080",
            "[::1]",
            "shop.example",
        ] {
            assert_eq!(ask(host).await.status, StatusCode::OK, "{host}");
        }
        for host in ["evil.example", "localhost.evil.example:8080", "192.168.1.4"] {
            let reply = ask(host).await;
            reply.assert_refused(StatusCode::MISDIRECTED_REQUEST, "misdirected");
            let health = self.send_to(host, Method::GET, "/healthz", None).await;
            assert_eq!(health.status, StatusCode::OK, "{host}");
        }
        let nowhere = self.send_to("", Method::GET, "/", None).await;
        nowhere.assert_refused(StatusCode::BAD_REQUEST, "bad_request");

        let anywhere = Ipv4Addr::UNSPECIFIED.into();
        for (stated, open) in [("", true), ("localhost", false)] {
            let hosts = Hosts::new(anywhere, stated).expect("names");
            let router = routes::router(self.application, self.database.clone(), hosts);
            let request = Request::get("/").header(header::HOST, "shop.example:80");
            let request = request.body(Body::empty()).expect("well formed");
            let status = router.oneshot(request).await.expect("an answer").status();
            assert_eq!(status.is_success(), open, "with {stated:?}");
        }
        assert!(Hosts::new(anywhere, "http://shop.example/").is_err());
    }

    /// Whatever is wrong is told in one form, also where nothing of this application was reached.
    pub async fn proves_the_form_of_refusals(&self) {
        let model = self.application.models[0].name;
        for path in [
            "/api/%FF".to_owned(),
            format!("/api/{model}/%FF"),
            format!("/api/{model}/%FF/%FF"),
            format!("/api/{model}?limit=many"),
        ] {
            let reply = self.get(&path).await;
            reply.assert_refused(StatusCode::BAD_REQUEST, "bad_request");
        }
        let nowhere = self.get("/nowhere").await;
        nowhere.assert_refused(StatusCode::NOT_FOUND, "not_found");
        let reply = self.send(Method::PUT, "/healthz", None).await;
        reply.assert_refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
        let reply = self
            .send(Method::POST, &format!("/api/{model}"), None)
            .await;
        reply.assert_refused(StatusCode::BAD_REQUEST, "bad_request");
    }

    fn model(&self, name: &str) -> &'static Model {
        self.application.model(name).expect("the model exists")
    }

    /// The columns of a document as they would be written, without a look at the rules.
    fn unchecked(&self, model: &str, document: &Map<String, Document>) -> Changes {
        let model = self.model(model);
        let mut changes = Changes::default();
        for field in model.fields {
            let value = document
                .get(field.name)
                .map(|json| field.kind.convert(json));
            if let Some(Ok(value)) = value {
                changes
                    .columns
                    .push((field.name, value, field.kind.transport()));
            }
        }
        for column in model
            .relations
            .iter()
            .filter_map(|relation| relation.column())
        {
            if let Some(Document::String(id)) = document.get(column) {
                changes
                    .columns
                    .push((column, Value::Text(id.clone()), Transport::Uuid));
            }
        }
        changes
    }
}

impl Reply {
    /// The envelope of every refusal, with this status and code.
    pub fn assert_refused(&self, status: StatusCode, code: &str) {
        let error = &self.body["error"];
        assert_eq!(
            (self.status, error["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.body
        );
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty()),
            "{}",
            self.body
        );
    }

    pub fn assert_fault(&self, path: &str) {
        let details = self.body["error"]["details"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        assert!(
            details.iter().any(|fault| fault["path"] == path),
            "no fault at {path} in {}",
            self.body
        );
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The folder is a temporary one: what cannot be removed now, the system removes later.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn text(value: &Document) -> &str {
    value.as_str().unwrap_or_default()
}

async fn open_schema(url: &str, name: &str) -> Database {
    let options = PgConnectOptions::from_str(url).expect("TEST_DATABASE_URL is an address");
    let admin = sqlx::PgPool::connect_with(options.clone())
        .await
        .expect("Postgres answers");
    let schema = format!("test_{}", &name[name.len() - 32..]);
    let statement = format!("CREATE SCHEMA {}", crate::sql::quote(&schema));
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&admin)
        .await
        .expect("a schema can be created");
    admin.close().await;
    Database::open_postgres(options.options([("search_path", schema)]))
        .await
        .expect("Postgres answers")
}
