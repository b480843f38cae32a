//! A real S3 server in this process, over a folder: signed requests, parts of uploads, listings in pages.

use std::sync::Arc;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use store::BlobPlace;
use tempfile::TempDir;
use tokio::net::TcpListener;

pub(crate) struct S3Server {
    pub(crate) place: BlobPlace,
    folder: TempDir,
}

impl S3Server {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bucket")).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single("key", "secret"));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let server = Arc::new(Builder::new(TokioExecutor::new()));
            while let Ok((socket, _)) = listener.accept().await {
                let (server, service) = (Arc::clone(&server), service.clone());
                tokio::spawn(async move {
                    let _ = server.serve_connection(TokioIo::new(socket), service).await;
                });
            }
        });
        let settings = [
            ("AWS_ENDPOINT", endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_PROFILE", "is of no interest here"),
        ];
        let place = BlobPlace::S3 {
            bucket: "bucket".to_owned(),
            prefix: "some/where".to_owned(),
            settings: settings
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
        };
        Self { place, folder }
    }

    /// The files of uploads that are neither whole nor given up.
    pub(crate) fn uploads(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with(".upload")).collect()
    }
}
