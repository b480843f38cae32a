//! Files: kept once in their workspace, never shared between two, and gone when nothing stands for them any more.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{TimeDelta, Utc};
use engine::ports::blobs::ByteStream;
use engine::ports::files::{FileChoice, Files};
use futures::future::join_all;
use futures::{StreamExt, TryStreamExt, stream};
use store::{
    BlobPlace, Config, FileError, FileLimits, FileRecord, KeptFile, NewFile, Paging, Scope,
    Starter, Store, StoreError, WorkspaceFiles,
};
use uuid::Uuid;

use crate::on_every_database;
use crate::s3::S3Server;
use crate::stand::Stand;

on_every_database!(
    a_file_is_kept_named_and_given_back,
    equal_bytes_are_kept_once_in_a_workspace_and_apart_in_two,
    a_key_makes_one_file,
    a_file_takes_the_place_of_another,
    uploads_of_one_name_at_once_never_stand_in_each_others_way,
    a_workspace_keeps_no_more_than_it_may,
    what_is_deleted_comes_back_until_it_is_swept_up,
    an_upload_and_a_removal_of_the_same_bytes_do_not_meet,
    files_are_listed_by_name_in_pages,
    a_deleted_workspace_leaves_nothing,
);

const OURS: Scope = Scope::Workspace(Uuid::from_u128(1));
const THEIRS: Scope = Scope::Workspace(Uuid::from_u128(2));
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const UNLIMITED: FileLimits = FileLimits {
    largest: u64::MAX,
    per_workspace: 0,
};

fn bytes(text: &str) -> ByteStream {
    stream::iter([Ok(Bytes::from(text.to_owned()))]).boxed()
}

fn new(name: &str) -> NewFile {
    NewFile {
        name: name.to_owned(),
        by: Some(Uuid::from_u128(1)),
        execution: None,
        replace: false,
    }
}

async fn keep(store: &Store, scope: Scope, name: &str, text: &str) -> FileRecord {
    let kept = store.keep_file(scope, new(name), bytes(text), UNLIMITED, None);
    kept.await.unwrap().into_record()
}

async fn read(store: &Store, file: &FileRecord) -> Option<String> {
    let bytes = store.file_bytes(file, None).await.unwrap()?;
    let parts: Vec<Bytes> = bytes.try_collect().await.unwrap();
    Some(String::from_utf8(parts.concat()).unwrap())
}

/// How many things are removed, a while from now.
async fn sweep(store: &Store, in_days: i64) -> u64 {
    let then = Utc::now() + TimeDelta::days(in_days);
    store.sweep_files(then, MONTH).await.unwrap()
}

/// What lies on the disk of a stand with SQLite.
fn objects(stand: &Stand) -> Option<usize> {
    let BlobPlace::Folder(folder) = &stand.config.blobs else {
        return None;
    };
    let workspaces = std::fs::read_dir(folder.join("files"));
    let inside = workspaces.into_iter().flatten().map(|workspace| {
        let workspace = workspace.unwrap().path();
        std::fs::read_dir(workspace).unwrap().count()
    });
    Some(inside.sum())
}

