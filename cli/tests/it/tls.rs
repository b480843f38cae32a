//! A server that speaks TLS, and the commands of its own machine's user beside it.

use anyhow::{Result, ensure};

use crate::server::Running;
use crate::support::{TOKEN, folder_with, say};

#[tokio::test]
async fn it_speaks_tls_to_everybody_and_its_own_users_commands_find_it() -> Result<()> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let folder = folder_with(&[
        ("cert.pem", &made.cert.pem()),
        ("key.pem", &made.signing_key.serialize_pem()),
    ])?;
    let tls = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    let server = Running::serve(folder.path(), &tls)?;
    let address = server.address.clone().unwrap_or_default();
    let Some(port) = address.strip_prefix("https://127.0.0.1:") else {
        anyhow::bail!("{address} is another address than it was given");
    };
    let trusted = reqwest::Certificate::from_pem(made.cert.pem().as_bytes())?;
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([trusted])
        .build()?;
    let asked = client.get(format!("https://localhost:{port}/api/status"));
    let reply = asked.bearer_auth(TOKEN).send().await?;
    ensure!(reply.status() == 200, "{reply:?}");
    ensure!(
        reply.headers().contains_key("strict-transport-security"),
        "{reply:?}"
    );
    let main = format!("http://127.0.0.1:{port}");
    for command in [
        &["user", "list", "--json"][..],
        &["executions", "list", "--json", "--server", &main],
    ] {
        let listed = say(folder.path(), command)?;
        ensure!(listed.code == 0, "{command:?}: {listed:?}");
    }
    ensure!(server.terminate()?.success());

    let wrong = ["serve", "--tls-cert", "key.pem", "--tls-key", "key.pem"];
    let refused = say(folder.path(), &wrong)?;
    ensure!(
        refused.code != 0 && refused.stderr.contains("key.pem holds no certificate"),
        "{refused:?}"
    );
    Ok(())
}

/// Without its authority, a server has no certificate; it serves its own user all the same, and says what is wrong.
#[tokio::test]
async fn it_waits_for_its_authority_and_is_there_meanwhile() -> Result<()> {
    let folder = folder_with(&[])?;
    // Nobody listens there.
    let acme = [
        "--acme-domains",
        "lathe.test",
        "--acme-directory",
        "https://127.0.0.1:9/directory",
    ];
    let server = Running::serve(folder.path(), &acme)?;
    let address = server.address.clone().unwrap_or_default();
    ensure!(address.starts_with("https://"), "{address}");
    let listed = say(folder.path(), &["user", "list", "--json"])?;
    ensure!(listed.code == 0, "{listed:?}");
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_danger_accept_invalid_certs(true)
        .build()?;
    let asked = client.get(format!("{address}/healthz")).send().await;
    ensure!(asked.is_err(), "there is no TLS yet: {asked:?}");
    ensure!(server.terminate()?.success());

    let both = [
        "serve",
        "--acme-domains",
        "a.test",
        "--tls-cert",
        "c.pem",
        "--port",
        "many",
    ];
    let refused = say(folder.path(), &both)?;
    for part in ["from files or from an authority", "server.port"] {
        ensure!(refused.stderr.contains(part), "{part}: {refused:?}");
    }
    Ok(())
}
