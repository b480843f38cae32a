//! Records of Lathe's own are filtered, ordered and paged alike on every database, and stay within their workspace.

use std::time::Duration;

use chrono::TimeDelta;
use engine::execution::Status;
use futures::future::join_all;
use serde_json::{Value, json};
use store::{
    Comparison, ExtraField, ExtraValue, FIRST_WORKSPACE, MadeAt, NewApplication, NewAuditEntry,
    NewModel, NewSavedView, NewVariable, NewWorkflow, Paging, Record, RecordPlace, RecordQuery,
    RecordSort, RecordTable, RecordTest, RecordValue, Scope, Store, StoreError, record_table,
};
use uuid::{Builder, Uuid};

use crate::commits::{accept, done, finish, moment};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    every_order_of_every_table_pages_without_gaps,
    executions_are_found_in_all_their_lanes,
    executions_are_found_by_when_they_began,
    what_is_searched_for_is_a_text,
    declared_values_filter_and_order,
    saved_views_are_their_makers,
    what_models_and_applications_consist_of_is_counted,
    the_history_of_a_record_ends_with_how_it_was_made,
);

const OURS: Scope = Scope::Workspace(FIRST_WORKSPACE);
const THEIRS: Scope = Scope::Workspace(Uuid::from_u128(2));

fn table(name: &str) -> &'static RecordTable {
    record_table(name).unwrap()
}

fn by(table: &'static RecordTable, name: &str) -> RecordPlace {
    RecordPlace::Column(table.column(name).unwrap())
}

async fn all(
    store: &Store,
    scope: Scope,
    table: &'static RecordTable,
    mut query: RecordQuery,
) -> Vec<Record> {
    let mut found = Vec::new();
    loop {
        let page = store.list_records(scope, table, &query).await.unwrap();
        found.extend(page.items);
        query.paging.cursor = page.next_cursor;
        if query.paging.cursor.is_none() {
            return found;
        }
    }
}

fn names(records: &[Record]) -> Vec<&str> {
    let names = records.iter().map(|record| record.values["name"].as_str());
    names.map(Option::unwrap).collect()
}

async fn variables(store: &Store, scope: Scope, names: &[&str]) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for name in names {
        let new = NewVariable {
            name: (*name).to_owned(),
            value: json!(1),
            description: "the same".to_owned(),
        };
        ids.push(
            store
                .create_variable(scope, new, None)
                .await
                .unwrap()
                .value
                .id,
        );
    }
    ids
}

async fn every_order_of_every_table_pages_without_gaps(stand: Stand) {
    let store = &stand.store;
    variables(store, OURS, &["c", "a", "d", "b", "e"]).await;
    variables(store, THEIRS, &["x"]).await;
    for name in ["one", "two", "three"] {
        let new = NewWorkflow {
            name: name.to_owned(),
            label: (name == "two").then(|| "Second".to_owned()),
            description: None,
            document: json!({}),
            node_count: 1,
            layout: None,
            author: None,
        };
        store.create_workflow(OURS, new, None).await.unwrap();
    }
    let mut asked = 0;
    for table in RecordTable::all() {
        let orders = table.columns.iter().filter(|column| column.sorted());
        let orders = orders.map(RecordPlace::Column).chain([RecordPlace::Id]);
        for (by, descending) in orders.flat_map(|by| [(by.clone(), false), (by, true)]) {
            let query = |limit| RecordQuery {
                paging: Paging::first(limit),
                sort: Some(RecordSort {
                    by: by.clone(),
                    descending,
                }),
                ..RecordQuery::default()
            };
            let whole = all(store, OURS, table, query(100)).await;
            let paged = all(store, OURS, table, query(1)).await;
            assert_eq!(paged, whole, "{} by {by:?}", table.name);
            asked += 1;
            for record in &whole {
                let one = store.record(OURS, table, &record.id, None, &[]).await;
                assert_eq!(one.unwrap().unwrap().id, record.id);
                let stranger = store.record(THEIRS, table, &record.id, None, &[]).await;
                assert!(stranger.unwrap().is_none() || table.name == "users");
            }
        }
    }
    assert!(asked > 60, "{asked}");
    let five = all(store, OURS, table("variables"), RecordQuery::default()).await;
    assert_eq!(names(&five), ["a", "b", "c", "d", "e"]);
}

