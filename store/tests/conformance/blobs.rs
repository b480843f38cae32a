//! Blobs are the same on a disk, in S3, and in the memory of a test.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use engine::blob::Blob;
use engine::ports::blobs::{Blobs, ByteStream, PutError};
use futures::{StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};
use store::{BlobPlace, BlobStore};
use uuid::Uuid;

use crate::s3::S3Server;

macro_rules! on_every_place {
    ($($test:ident),+ $(,)?) => {
        mod disk {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let folder = tempfile::tempdir().unwrap();
                let place = store::BlobPlace::Folder(folder.path().join("not/there/yet"));
                super::$test(&place).await;
            })+
        }

        mod s3 {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let server = super::S3Server::start().await;
                super::$test(&server.place).await;
            })+
        }

        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(&store::BlobPlace::Memory).await;
            })+
        }
    };
}

on_every_place!(
    bytes_are_given_back_under_their_hash,
    a_long_stream_is_kept_in_parts,
    what_breaks_off_or_is_too_long_leaves_nothing,
    copies_outlive_their_originals,
    all_runs_that_kept_something_are_listed,
);

fn bytes_of(parts: &[&'static str]) -> ByteStream {
    let parts: Vec<_> = parts
        .iter()
        .map(|part| Ok(Bytes::from_static(part.as_bytes())))
        .collect();
    stream::iter(parts).boxed()
}

async fn read(store: &BlobStore, execution: Uuid, sha256: &str) -> Option<(Blob, Vec<u8>)> {
    let stored = store.get(execution, sha256).await.unwrap()?;
    let parts: Vec<Bytes> = stored.bytes.try_collect().await.unwrap();
    Some((stored.blob, parts.concat()))
}

/// What is in a folder, whatever a listing of the store shows.
fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

async fn bytes_are_given_back_under_their_hash(place: &BlobPlace) {
    let store = BlobStore::open(place).unwrap();
    let run = Uuid::now_v7();
    let kept = store
        .put(
            run,
            "text/plain; charset=utf-8",
            bytes_of(&["ab", "", "c"]),
            3,
        )
        .await
        .unwrap();
    let expected = Blob {
        execution: run,
        sha256: hash(b"abc"),
        size: 3,
        media_type: "text/plain; charset=utf-8".to_owned(),
    };
    assert_eq!(kept, expected);
    // The same bytes again are the same blob.
    store
        .put(run, "text/plain; charset=utf-8", bytes_of(&["abc"]), 3)
        .await
        .unwrap();
    assert_eq!(
        read(&store, run, &kept.sha256).await,
        Some((expected, b"abc".to_vec()))
    );

    let empty = store
        .put(run, "application/json", bytes_of(&[]), 0)
        .await
        .unwrap();
    assert_eq!(
        read(&store, run, &empty.sha256).await,
        Some((empty, Vec::new()))
    );
    for (run, name) in [
        (run, hash(b"other")),
        (Uuid::now_v7(), kept.sha256.clone()),
        (run, format!("../{run}/{}", kept.sha256)),
        (run, format!("{}.type", kept.sha256)),
        (run, String::new()),
    ] {
        assert!(store.get(run, &name).await.unwrap().is_none(), "{name}");
    }
}

async fn a_long_stream_is_kept_in_parts(place: &BlobPlace) {
    const PARTS: u32 = 260;
    let store = BlobStore::open(place).unwrap();
    let run = Uuid::now_v7();
    let part = |number: u32| Bytes::from(number.to_le_bytes().repeat(16 * 1_024));
    let whole: Vec<u8> = (0..PARTS).flat_map(part).collect();
    let stream = stream::iter((0..PARTS).map(move |number| Ok(part(number)))).boxed();
    let kept = store
        .put(run, "application/zip", stream, u64::MAX)
        .await
        .unwrap();
    assert_eq!(
        (kept.size, kept.sha256.clone()),
        (whole.len() as u64, hash(&whole))
    );
    let (blob, bytes) = read(&store, run, &kept.sha256).await.unwrap();
    assert_eq!(blob, kept);
    assert!(bytes == whole, "what comes back is what was put");
}

async fn what_breaks_off_or_is_too_long_leaves_nothing(place: &BlobPlace) {
    let store = BlobStore::open(place).unwrap();
    let run = Uuid::now_v7();
    let long = || stream::repeat_with(|| Ok(Bytes::from(vec![7; 1 << 20])));
    let broken = long()
        .take(8)
        .chain(stream::iter([Err("the line went dead".into())]));
    match store.put(run, "text/plain", broken.boxed(), u64::MAX).await {
        Err(PutError::Source(error)) => assert_eq!(error.to_string(), "the line went dead"),
        other => panic!("{other:?}"),
    }
    let refused = store.put(run, "text/plain", long().boxed(), 9 << 20).await;
    assert!(
        matches!(refused, Err(PutError::TooLarge(9_437_184))),
        "{refused:?}"
    );
    assert!(store.executions().await.unwrap().is_empty());
}

/// Begins to put two parts and a bit, and gives it up once these have arrived.
async fn give_up_half_way(place: &BlobPlace, run: Uuid, arrived: impl Fn() -> bool) {
    let store = BlobStore::open(place).unwrap();
    let parts = stream::repeat_with(|| Ok(Bytes::from(vec![7; 1 << 20]))).take(11);
    let bytes = parts.chain(stream::pending()).boxed();
    let put = store.put(run, "application/zip", bytes, u64::MAX);
    tokio::select! {
        put = put => panic!("{put:?}"),
        () = until(arrived) => {}
    }
}

/// What lies on a disk tells nobody when it changes.
async fn until(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    waited.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_to_s3_that_is_dropped_leaves_no_parts() {
    let server = S3Server::start().await;
    let parts = || {
        let uploads = server.uploads();
        uploads
            .iter()
            .filter(|name| name.contains(".part-"))
            .count()
    };
    give_up_half_way(&server.place, Uuid::now_v7(), || parts() == 2).await;
    until(|| server.uploads().is_empty()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_to_a_disk_that_is_dropped_leaves_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let run = Uuid::now_v7();
    let of_run = folder.path().join("runs").join(run.to_string());
    let place = BlobPlace::Folder(folder.path().to_owned());
    give_up_half_way(&place, run, || !files(&of_run).is_empty()).await;
    until(|| !of_run.exists()).await;
}

async fn copies_outlive_their_originals(place: &BlobPlace) {
    let store = BlobStore::open(place).unwrap();
    let (run, other) = (Uuid::now_v7(), Uuid::now_v7());
    let kept = store
        .put(run, "image/png", bytes_of(&["abc"]), 9)
        .await
        .unwrap();
    for _ in 0..2 {
        assert!(store.copy(&kept.sha256, run, other).await.unwrap());
    }
    assert!(!store.copy(&hash(b"none"), run, other).await.unwrap());
    // The second time left nothing beside the first.
    if let BlobPlace::Folder(folder) = place {
        let expected = [kept.sha256.clone(), format!("{}.type", kept.sha256)];
        assert_eq!(
            files(&folder.join("runs").join(other.to_string())),
            expected
        );
    }
    store.delete_all(run).await.unwrap();
    store.delete_all(run).await.unwrap();
    assert_eq!(read(&store, run, &kept.sha256).await, None);
    let copy = Blob {
        execution: other,
        ..kept
    };
    let sha256 = copy.sha256.clone();
    assert_eq!(
        read(&store, other, &sha256).await,
        Some((copy, b"abc".to_vec()))
    );
}

async fn all_runs_that_kept_something_are_listed(place: &BlobPlace) {
    let store = BlobStore::open(place).unwrap();
    assert!(store.executions().await.unwrap().is_empty());
    let mut runs: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
    for run in &runs {
        store
            .put(*run, "application/json", bytes_of(&["1"]), 9)
            .await
            .unwrap();
    }
    store.delete_all(runs[2]).await.unwrap();
    runs.remove(2);
    // Another process sees the same, where it can.
    let elsewhere = match place {
        BlobPlace::Memory => store,
        place => BlobStore::open(place).unwrap(),
    };
    let mut listed = elsewhere.executions().await.unwrap();
    listed.sort_unstable();
    assert_eq!(listed, runs);
}