async fn a_file_is_kept_named_and_given_back(stand: Stand) {
    let store = &stand.store;
    let file = keep(store, OURS, "../a/Größe.csv", "sku,price\n").await;
    assert_eq!(
        (&*file.name, file.size, file.revision),
        ("Größe.csv", 10, 0)
    );
    assert_eq!(file.media_type, "text/csv; charset=utf-8");
    // Somebody who is not there any more has no name.
    let nobody = Starter {
        id: Uuid::from_u128(1),
        name: None,
    };
    assert_eq!((&file.created_by, file.execution), (&Some(nobody), None));
    assert_eq!(store.file(OURS, file.id).await.unwrap(), Some(file.clone()));
    let named = store.file_named(OURS, "Größe.csv").await.unwrap();
    assert_eq!(named.as_ref(), Some(&file));
    assert_eq!(read(store, &file).await.as_deref(), Some("sku,price\n"));
    let part = store.file_bytes(&file, Some(4..9)).await.unwrap().unwrap();
    let part: Vec<Bytes> = part.try_collect().await.unwrap();
    assert_eq!(part.concat(), b"price");

    let renamed = store.rename_file(OURS, file.id, "a.md", Some(0)).await;
    let renamed = renamed.unwrap();
    assert_eq!(
        (renamed.revision, &*renamed.media_type),
        (1, "text/markdown; charset=utf-8")
    );
    let late = store.rename_file(OURS, file.id, "b", Some(0)).await;
    assert!(matches!(late, Err(StoreError::Outdated(_))), "{late:?}");
    keep(store, OURS, "b", "").await;
    let taken = store.rename_file(OURS, file.id, "b", None).await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
    let taken = store
        .keep_file(OURS, new("b"), bytes("x"), UNLIMITED, None)
        .await;
    let is_taken = matches!(taken, Err(FileError::Store(StoreError::NameTaken { .. })));
    assert!(is_taken, "{taken:?}");

    // S1: nobody else finds it, by any way.
    assert_eq!(store.file(THEIRS, file.id).await.unwrap(), None);
    assert_eq!(store.file_named(THEIRS, "a.md").await.unwrap(), None);
    for refused in [
        store
            .rename_file(THEIRS, file.id, "mine", None)
            .await
            .map(drop),
        store.delete_file(THEIRS, file.id, None, None).await,
        store.purge_file(THEIRS, file.id, None).await,
        store.restore_file(THEIRS, file.id, None).await.map(drop),
    ] {
        assert!(
            matches!(refused, Err(StoreError::NotFound(_))),
            "{refused:?}"
        );
    }
    let theirs = WorkspaceFiles::new(store.clone(), UNLIMITED);
    for which in [FileChoice::Id(file.id), FileChoice::Name("a.md".to_owned())] {
        assert!(
            theirs
                .open(Uuid::from_u128(2), &which)
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            theirs
                .open(Uuid::from_u128(1), &which)
                .await
                .unwrap()
                .is_some()
        );
    }
}

async fn equal_bytes_are_kept_once_in_a_workspace_and_apart_in_two(stand: Stand) {
    let store = &stand.store;
    let one = keep(store, OURS, "one", "same").await;
    let two = keep(store, OURS, "two", "same").await;
    let other = keep(store, THEIRS, "one", "same").await;
    assert_eq!(one.sha256, other.sha256);
    if let Some(objects) = objects(&stand) {
        assert_eq!(objects, 2, "one in each workspace");
    }
    store.purge_file(OURS, one.id, None).await.unwrap();
    assert_eq!(read(store, &two).await.as_deref(), Some("same"));
    store.purge_file(OURS, two.id, None).await.unwrap();
    assert_eq!(read(store, &two).await, None);
    assert_eq!(read(store, &other).await.as_deref(), Some("same"));
    if let Some(objects) = objects(&stand) {
        assert_eq!(objects, 1);
    }
}

async fn a_key_makes_one_file(stand: Stand) {
    let store = &stand.store;
    let keyed = async |scope, name: &str| {
        let kept = store.keep_file(scope, new(name), bytes(name), UNLIMITED, Some("key"));
        kept.await.unwrap()
    };
    let first = keyed(OURS, "a").await;
    assert!(matches!(first, KeptFile::New(_)), "{first:?}");
    let again = keyed(OURS, "b").await;
    assert_eq!(again, KeptFile::Again(first.into_record()));
    let other = keyed(THEIRS, "b").await;
    assert!(matches!(other, KeptFile::New(_)), "{other:?}");
    if let Some(objects) = objects(&stand) {
        assert_eq!(objects, 2, "what was sent again is not kept");
    }
}