async fn executions_are_found_in_all_their_lanes(stand: Stand) {
    let store = &stand.store;
    let (ours, others) = (Uuid::now_v7(), Uuid::now_v7());
    let mut commits: Vec<_> = (0..12)
        .map(|n| accept(if n % 3 == 0 { others } else { ours }))
        .collect();
    commits.sort_by_key(|commit| commit.id);
    let newest: Vec<String> = commits
        .iter()
        .rev()
        .map(|commit| commit.id.to_string())
        .collect();
    let ended = [commits[2].id, commits[5].id, commits[7].id];
    join_all(commits.into_iter().map(|commit| done(store, commit))).await;
    done(store, finish(ended[0], 1, Status::Failed)).await;
    done(store, finish(ended[1], 1, Status::Succeeded)).await;
    done(store, finish(ended[2], 1, Status::Failed)).await;
    let runs = table("executions");
    let ask = async |limit, tests: Vec<(RecordPlace, RecordTest)>, q: Option<&str>| {
        let query = RecordQuery {
            paging: Paging::first(limit),
            tests,
            q: q.map(str::to_owned),
            ..RecordQuery::default()
        };
        let found = all(store, OURS, runs, query).await;
        found
            .into_iter()
            .map(|record| record.id)
            .collect::<Vec<_>>()
    };
    let is =
        |name: &str, value: RecordValue| (by(runs, name), RecordTest::Is(Comparison::Equal, value));
    assert_eq!(ask(5, Vec::new(), None).await, newest);
    let failed = || is("status", RecordValue::Text("failed".to_owned()));
    let expected = [ended[2].to_string(), ended[0].to_string()];
    assert_eq!(ask(1, vec![failed()], None).await, expected);
    assert_eq!(ask(1, vec![failed()], Some("SHIP")).await, expected);
    let of_ours = ask(3, vec![is("workflow_id", RecordValue::Id(ours))], None).await;
    assert_eq!(of_ours.len(), 8);
    assert!(
        of_ours.windows(2).all(|pair| pair[0] > pair[1]),
        "{of_ours:?}"
    );
    let by_api = is("begun_by", RecordValue::Text("api".to_owned()));
    assert_eq!(ask(4, vec![by_api], None).await, newest);
    let begun = (by(runs, "finished_at"), RecordTest::Missing(false));
    assert_eq!(ask(1, vec![begun], None).await.len(), 3);
    assert!(
        ask(
            5,
            vec![is("person_id", RecordValue::Id(ours)), failed()],
            None
        )
        .await
        .is_empty()
    );
}

/// Ids help to find them, and need not agree with the time: those of webhooks may be hours older.
async fn executions_are_found_by_when_they_began(stand: Stand) {
    let store = &stand.store;
    let half_hours = |n: i64| moment(0) + TimeDelta::minutes(30 * n);
    let mut begun = Vec::new();
    for n in 0..12 {
        let mut commit = accept(Uuid::now_v7());
        let millis = u64::try_from(half_hours(n).timestamp_millis()).unwrap();
        let id = Builder::from_unix_timestamp_millis(millis, &[7; 10]).into_uuid();
        let later = [
            TimeDelta::minutes(-50),
            TimeDelta::zero(),
            TimeDelta::hours(20),
        ];
        let created_at = half_hours(n) + later[usize::try_from(n % 3).unwrap()];
        let accepted = commit.accepted.as_mut().unwrap();
        (accepted.id, accepted.created_at) = (id, created_at);
        commit.id = id;
        done(store, commit).await;
        begun.push((id.to_string(), created_at));
    }
    let runs = table("executions");
    for n in -3..55 {
        let at = half_hours(n);
        for comparison in [
            Comparison::Greater,
            Comparison::GreaterOrEqual,
            Comparison::Less,
            Comparison::LessOrEqual,
        ] {
            let test = RecordTest::Is(comparison, RecordValue::Moment(at));
            let query = RecordQuery {
                paging: Paging::first(5),
                tests: vec![(by(runs, "created_at"), test)],
                ..RecordQuery::default()
            };
            let found: Vec<_> = all(store, OURS, runs, query).await;
            let found: Vec<_> = found.into_iter().map(|record| record.id).collect();
            let meant = begun
                .iter()
                .rev()
                .filter(|(_, created_at)| match comparison {
                    Comparison::Greater => *created_at > at,
                    Comparison::GreaterOrEqual => *created_at >= at,
                    Comparison::Less => *created_at < at,
                    _ => *created_at <= at,
                });
            let meant: Vec<_> = meant.map(|(id, _)| id.clone()).collect();
            assert_eq!(found, meant, "{comparison:?} {n}");
        }
    }
}

