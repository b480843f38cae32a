//! `/api/files`: what is sent is kept as what it is, and given back as nothing that runs.

use std::time::Duration;

use api::Config;
use axum::body::{Body, Bytes};
use axum::http::Method;
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use store::FileLimits;
use tokio::io::AsyncWriteExt;

use crate::support::{Lathe, MACHINE, Reply, request, serve};

const BOUNDARY: &str = "the-boundary";

/// A form with one part, as a browser writes it.
fn form(name: &str, bytes: &[u8]) -> Vec<u8> {
    part(
        &format!("name=\"file\"; filename=\"{name}\""),
        "image/png",
        bytes,
    )
}

fn part(about: &str, media_type: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; {about}\r\nContent-Type: {media_type}\r\n\r\n"
    );
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    [head.as_bytes(), bytes, tail.as_bytes()].concat()
}

fn upload_to(path: &str) -> axum::http::request::Builder {
    let media_type = format!("multipart/form-data; boundary={BOUNDARY}");
    request(Method::POST, path).header("content-type", media_type)
}

async fn send(lathe: &Lathe, body: Vec<u8>) -> Reply {
    let asked = upload_to("/api/files").body(Body::from(body)).unwrap();
    lathe.send(asked).await
}

async fn upload(lathe: &Lathe, name: &str, bytes: &[u8]) -> Value {
    let reply = send(lathe, form(name, bytes)).await;
    assert_eq!(reply.status, 201, "{name:?}: {}", reply.text);
    assert_eq!(
        reply.header("location"),
        format!("/api/files/{}", reply.body["id"].as_str().unwrap())
    );
    reply.body
}

fn content(file: &Value) -> String {
    format!("/api/files/{}/content", file["id"].as_str().unwrap())
}

