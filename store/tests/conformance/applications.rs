//! Applications with their models, and what the generating node is given of them.

use blueprint::ports::ApplicationSource;
use serde_json::{Value, json};
use store::{
    FIRST_WORKSPACE, ModelChange, ModelFilter, NewApplication, NewModel, Paging, Scope, StoreError,
};
use uuid::Uuid;

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    an_application_comes_with_its_models,
    all_or_nothing,
    names_go_from_one_model_to_another,
    models_stand_alone_too
);

fn application(name: &str, relationships: Value) -> NewApplication {
    NewApplication {
        name: name.into(),
        label: "Bookshop".into(),
        description: String::new(),
        configuration: json!({ "target": "process" }),
        relationships,
        components: json!([]),
    }
}

fn model(name: &str) -> NewModel {
    let document = json!({ "name": name, "fields": [{ "name": "title", "type": "text" }] });
    NewModel {
        name: name.into(),
        label: name.to_uppercase(),
        document,
    }
}

async fn an_application_comes_with_its_models(stand: Stand) {
    let store = &stand.store;
    let link = json!([{ "kind": "n-1", "source": "book", "target": "author", "name": "author", "inverse": "books" }]);
    let models = vec![model("book"), model("author")];
    let created = store
        .create_application(
            Scope::System,
            application("bookshop", link),
            models,
            Some("k".into()),
        )
        .await;
    let record = created.unwrap().value;
    let again = store
        .create_application(
            Scope::System,
            application("x", json!([])),
            Vec::new(),
            Some("k".into()),
        )
        .await;
    assert_eq!(again.unwrap().value, record);

    let source = store
        .load(FIRST_WORKSPACE, "bookshop")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (source.id, source.name.as_str()),
        (record.id.to_string(), "bookshop")
    );
    assert_eq!(
        source
            .models
            .iter()
            .map(|model| model.name.as_str())
            .collect::<Vec<_>>(),
        ["book", "author"]
    );
    assert_eq!(source.relationships[0].target, "author");
    assert!(
        store
            .load(FIRST_WORKSPACE, "nothing")
            .await
            .unwrap()
            .is_none()
    );

    let changed = store
        .update_application(
            Scope::System,
            record.id,
            application("shop", json!([])),
            None,
        )
        .await
        .unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.created_at),
        ("shop", record.created_at)
    );
    let listed = store
        .list_applications(Scope::System, &Paging::default())
        .await
        .unwrap()
        .items;
    assert_eq!(listed, [changed]);

    store
        .delete_application(Scope::System, record.id, None, None)
        .await
        .unwrap();
    assert_eq!(
        store
            .application_models(Scope::System, record.id)
            .await
            .unwrap(),
        []
    );
    assert!(matches!(
        store
            .delete_application(Scope::System, record.id, None, None)
            .await,
        Err(StoreError::NotFound(_))
    ));
}

/// Names are unique at every moment, also in the middle of a change.
async fn names_go_from_one_model_to_another(stand: Stand) {
    let store = &stand.store;
    let shop = || application("shop", json!([]));
    let models = vec![model("book"), model("author")];
    let made = store
        .create_application(Scope::System, shop(), models, None)
        .await;
    let shop_id = made.unwrap().value.id;
    let before = store
        .application_models(Scope::System, shop_id)
        .await
        .unwrap();
    let change = |id: Option<Uuid>, name: &str| ModelChange {
        id,
        model: model(name),
    };
    let (book, author) = (before[0].id, before[1].id);
    for (changes, names) in [
        (
            vec![change(Some(book), "author"), change(Some(author), "book")],
            (Some("author"), Some("book")),
        ),
        (
            vec![change(None, "author"), change(Some(book), "volume")],
            (Some("volume"), None),
        ),
    ] {
        store
            .redesign_application(Scope::System, shop_id, shop(), changes, None, None)
            .await
            .unwrap();
        let now = store
            .application_models(Scope::System, shop_id)
            .await
            .unwrap();
        let name_of = |id| {
            let found = now.iter().find(|model| model.id == id);
            found.map(|model| model.name.as_str())
        };
        assert_eq!((name_of(book), name_of(author)), names);
        assert_eq!(now.len(), 2);
    }
}

async fn all_or_nothing(stand: Stand) {
    let store = &stand.store;
    let twice = vec![model("book"), model("book")];
    let refused = store
        .create_application(
            Scope::System,
            application("shop", json!([])),
            twice,
            Some("k".into()),
        )
        .await;
    assert!(
        matches!(refused, Err(StoreError::NameTaken { .. })),
        "{refused:?}"
    );
    assert_eq!(
        store
            .application_named(Scope::System, "shop")
            .await
            .unwrap(),
        None
    );
    // The key was not used up by what failed.
    store
        .create_application(
            Scope::System,
            application("shop", json!([])),
            Vec::new(),
            Some("k".into()),
        )
        .await
        .unwrap();
    let taken = store
        .create_application(
            Scope::System,
            application("shop", json!([])),
            Vec::new(),
            None,
        )
        .await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
}

async fn models_stand_alone_too(stand: Stand) {
    let store = &stand.store;
    let shop = store
        .create_application(
            Scope::System,
            application("shop", json!([])),
            vec![model("book")],
            None,
        )
        .await;
    let shop = shop.unwrap().value.id;
    let alone = store
        .create_model(Scope::System, None, model("book"), None)
        .await
        .unwrap()
        .value;
    assert_eq!(
        store.model(Scope::System, alone.id).await.unwrap(),
        Some(alone.clone())
    );
    let taken = store
        .create_model(Scope::System, None, model("book"), None)
        .await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
    let orphan = store
        .create_model(Scope::System, Some(Uuid::now_v7()), model("book"), None)
        .await;
    assert!(
        matches!(orphan, Err(StoreError::NotFound("application"))),
        "{orphan:?}"
    );

    let renamed = store
        .update_model(Scope::System, alone.id, model("novel"), None)
        .await
        .unwrap();
    assert_eq!(renamed.name, "novel");
    let of_shop = ModelFilter {
        application_id: Some(shop),
    };
    let listed = store
        .list_models(Scope::System, &of_shop, &Paging::default())
        .await
        .unwrap()
        .items;
    assert_eq!(
        listed
            .iter()
            .map(|model| model.name.as_str())
            .collect::<Vec<_>>(),
        ["book"]
    );
    store
        .delete_model(Scope::System, alone.id, None, None)
        .await
        .unwrap();
    assert!(matches!(
        store
            .delete_model(Scope::System, alone.id, None, None)
            .await,
        Err(StoreError::NotFound(_))
    ));
    assert!(matches!(
        store
            .update_model(Scope::System, alone.id, model("x"), None)
            .await,
        Err(StoreError::NotFound(_))
    ));
}