/// S14: what is looked for is a text on either database, and no pattern; a cursor of another list is none.
async fn what_is_searched_for_is_a_text(stand: Stand) {
    let store = &stand.store;
    variables(store, OURS, &["a_b", "aXb", "other"]).await;
    let kept = table("variables");
    let find = async |q: &str| {
        let query = RecordQuery {
            q: Some(q.to_owned()),
            ..RecordQuery::default()
        };
        all(store, OURS, kept, query).await
    };
    assert_eq!(names(&find("A_B").await), ["a_b"]);
    assert!(find("%").await.is_empty() && find("' OR 1 = 1 --").await.is_empty());
    let first = RecordQuery {
        paging: Paging::first(1),
        ..RecordQuery::default()
    };
    let page = store.list_records(OURS, kept, &first).await.unwrap();
    let elsewhere = RecordQuery {
        paging: Paging {
            cursor: page.next_cursor,
            limit: 1,
        },
        ..RecordQuery::default()
    };
    let refused = store.list_records(OURS, table("prompts"), &elsewhere).await;
    assert!(matches!(refused, Err(StoreError::BadCursor)), "{refused:?}");
}

/// Counted on either database, and neither sorted nor filtered by.
async fn what_models_and_applications_consist_of_is_counted(stand: Stand) {
    let store = &stand.store;
    let application = NewApplication {
        name: "shop".to_owned(),
        label: String::new(),
        description: String::new(),
        configuration: json!({}),
        relationships: json!([]),
        components: json!([]),
    };
    let model = |name: &str, fields: Value| NewModel {
        name: name.to_owned(),
        label: String::new(),
        document: json!({ "name": name, "fields": fields }),
    };
    let title = json!({ "name": "title", "type": "text" });
    let parts = vec![
        model(
            "books",
            json!([title, { "name": "year", "type": "integer" }]),
        ),
        model("empty", json!([])),
    ];
    let made = store.create_application(OURS, application, parts, None);
    made.await.unwrap();
    let alone = model(
        "lone",
        json!([{ "name": "a", "type": "text", "label": "\u{0}" }]),
    );
    let made = store.create_model(OURS, None, alone, None);
    made.await.unwrap();
    let counted = async |name: &str, field: &str| {
        let column = table(name).column(field).unwrap();
        assert!(!column.sorted() && !column.filtered, "{field}");
        let found = all(store, OURS, table(name), RecordQuery::default()).await;
        let values = found.iter().map(|record| record.values[field].as_i64());
        values.collect::<Vec<_>>()
    };
    assert_eq!(counted("applications", "model_count").await, [Some(2)]);
    let fields = counted("models", "field_count").await;
    assert_eq!(fields[..2], [Some(2), Some(0)]);
    // What no Postgres reads spoils no list.
    assert!(matches!(fields[2], None | Some(1)), "{fields:?}");
}

