//! The schema goes forward and back, and a data folder has one process.

use futures::future::join_all;
use migrations::Migrator;
use migrations::sea_orm_migration::MigratorTrait;
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::json;
use store::{
    AuditVerdict, BlobPlace, Config, DatabaseConfig, KeySource, NewAuditEntry, Store, StoreError,
};

use crate::on_every_database;
use crate::stand::{PostgresDatabase, Stand, test_keys};

on_every_database!(the_audit_log_keeps_its_proof);

#[tokio::test]
async fn sqlite_goes_forward_and_back() {
    let folder = tempfile::tempdir().unwrap();
    forward_and_back(&format!(
        "sqlite://{}/lathe.db?mode=rwc",
        folder.path().display()
    ))
    .await;
}

#[tokio::test]
async fn postgres_goes_forward_and_back() {
    forward_and_back(&PostgresDatabase::create().await.url).await;
}

async fn forward_and_back(url: &str) {
    let db = Database::connect(url).await.unwrap();
    let empty = objects(&db).await;
    let steps = u32::try_from(Migrator::migrations().len()).unwrap();
    let mut on_the_way = Vec::new();
    for _ in 0..steps {
        Migrator::up(&db, Some(1)).await.unwrap();
        on_the_way.push(objects(&db).await);
    }
    for expected in on_the_way.iter().rev() {
        assert_eq!(&objects(&db).await, expected);
        Migrator::down(&db, Some(1)).await.unwrap();
    }
    let left: Vec<String> = objects(&db)
        .await
        .into_iter()
        .filter(|name| !name.starts_with("seaql_"))
        .collect();
    assert_eq!(left, empty);
    Migrator::up(&db, None).await.unwrap();
    assert_eq!(Some(&objects(&db).await), on_the_way.last());
}

/// S21: going back never costs the audit log its proof.
async fn the_audit_log_keeps_its_proof(stand: Stand) {
    let store = &stand.store;
    let back = stand.steps_from("m0026_audit_before").await;
    let entry = |before| NewAuditEntry {
        workspace_id: None,
        actor: json!({"user": "ada"}),
        action: "update_variable".to_owned(),
        resource: "/api/variables/1".to_owned(),
        address: "127.0.0.1".to_owned(),
        status: 200,
        before,
        after: None,
    };
    store.append_audit(entry(None)).await.unwrap();
    store.migrate_down(back).await.unwrap();
    store.migrate().await.unwrap();
    let sound = async || {
        let verdict = store.verify_audit(None).await.unwrap();
        assert!(matches!(verdict, AuditVerdict::Sound(_)), "{verdict:?}");
    };
    sound().await;
    store
        .append_audit(entry(Some(json!({"value": 1}))))
        .await
        .unwrap();
    let refused = store.migrate_down(back).await.unwrap_err();
    assert!(refused.to_string().contains("from entry 2 on"), "{refused}");
    store.migrate().await.unwrap();
    sound().await;
}

/// Names of all tables and indexes.
async fn objects(db: &sea_orm::DatabaseConnection) -> Vec<String> {
    let backend = db.get_database_backend();
    let sql = match backend {
        sea_orm::DbBackend::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        _ => {
            "SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i', 'S') ORDER BY 1"
        }
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.try_get("", "name").unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_may_migrate_postgres_together() {
    let database = PostgresDatabase::create().await;
    let config = Config {
        database: DatabaseConfig::Postgres {
            url: database.url.clone(),
            max_connections: 2,
        },
        blobs: BlobPlace::Memory,
        keys: test_keys(),
    };
    let starts = (0..6).map(async |_| Store::open(&config).await.unwrap().migrate().await);
    join_all(starts).await.into_iter().for_each(Result::unwrap);
}

#[tokio::test]
async fn a_second_process_is_refused_the_data_folder() {
    let stand = Stand::sqlite().await;
    let refused = Store::open(&stand.config).await.err().unwrap();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    assert!(refused.to_string().contains("lathe.db.lock"));

    let Stand { store, config, .. } = &stand;
    store.clone().close().await.unwrap();
    let folder_is_still_ours = Store::open(config).await.err().unwrap();
    assert!(
        matches!(folder_is_still_ours, StoreError::InUse { .. }),
        "until the last handle is gone"
    );
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let stand = Stand::sqlite().await;
    let path = crate::stand::sqlite_file(&stand.config).unwrap();
    let db = Database::connect(format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    let newer =
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_from_the_future', 0)";
    db.execute_unprepared(newer).await.unwrap();
    stand.store.migrate().await.unwrap();
}

#[tokio::test]
async fn an_address_is_never_printed() {
    let config = Config::postgres(
        "postgres://user:s3cret@host/db",
        BlobPlace::S3 {
            bucket: "bucket".to_owned(),
            prefix: String::new(),
            settings: vec![("AWS_SECRET_ACCESS_KEY".to_owned(), "s3cret".to_owned())],
        },
        KeySource::Given("s3cret".to_owned().into()),
    );
    assert!(!format!("{config:?}").contains("s3cret"));
}