async fn a_file_takes_the_place_of_another(stand: Stand) {
    let store = &stand.store;
    let first = keep(store, OURS, "a.txt", "one").await;
    let replace = async |text: &str| {
        let new = NewFile {
            replace: true,
            ..new("a.txt")
        };
        let kept = store
            .keep_file(OURS, new, bytes(text), UNLIMITED, None)
            .await;
        kept.unwrap()
    };
    let KeptFile::Replaced(second) = replace("two").await else {
        panic!("there was one")
    };
    assert_eq!((second.id, second.revision), (first.id, 1));
    assert_eq!(read(store, &second).await.as_deref(), Some("two"));
    assert_eq!(read(store, &first).await, None, "nothing stands for it");
    let same = replace("two").await.into_record();
    assert_eq!(same, second, "the same again is no change");
}

/// Whoever waits for the name holds nothing that the one with the name needs.
async fn uploads_of_one_name_at_once_never_stand_in_each_others_way(stand: Stand) {
    let store = &stand.store;
    let first = keep(store, OURS, "a", "first").await;
    for round in 0..10 {
        let many = (0..24).map(|at| {
            let new = NewFile {
                replace: at % 2 == 0,
                ..new("a")
            };
            let text = format!("{round} {}", at % 3);
            let key = format!("{round} {}", at % 5);
            let key = (at % 4 < 2).then_some(key);
            async move {
                let bytes = bytes(&text);
                let kept = store.keep_file(OURS, new, bytes, UNLIMITED, key.as_deref());
                kept.await
            }
        });
        for kept in join_all(many).await {
            match kept {
                Ok(KeptFile::Replaced(file) | KeptFile::Again(file)) => {
                    assert_eq!(file.id, first.id);
                }
                Err(FileError::Store(StoreError::NameTaken { .. })) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    let last = store.file(OURS, first.id).await.unwrap().unwrap();
    let text = read(store, &last).await.unwrap();
    assert!(text.starts_with("9 "), "{text}");
    assert_eq!(sweep(store, 2).await, 0, "nothing was left over");
    if let Some(objects) = objects(&stand) {
        assert_eq!(objects, 1);
    }
}

async fn a_workspace_keeps_no_more_than_it_may(stand: Stand) {
    let store = &stand.store;
    let limits = FileLimits {
        largest: 6,
        per_workspace: 10,
    };
    let try_to = async |scope, name: &str, text: &str| {
        store
            .keep_file(scope, new(name), bytes(text), limits, None)
            .await
    };
    let long = try_to(OURS, "long", "7 bytes").await;
    assert!(matches!(long, Err(FileError::TooLarge(6))), "{long:?}");
    let a = try_to(OURS, "a", "aaaaaa").await.unwrap().into_record();
    let full = try_to(OURS, "b", "bbbbb").await;
    assert!(
        matches!(full, Err(FileError::Full { used: 11, most: 10 })),
        "{full:?}"
    );
    // What is there already takes no room, and each workspace has its own.
    try_to(OURS, "c", "aaaaaa").await.unwrap();
    try_to(THEIRS, "b", "bbbbb").await.unwrap();
    let many = (0..8).map(|at| try_to(OURS, "d", ["dd", "ddd", "dddd"][at % 3]));
    let many: Vec<_> = join_all(many).await;
    assert_eq!(many.iter().filter(|kept| kept.is_ok()).count(), 1);
    store.delete_file(OURS, a.id, None, None).await.unwrap();
    let full = try_to(OURS, "e", "eeeee").await;
    assert!(
        matches!(full, Err(FileError::Full { .. })),
        "the trash counts"
    );
    for name in ["c", "d"] {
        let file = store.file_named(OURS, name).await.unwrap().unwrap();
        store.purge_file(OURS, file.id, None).await.unwrap();
    }
    store.purge_file(OURS, a.id, None).await.unwrap();
    try_to(OURS, "e", "eeeee").await.unwrap();
    try_to(OURS, "f", "fffff").await.unwrap();
    if let Some(objects) = objects(&stand) {
        assert_eq!(objects, 3, "what was refused is not kept");
    }
}

async fn what_is_deleted_comes_back_until_it_is_swept_up(stand: Stand) {
    let store = &stand.store;
    let file = keep(store, OURS, "a", "text").await;
    let by = Uuid::from_u128(1);
    let deleted = store.delete_file(OURS, file.id, None, Some(by)).await;
    deleted.unwrap();
    assert_eq!(store.file(OURS, file.id).await.unwrap(), None);
    let trash = store.list_trash(OURS, &Paging::default()).await.unwrap();
    let gone: Vec<_> = trash
        .items
        .iter()
        .map(|gone| {
            let deleted_by = gone.deleted_by.as_ref().map(|who| who.id);
            (&*gone.kind, gone.id, deleted_by, gone.is_swept)
        })
        .collect();
    assert_eq!(gone, [("file", file.id, Some(by), true)]);
    assert_eq!(sweep(store, 29).await, 0);
    let other = keep(store, OURS, "a", "other").await;
    let taken = store.restore_file(OURS, file.id, None).await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
    store.purge_file(OURS, other.id, None).await.unwrap();
    let back = store.restore_file(OURS, file.id, None).await.unwrap();
    assert_eq!(read(store, &back).await.as_deref(), Some("text"));

    store.delete_file(OURS, file.id, None, None).await.unwrap();
    assert_eq!(sweep(store, 31).await, 1);
    let gone = store.restore_file(OURS, file.id, None).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
    assert_eq!(read(store, &back).await, None);
    // What a crash leaves: bytes without a row, rows without a file.
    let file = keep(store, OURS, "b", "text").await;
    stand.meddle("DELETE FROM files").await;
    assert_eq!(sweep(store, 0).await, 1);
    assert_eq!(read(store, &file).await, None);
    let file = keep(store, OURS, "c", "text").await;
    let kept = keep(store, OURS, "d", "kept").await;
    let orphan = format!("DELETE FROM file_contents WHERE sha256 = '{}'", file.sha256);
    stand.meddle(&orphan).await;
    assert_eq!(sweep(store, 0).await, 0, "it may be about to be named");
    assert_eq!(read(store, &file).await.as_deref(), Some("text"));
    assert_eq!(sweep(store, 2).await, 1);
    assert_eq!(read(store, &file).await, None);
    assert_eq!(read(store, &kept).await.as_deref(), Some("kept"));
}

/// S16: uploads of the same bytes, while others delete for good what has them: who has a file has its bytes.
async fn an_upload_and_a_removal_of_the_same_bytes_do_not_meet(stand: Stand) {
    let store = Arc::new(stand.store.clone());
    let turns = (0..4_u32).map(|at| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for turn in 0..25 {
                let name = format!("{at}-{turn}");
                let file = keep(&store, OURS, &name, "the same bytes").await;
                assert_eq!(read(&store, &file).await.as_deref(), Some("the same bytes"));
                if turn % 5 == at {
                    sweep(&store, 0).await;
                }
                store.purge_file(OURS, file.id, None).await.unwrap();
            }
        })
    });
    for turn in join_all(turns).await {
        turn.unwrap();
    }
    if let Some(objects) = objects(&stand) {
        assert_eq!(objects, 0);
    }
    let limits = FileLimits {
        largest: 99,
        per_workspace: 14,
    };
    let last = store.keep_file(OURS, new("last"), bytes("the same bytes"), limits, None);
    last.await.unwrap();
}

