//! The web app, or the word of help in its place. Both are checked by what they share, for the tests
//! run with and without a build.

use axum::http::Method;

use crate::support::{Lathe, request};

#[tokio::test(flavor = "multi_thread")]
async fn pages_files_and_what_is_neither() {
    let lathe = Lathe::start().await;
    let page = lathe.get("/").await;
    assert!(page.text.contains("<title>Lathe</title>"), "{}", page.text);
    assert!(
        page.header("content-security-policy")
            .contains("script-src 'self'")
    );
    assert_eq!(
        lathe.get("/workflows/0198f3a2/runs").await.text,
        page.text,
        "every address is a page of the app"
    );
    for missing in [
        "/assets/gone-1234.js",
        "/robots.txt",
        "/../Cargo.toml",
        "/assets/..%2f..%2fCargo.toml",
    ] {
        lathe.get(missing).await.refused(404, "not_found");
    }
    let reply = lathe
        .send(
            request(Method::POST, "/")
                .body(axum::body::Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(
        reply.refused(405, "method_not_allowed").header("allow"),
        "GET, HEAD"
    );

    if page.status == 200 {
        assert_eq!(page.header("cache-control"), "no-cache");
        let script = page
            .text
            .split('"')
            .find(|part| part.starts_with("/assets/") && part.ends_with(".js"))
            .unwrap();
        let file = lathe.get(script).await;
        assert!(file.header("cache-control").contains("immutable"));
        assert_eq!(
            file.header("content-type"),
            "text/javascript; charset=utf-8"
        );
        let packed = request(Method::GET, script).header("accept-encoding", "br, gzip;q=0.8");
        let packed = lathe
            .send(packed.body(axum::body::Body::empty()).unwrap())
            .await;
        assert_eq!(packed.header("content-encoding"), "gzip");
        let known = request(Method::GET, script).header("if-none-match", file.header("etag"));
        let known = lathe
            .send(known.body(axum::body::Body::empty()).unwrap())
            .await;
        assert_eq!((known.status.as_u16(), known.text.len()), (304, 0));
    } else {
        assert_eq!(
            page.status, 503,
            "without a build, a page that says how to make one"
        );
    }
    lathe.stop().await;
}
