//! From the environment to a listening server, and down again when told to.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context, bail};
use tokio::net::TcpListener;

use crate::database::Database;
use crate::hosts::Hosts;
use crate::model::Application;
use crate::sql::Dialect;
use crate::{log, migrate, routes};

struct Settings {
    address: SocketAddr,
    hosts: Hosts,
    data_dir: PathBuf,
    database_url: Option<String>,
}

/// Runs the application until SIGTERM or SIGINT. The exit code tells whether it came up.
pub fn main(application: &'static Application) -> std::process::ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the async runtime did not start")
        .and_then(|runtime| runtime.block_on(serve(application)));
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            log(
                "failed",
                &[("name", application.name), ("error", &format!("{error:#}"))],
            );
            std::process::ExitCode::FAILURE
        }
    }
}

async fn serve(application: &'static Application) -> anyhow::Result<()> {
    let settings = Settings::read()?;
    let stop = told_to_stop()?;
    // The address comes first: when it is taken, the database has not been touched.
    let listener = TcpListener::bind(settings.address).await.with_context(|| {
        format!(
            "cannot listen on {}; choose another address with BIND and PORT",
            settings.address
        )
    })?;
    let database = settings.open_database().await?;
    let migrations = migrate::run(&database, application).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let kind = match database.dialect() {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "postgres",
    };
    let facts = [
        ("name", application.name),
        ("version", application.version),
        ("address", &address),
        ("database", kind),
        ("migrations", &migrations.to_string()),
    ];
    log("listening", &facts);
    let router = routes::router(application, database.clone(), settings.hosts);
    axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await?;
    database.close().await;
    log("stopped", &[("name", application.name)]);
    Ok(())
}

impl Settings {
    fn read() -> anyhow::Result<Self> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let bind = variable("BIND").unwrap_or_else(|| "127.0.0.1".to_owned());
        let ip: IpAddr = bind.parse().with_context(|| {
            format!("BIND is {bind:?}; it must be an IP address such as 127.0.0.1 or 0.0.0.0")
        })?;
        let port = variable("PORT").unwrap_or_else(|| "8080".to_owned());
        let port: u16 = port
            .parse()
            .with_context(|| format!("PORT is {port:?}; it must be a number from 0 to 65535"))?;
        Ok(Self {
            address: SocketAddr::new(ip, port),
            hosts: Hosts::new(ip, &variable("ALLOWED_HOSTS").unwrap_or_default())?,
            data_dir: variable("DATA_DIR")
                .unwrap_or_else(|| "data".to_owned())
                .into(),
            database_url: variable("DATABASE_URL"),
        })
    }

    async fn open_database(&self) -> anyhow::Result<Database> {
        let Some(url) = &self.database_url else {
            let folder = self.data_dir.display();
            std::fs::create_dir_all(&self.data_dir)
                .with_context(|| format!("cannot create the data folder {folder}; set DATA_DIR"))?;
            let file = self.data_dir.join("app.db");
            return Database::open_sqlite(&file).await.with_context(|| {
                format!("cannot open the database in {folder}; may this user write there?")
            });
        };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            bail!(
                "DATABASE_URL must begin with postgres://; leave it out to use SQLite in DATA_DIR"
            );
        }
        // The address may hold a password, so it stays out of the message.
        let options = url
            .parse()
            .map_err(|_| anyhow::anyhow!("DATABASE_URL is not a valid address"))?;
        Database::open_postgres(options)
            .await
            .context("cannot reach the database in DATABASE_URL")
    }
}

/// The signals are caught from this call on, not only from the first poll: none gets lost during the start.
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