async fn declared_values_filter_and_order(stand: Stand) {
    let store = &stand.store;
    let ids = variables(store, OURS, &["a", "b", "c"]).await;
    let kept = table("variables");
    let extras = [
        ExtraField {
            name: "team".to_owned(),
            is_number: false,
        },
        ExtraField {
            name: "cost".to_owned(),
            is_number: true,
        },
    ];
    let write = async |id: Uuid, team: Option<&str>, cost: Option<i64>, revision: Option<u32>| {
        let team = ExtraValue {
            field: "team".to_owned(),
            value: json!(team),
            words: team.map(str::to_owned),
            number: None,
        };
        let cost = ExtraValue {
            field: "cost".to_owned(),
            value: json!(cost),
            words: None,
            number: cost,
        };
        store
            .write_extras(FIRST_WORKSPACE, kept, id, vec![team, cost], revision)
            .await
    };
    write(ids[0], Some("red"), Some(10), Some(0)).await.unwrap();
    write(ids[1], Some("blue"), Some(9), None).await.unwrap();
    let stale = write(ids[0], Some("green"), None, Some(0)).await;
    assert!(matches!(stale, Err(StoreError::Outdated(_))), "{stale:?}");
    let ask = async |sort: Option<(usize, bool)>, test: Option<(usize, RecordTest)>| {
        let place = |at: usize| RecordPlace::Extra(extras[at].clone());
        let query = RecordQuery {
            paging: Paging::first(1),
            sort: sort.map(|(at, descending)| RecordSort {
                by: place(at),
                descending,
            }),
            tests: test
                .into_iter()
                .map(|(at, test)| (place(at), test))
                .collect(),
            extras: extras.to_vec(),
            ..RecordQuery::default()
        };
        all(store, OURS, kept, query).await
    };
    let whole = ask(None, None).await;
    assert_eq!(
        (
            &whole[0].values["team"],
            &whole[1].values["cost"],
            &whole[2].values["team"]
        ),
        (&json!("red"), &json!(9), &Value::Null)
    );
    assert_eq!(whole[0].revision, Some(1), "it counts as a change");
    // What has no value comes last either way.
    assert_eq!(names(&ask(Some((0, false)), None).await), ["b", "a", "c"]);
    assert_eq!(names(&ask(Some((0, true)), None).await), ["a", "b", "c"]);
    assert_eq!(names(&ask(Some((1, false)), None).await), ["b", "a", "c"]);
    let more = RecordTest::Is(Comparison::Greater, RecordValue::Whole(9));
    assert_eq!(names(&ask(None, Some((1, more))).await), ["a"]);
    let contains = RecordTest::Contains("LU".to_owned());
    assert_eq!(names(&ask(None, Some((0, contains))).await), ["b"]);
    assert_eq!(
        names(&ask(None, Some((0, RecordTest::Missing(true)))).await),
        ["c"]
    );
    write(ids[0], None, None, None).await.unwrap();
    assert_eq!(
        names(&ask(None, Some((0, RecordTest::Missing(true)))).await),
        ["a", "c"]
    );
    // What is gone for good takes its values along; what can be brought back keeps them.
    write(ids[0], Some("red"), None, None).await.unwrap();
    store
        .delete_variable(OURS, ids[1], None, None)
        .await
        .unwrap();
    store.purge_variable(OURS, ids[0], None).await.unwrap();
    let (now, month) = (chrono::Utc::now(), Duration::from_secs(30 * 24 * 60 * 60));
    store.sweep_files(now, month).await.unwrap();
    let everything = stand.everything().await;
    let words = &everything["extra_values.words"];
    assert!(
        words.iter().any(|words| words.contains("blue")),
        "{words:?}"
    );
    assert!(
        !words.iter().any(|words| words.contains("red")),
        "{words:?}"
    );
    let theirs = store.extension(Uuid::from_u128(2)).await.unwrap();
    assert_eq!((theirs.revision, &*theirs.source), (0, ""));
    let first = store
        .put_extension(FIRST_WORKSPACE, "models: []", Some(0))
        .await
        .unwrap();
    assert_eq!(first.revision, 1);
    for stale in [0, 7] {
        let refused = store.put_extension(FIRST_WORKSPACE, "", Some(stale)).await;
        assert!(
            matches!(refused, Err(StoreError::Outdated(_))),
            "{stale}: {refused:?}"
        );
    }
    let next = store
        .put_extension(FIRST_WORKSPACE, "", Some(1))
        .await
        .unwrap();
    let last = store
        .put_extension(FIRST_WORKSPACE, "models: []", None)
        .await
        .unwrap();
    assert_eq!((next.revision, last.revision), (2, 3));
    let refused = store.put_extension(Uuid::from_u128(2), "", Some(4)).await;
    assert!(
        matches!(refused, Err(StoreError::Outdated(_))),
        "{refused:?}"
    );
}