async fn files_are_listed_by_name_in_pages(stand: Stand) {
    let store = &stand.store;
    for name in ["b", "Ä", "a-1", "a-2", "A", "a%", "a_x", "ab"] {
        keep(store, OURS, name, name).await;
    }
    keep(store, THEIRS, "a-3", "").await;
    let names = async |beginning: Option<&str>| {
        let (mut names, mut paging) = (Vec::new(), Paging::first(2));
        loop {
            let page = store.list_files(OURS, beginning, &paging).await.unwrap();
            names.extend(page.items.into_iter().map(|file| file.name));
            match page.next_cursor {
                Some(next) => paging.cursor = Some(next),
                None => return names,
            }
        }
    };
    let all = ["A", "a%", "a-1", "a-2", "a_x", "ab", "b", "Ä"];
    assert_eq!(names(None).await, all);
    assert_eq!(names(Some("a")).await, all[1..6]);
    assert_eq!(names(Some("a%")).await, ["a%"]);
    assert_eq!(names(Some("a_")).await, ["a_x"]);
    assert!(names(Some("c")).await.is_empty());
}

async fn a_deleted_workspace_leaves_nothing(stand: Stand) {
    let store = &stand.store;
    let new_user = store::NewUser {
        email: "ada@example.org".to_owned(),
        name: "ada".to_owned(),
        password_hash: None,
        verified: true,
        slug: "ada".to_owned(),
    };
    let ada = store.register_user(new_user, store::Admission::Open).await;
    let team = store
        .create_workspace(ada.unwrap().id, "team", "Team")
        .await;
    let team = team.unwrap().id;
    let scope = Scope::Workspace(team);
    let file = keep(store, scope, "a", "text").await;
    let gone = keep(store, scope, "b", "more").await;
    store.delete_file(scope, gone.id, None, None).await.unwrap();
    let kept = keep(store, OURS, "a", "text").await;
    store.delete_workspace(team, None).await.unwrap();
    // As long as it can be brought back, so can what is in it.
    sweep(store, 0).await;
    assert_eq!(read(store, &file).await.as_deref(), Some("text"));
    assert!(sweep(store, 31).await > 0);
    assert_eq!(read(store, &file).await, None);
    // An upload that ends after that.
    let late = keep(store, scope, "late", "late").await;
    assert_eq!(sweep(store, 0).await, 1);
    assert_eq!(read(store, &late).await, None);
    assert_eq!(read(store, &kept).await.as_deref(), Some("text"));
    if let Some(objects) = objects(&stand) {
        assert_eq!(objects, 1);
    }
}