async fn names(lathe: &Lathe) -> Vec<String> {
    let list = lathe.get("/api/files").await;
    let items = list.body["items"].as_array().unwrap().iter();
    items
        .map(|file| file["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn with(lathe: &Lathe, path: &str, header: &str, value: &str) -> Reply {
    let asked = request(Method::GET, path).header(header, value);
    lathe.send(asked.body(Body::empty()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_kept_changed_and_brought_back() {
    let lathe = Lathe::start().await;
    let file = upload(&lathe, "prices.csv", b"sku,price\n17,4.20\n").await;
    assert_eq!(file["media_type"], "text/csv; charset=utf-8");
    assert_eq!(file["size"], 18);
    let path = format!("/api/files/{}", file["id"].as_str().unwrap());
    let read = lathe.get(&path).await;
    assert_eq!((&read.body, read.header("etag")), (&file, "\"0\""));
    let found = lathe.get("/api/files?q=pri").await;
    assert_eq!(found.body["items"], json!([file]));
    assert_eq!(
        lathe.get("/api/files?q=rice").await.body["items"],
        json!([])
    );

    let rename = |tag: &str, name: &str| {
        let asked = request(Method::PATCH, &path).header("if-match", tag);
        crate::support::with_json(asked, &json!({ "name": name }))
    };
    let renamed = lathe.send(rename("\"0\"", "prices.md")).await;
    assert_eq!(
        (renamed.status.as_u16(), renamed.header("etag")),
        (200, "\"1\"")
    );
    assert_eq!(renamed.body["media_type"], "text/markdown; charset=utf-8");
    let late = lathe.send(rename("\"0\"", "x")).await;
    late.refused(412, "precondition_failed");
    let other = upload(&lathe, "other.txt", b"x").await;
    lathe
        .send(rename("*", "other.txt"))
        .await
        .refused(409, "conflict");
    for bad in ["a/b", "..", "a\nb"] {
        let refused = lathe.send(rename("*", bad)).await;
        refused.refused(422, "validation_failed");
        assert_eq!(refused.body["error"]["details"][0]["path"], "/name");
    }
    send(&lathe, form("other.txt", b"y"))
        .await
        .refused(409, "conflict");
    let asked = upload_to("/api/files?replace=true").body(Body::from(form("other.txt", b"y")));
    let replaced = lathe.send(asked.unwrap()).await;
    assert_eq!(
        (replaced.status.as_u16(), &replaced.body["id"]),
        (200, &other["id"])
    );
    assert_eq!(lathe.get(&content(&other)).await.text, "y");

    assert_eq!(lathe.delete(&path).await.status, 204);
    lathe.get(&path).await.refused(404, "not_found");
    lathe
        .get(&format!("{path}/content"))
        .await
        .refused(404, "not_found");
    let trash = lathe.get("/api/trash").await;
    let restore = trash.body["items"][0]["restore"]
        .as_str()
        .unwrap()
        .to_owned();
    let back = lathe.post(&restore, json!(null)).await;
    assert_eq!(
        (back.status.as_u16(), &back.body["id"]),
        (200, &file["id"]),
        "{}",
        back.text
    );
    assert_eq!(
        lathe.delete(&format!("{path}?for_good=true")).await.status,
        204
    );
    lathe
        .post(&restore, json!(null))
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_keeps_one_file_and_the_log_of_changes_names_it() {
    let lathe = Lathe::start().await;
    let keyed = |name: &str| {
        let asked = upload_to("/api/files").header("idempotency-key", "the-key");
        asked.body(Body::from(form(name, b"x"))).unwrap()
    };
    let first = lathe.send(keyed("a.txt")).await;
    let again = lathe.send(keyed("b.txt")).await;
    assert_eq!((again.status.as_u16(), &again.body), (201, &first.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(names(&lathe).await, ["a.txt"]);
    let log = lathe.get("/api/audit").await;
    assert!(
        log.text.contains("upload_file") && log.text.contains("a.txt"),
        "{}",
        log.text
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_given_and_what_is_known_is_not_sent_again() {
    let lathe = Lathe::start().await;
    let file = upload(&lathe, "a.bin", b"0123456789").await;
    let path = content(&file);
    let whole = lathe.get(&path).await;
    let tag = whole.header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", file["sha256"].as_str().unwrap()));
    assert_eq!(
        (
            whole.header("content-length"),
            whole.header("accept-ranges")
        ),
        ("10", "bytes")
    );
    let known = with(&lathe, &path, "if-none-match", &format!("\"x\", W/{tag}")).await;
    assert_eq!((known.status.as_u16(), &*known.text), (304, ""));
    for (range, status, text, place) in [
        ("bytes=2-4", 206, "234", "bytes 2-4/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=7-99", 206, "789", "bytes 7-9/10"),
        ("bytes=1-2,4-5", 200, "0123456789", ""),
    ] {
        let reply = with(&lathe, &path, "range", range).await;
        assert_eq!(
            (reply.status.as_u16(), &*reply.text),
            (status, text),
            "{range}"
        );
        assert_eq!(reply.header("content-range"), place, "{range}");
    }
    let none = with(&lathe, &path, "range", "bytes=10-").await;
    none.refused(416, "range_not_satisfiable");
    assert_eq!(none.header("content-range"), "bytes */10");
    let asked = request(Method::GET, &path)
        .header("range", "bytes=0-1")
        .header("if-range", "\"another\"");
    let changed = lathe.send(asked.body(Body::empty()).unwrap()).await;
    assert_eq!(changed.status, 200);
    let head = request(Method::HEAD, &path).body(Body::empty()).unwrap();
    let head = lathe.send(head).await;
    assert_eq!((head.header("content-length"), &*head.text), ("10", ""));
    lathe.stop().await;
}

/// S16, S17, C12: names are data, and what a file is follows from its bytes and not from what is said of it.
#[tokio::test(flavor = "multi_thread")]
async fn names_and_types_of_the_corpus_do_no_harm() {
    let lathe = Lathe::start().await;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";
    let html = b"<!DOCTYPE html><script>alert(1)</script>";
    for (sent, bytes, name, media_type, shown) in [
        (
            "../../etc/passwd",
            &b"x"[..],
            "passwd",
            "text/plain; charset=utf-8",
            true,
        ),
        (
            r"C:\Users\eve\x",
            b"x",
            "x",
            "text/plain; charset=utf-8",
            true,
        ),
        (
            "\u{202e}gnp.exe",
            b"MZ\x90\0\x03",
            "gnp.exe",
            "application/vnd.microsoft.portable-executable",
            false,
        ),
        ("empty", b"", "empty", "text/plain; charset=utf-8", true),
        (
            "page.png",
            html,
            "page.png",
            "text/html; charset=utf-8",
            false,
        ),
        (
            "page.html",
            html,
            "page.html",
            "text/html; charset=utf-8",
            false,
        ),
        (
            "pic.svg",
            b"<svg onload=alert(1)/>",
            "pic.svg",
            "image/svg+xml",
            false,
        ),
        (
            "pic.png",
            b"<svg onload=alert(1)/>",
            "pic.png",
            "text/plain; charset=utf-8",
            true,
        ),
        (
            "poly.gif",
            b"GIF89a=1;alert(1)//",
            "poly.gif",
            "text/plain; charset=utf-8",
            true,
        ),
        ("real.html", png, "real.html", "image/png", true),
        (
            "a;b=c%0d%0aSet-Cookie: x.txt",
            b"x",
            "a;b=c%0d%0aSet-Cookie: x.txt",
            "text/plain; charset=utf-8",
            true,
        ),
        (
            "say %22a/b%22%0D%0A 100%25.txt",
            b"x",
            "b\" 100%25.txt",
            "text/plain; charset=utf-8",
            true,
        ),
        (
            "say %22hi%22.txt",
            b"x",
            "say \"hi\".txt",
            "text/plain; charset=utf-8",
            true,
        ),
        (
            "Größe.txt",
            b"x",
            "Größe.txt",
            "text/plain; charset=utf-8",
            true,
        ),
    ] {
        let file = upload(&lathe, sent, bytes).await;
        assert_eq!(
            (&file["name"], &file["media_type"]),
            (&json!(name), &json!(media_type)),
            "{sent}"
        );
        let path = content(&file);
        let (plain, inline) = (
            lathe.get(&path).await,
            lathe.get(&format!("{path}?inline=true")).await,
        );
        for (reply, kind) in [
            (&plain, "attachment"),
            (&inline, if shown { "inline" } else { "attachment" }),
        ] {
            assert_eq!(reply.bytes, bytes, "{sent}");
            assert!(
                reply
                    .header("content-disposition")
                    .starts_with(&format!("{kind}; filename=")),
                "{sent}: {kind}"
            );
            assert_eq!(reply.header("content-type"), media_type, "{sent}");
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
            assert!(
                reply.header("content-security-policy").contains("sandbox"),
                "{sent}"
            );
            assert_eq!(reply.header("cache-control"), "private, no-cache");
            assert!(!reply.headers.contains_key("set-cookie"));
        }
    }
    let before = names(&lathe).await;
    let long = "x".repeat(10_000);
    for name in ["", "..", "a/..", &*long] {
        send(&lathe, form(name, b"x"))
            .await
            .refused(422, "validation_failed");
    }
    for name in ["a\r\nSet-Cookie: x=1", "a\0b"] {
        let reply = send(&lathe, form(name, b"x")).await;
        assert!(reply.status.is_client_error(), "{name:?}: {}", reply.text);
    }
    assert_eq!(names(&lathe).await, before);
    lathe.stop().await;
}

/// C1: only a form makes a file: what describes one, in JSON or otherwise, is refused.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_form_with_one_file_makes_one() {
    let lathe = Lathe::start().await;
    let forged = json!({"files": {"file": {"filepath": "/etc/passwd", "originalFilename": "x"}}});
    for media_type in [
        "application/json",
        "text/plain",
        "multipart/mixed; boundary=x",
        "application/x-www-form-urlencoded",
    ] {
        let asked = request(Method::POST, "/api/files").header("content-type", media_type);
        let reply = lathe
            .send(asked.body(Body::from(forged.to_string())).unwrap())
            .await;
        reply.refused(415, "unsupported_media_type");
    }
    let bare = request(Method::POST, "/api/files")
        .body(Body::from("x"))
        .unwrap();
    lathe
        .send(bare)
        .await
        .refused(415, "unsupported_media_type");
    let unbounded =
        request(Method::POST, "/api/files").header("content-type", "multipart/form-data");
    lathe
        .send(unbounded.body(Body::empty()).unwrap())
        .await
        .refused(400, "bad_request");
    let json = forged.to_string();
    for (body, status, code) in [
        (Vec::new(), 400, "bad_request"),
        (json.clone().into_bytes(), 400, "bad_request"),
        (
            format!("--{BOUNDARY}--\r\n").into_bytes(),
            422,
            "validation_failed",
        ),
        (
            part("name=\"file\"", "application/json", json.as_bytes()),
            422,
            "validation_failed",
        ),
        (
            part("name=\"files\"; filename=\"x\"", "text/plain", b"x"),
            422,
            "validation_failed",
        ),
        (form("cut.txt", b"x")[..100].to_vec(), 400, "bad_request"),
        ([&form("a", b"x")[..], b"more"].concat(), 201, ""),
    ] {
        let reply = send(&lathe, body).await;
        match code {
            "" => assert_eq!(reply.status, status, "{}", reply.text),
            code => drop(reply.refused(status, code)),
        }
    }
    // A second part takes the first one with it.
    let (mut two, next) = (
        form("two.txt", b"x"),
        part("name=\"path\"", "text/plain", b"/etc/passwd"),
    );
    // In place of what ends the form, that which ends a line, behind the boundary of the next part.
    two.truncate(two.len() - b"--\r\n".len());
    two.extend_from_slice(&next[2 + BOUNDARY.len()..]);
    send(&lathe, two).await.refused(422, "validation_failed");
    // What stands around the file is bounded, and is not read to its end.
    let endless =
        stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 16 * 1_024])));
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; x=");
    let head = stream::iter([Ok(Bytes::from(head))]);
    let asked = upload_to("/api/files").body(Body::from_stream(head.chain(endless)));
    lathe.send(asked.unwrap()).await.refused(400, "bad_request");
    assert_eq!(names(&lathe).await, ["a"]);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_bounded_and_so_is_what_a_workspace_keeps() {
    let config = Config {
        file_limits: FileLimits {
            largest: 3 << 20,
            per_workspace: 5 << 20,
        },
        ..Config::default()
    };
    let lathe = Lathe::start_with(config).await;
    // More than any other body may have.
    upload(&lathe, "a", &vec![1; 3 << 20]).await;
    let long = send(&lathe, form("b", &vec![2; (3 << 20) + 1])).await;
    assert!(
        long.refused(413, "payload_too_large")
            .text
            .contains("3145728 bytes"),
        "{}",
        long.text
    );
    // Whatever it says of its length.
    let body = Bytes::from(form("b", &vec![2; 4 << 20]));
    let parts = body
        .chunks(1 << 16)
        .map(Bytes::copy_from_slice)
        .map(Ok::<_, std::io::Error>);
    let parts: Vec<_> = parts.collect();
    let asked = upload_to("/api/files").body(Body::from_stream(stream::iter(parts)));
    lathe
        .send(asked.unwrap())
        .await
        .refused(413, "payload_too_large");
    let said = upload_to("/api/files").header("content-length", "99999999");
    let said = said.body(Body::from(form("b", b"x"))).unwrap();
    lathe.send(said).await.refused(413, "payload_too_large");
    let full = send(&lathe, form("c", &vec![3; 3 << 20])).await;
    assert!(
        full.refused(413, "payload_too_large")
            .text
            .contains("5242880"),
        "{}",
        full.text
    );
    upload(&lathe, "same", &vec![1; 3 << 20]).await;
    upload(&lathe, "d", &vec![4; 2 << 20]).await;
    assert_eq!(names(&lathe).await, ["a", "d", "same"]);
    lathe.stop().await;
}

/// An upload that is cut off in the middle, by a client that goes away, leaves neither a file nor bytes.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_cut_off_leaves_nothing() {
    let lathe = Lathe::start().await;
    let folder = lathe.database.parent().unwrap().join("blobs/files");
    let count = || {
        let workspaces = std::fs::read_dir(&folder).into_iter().flatten();
        let inside = workspaces.map(|workspace| {
            std::fs::read_dir(workspace.unwrap().path())
                .into_iter()
                .flatten()
                .count()
        });
        inside.sum::<usize>()
    };
    let until = async |wanted: usize| {
        let waiting = async {
            while count() != wanted {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting)
            .await
            .unwrap();
    };
    let (address, stop, served) = serve(&lathe).await;
    let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/files HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {MACHINE}\r\ncontent-length: 50000000\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let begun = form("cut.bin", &vec![7; 12 << 20]);
    line.write_all(&begun[..begun.len() - 40]).await.unwrap();
    until(1).await;
    drop(line);
    until(0).await;
    assert!(names(&lathe).await.is_empty());
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// S16: the same bytes twice at once, while a third that has them is deleted for good.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_come_while_they_go() {
    let lathe = Lathe::start().await;
    let bytes = vec![9; 100_000];
    for turn in 0..10 {
        let gone = upload(&lathe, &format!("gone-{turn}"), &bytes).await;
        let path = format!("/api/files/{}?for_good=true", gone["id"].as_str().unwrap());
        let names = [format!("one-{turn}"), format!("two-{turn}")];
        let (one, two, deleted) = tokio::join!(
            upload(&lathe, &names[0], &bytes),
            upload(&lathe, &names[1], &bytes),
            lathe.delete(&path),
        );
        assert_eq!(deleted.status, 204);
        for file in [one, two] {
            assert!(lathe.get(&content(&file)).await.bytes == bytes);
            let path = format!("/api/files/{}?for_good=true", file["id"].as_str().unwrap());
            assert_eq!(lathe.delete(&path).await.status, 204);
        }
    }
    lathe.stop().await;
}