async fn saved_views_are_their_makers(stand: Stand) {
    let store = &stand.store;
    let (ada, eve) = (Some(Uuid::from_u128(7)), Some(Uuid::from_u128(8)));
    let view = |name: &str, shared: bool| NewSavedView {
        model: "workflows".to_owned(),
        name: name.to_owned(),
        content: json!({"sort": "name"}),
        shared,
    };
    let seen = async |scope: Scope, person: Option<Uuid>| {
        let mut names = Vec::new();
        let mut paging = Paging::first(1);
        loop {
            let page = store
                .list_views(scope, person, Some("workflows"), &paging)
                .await
                .unwrap();
            names.extend(page.items.into_iter().map(|view| view.name));
            paging.cursor = page.next_cursor;
            if paging.cursor.is_none() {
                return names;
            }
        }
    };
    let mine = store
        .create_view(OURS, ada, view("mine", false), Some("key".into()))
        .await
        .unwrap();
    let again = store
        .create_view(OURS, ada, view("other", false), Some("key".into()))
        .await
        .unwrap();
    assert!(again.existing && again.value == mine.value);
    store
        .create_view(OURS, ada, view("ours", true), None)
        .await
        .unwrap();
    assert_eq!(seen(OURS, ada).await, ["mine", "ours"]);
    assert_eq!(seen(OURS, eve).await, ["ours"]);
    assert_eq!(seen(OURS, None).await, ["ours"]);
    assert!(seen(THEIRS, ada).await.is_empty());
    let id = mine.value.id;
    let changed = store
        .update_view(OURS, ada, id, view("kept", true), Some(0))
        .await
        .unwrap();
    assert_eq!((changed.revision, &*changed.name), (1, "kept"));
    let stale = store
        .update_view(OURS, ada, id, view("lost", true), Some(0))
        .await;
    assert!(matches!(stale, Err(StoreError::Outdated(_))), "{stale:?}");
    let elsewhere = store.delete_view(THEIRS, id, None).await;
    assert!(elsewhere.is_err());
    store.delete_view(OURS, id, Some(1)).await.unwrap();
    assert_eq!(seen(OURS, eve).await, ["ours"]);
}

/// S21: entries of other records, workspaces and moments are not among them.
async fn the_history_of_a_record_ends_with_how_it_was_made(stand: Stand) {
    let store = &stand.store;
    let (mine, others) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
    let append = async |workspace: Uuid, action: &str, resource: String, id: &str| {
        let entry = NewAuditEntry {
            workspace_id: Some(workspace),
            actor: json!({"via": "machine"}),
            action: action.to_owned(),
            resource,
            address: "127.0.0.1".to_owned(),
            status: 200,
            before: None,
            after: Some(json!({"id": id})),
        };
        store.append_audit(entry).await.unwrap();
    };
    let list = "/api/variables";
    for id in [&others, &mine] {
        append(FIRST_WORKSPACE, "create", list.to_owned(), id).await;
    }
    append(
        Uuid::from_u128(2),
        "elsewhere",
        format!("{list}/{mine}"),
        &mine,
    )
    .await;
    for action in ["first", "second"] {
        append(FIRST_WORKSPACE, action, format!("{list}/{mine}"), &mine).await;
        append(
            FIRST_WORKSPACE,
            "other",
            format!("{list}/{others}"),
            &others,
        )
        .await;
    }
    let made = MadeAt {
        address: list,
        id: &mine,
        at: chrono::Utc::now(),
    };
    let own = format!("{list}/{mine}");
    let extra = format!("/api/records/variables/{mine}/extra");
    for limit in [1, 2, 10] {
        let mut told = Vec::new();
        let mut paging = Paging::first(limit);
        loop {
            let addresses = [own.as_str(), extra.as_str()];
            let page = store.list_history(FIRST_WORKSPACE, &addresses, Some(made), &paging);
            let page = page.await.unwrap();
            told.extend(page.items.into_iter().map(|entry| entry.entry.action));
            paging.cursor = page.next_cursor;
            if paging.cursor.is_none() {
                break;
            }
        }
        assert_eq!(told, ["second", "first", "create"], "{limit} at a time");
    }
    let later = MadeAt {
        at: chrono::Utc::now() + TimeDelta::hours(1),
        ..made
    };
    let paging = Paging::first(10);
    let page = store
        .list_history(FIRST_WORKSPACE, &[&own], Some(later), &paging)
        .await;
    assert_eq!(page.unwrap().items.len(), 2);
}