/// The same in a bucket: long files go there part by part, and what breaks off leaves nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_keeps_long_files() {
    let server = S3Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        blobs: server.place.clone(),
        ..Config::sqlite(folder.path().join("lathe.db"))
    };
    let store = Store::open(&config).await.unwrap();
    store.migrate().await.unwrap();
    let part = |number: u32| Bytes::from(number.to_le_bytes().repeat(64 * 1_024));
    let long = stream::iter((0..50).map(move |number| Ok(part(number)))).boxed();
    let kept = store
        .keep_file(OURS, new("long"), long, UNLIMITED, None)
        .await;
    let file = kept.unwrap().into_record();
    assert_eq!(file.size, 50 << 18);
    let end = store
        .file_bytes(&file, Some(file.size - 4..file.size))
        .await;
    let end: Vec<Bytes> = end.unwrap().unwrap().try_collect().await.unwrap();
    assert_eq!(end.concat(), 49_u32.to_le_bytes());

    let broken = stream::iter((0..50).map(move |number| Ok(part(number))));
    let broken = broken.chain(stream::iter([Err("the line went dead".into())]));
    let refused = store
        .keep_file(OURS, new("cut"), broken.boxed(), UNLIMITED, None)
        .await;
    assert!(matches!(refused, Err(FileError::Source(_))), "{refused:?}");
    assert!(server.uploads().is_empty());
    assert_eq!(sweep(&store, 2).await, 0, "there is nothing to be swept up");
    store.purge_file(OURS, file.id, None).await.unwrap();
    assert!(store.file_bytes(&file, None).await.unwrap().is_none());
}

/// What a crash left on a disk in the middle of an upload is cleared away once it is old, and what is young is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_uploads_left_on_a_disk_is_swept_up() {
    let stand = Stand::sqlite().await;
    let store = &stand.store;
    let file = keep(store, OURS, "a", "text").await;
    let BlobPlace::Folder(folder) = &stand.config.blobs else {
        panic!("SQLite keeps blobs in a folder")
    };
    let left = folder
        .join("files")
        .join(Uuid::from_u128(1).to_string())
        .join(format!("{}#1", Uuid::now_v7()));
    std::fs::write(&left, "half of").unwrap();
    sweep(store, 0).await;
    assert!(left.exists());
    sweep(store, 2).await;
    assert!(!left.exists());
    assert_eq!(read(store, &file).await.as_deref(), Some("text"));
}
