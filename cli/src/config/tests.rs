//! Layers beat each other in order, and all problems come together.

use clap::Parser;

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    accounts: AccountArgs,
    #[command(flatten)]
    backend: BackendArgs,
    #[command(flatten)]
    runner: RunnerArgs,
}

fn layers(arguments: &[&str]) -> Layers {
    let line = Line::try_parse_from([&["lathe"], arguments].concat()).unwrap();
    let mut layers = line.global.layers();
    line.listen.give(&mut layers);
    line.accounts.give(&mut layers);
    line.backend.give(&mut layers);
    line.runner.give(&mut layers);
    layers
}

fn complaint<T: std::fmt::Debug>(layers: Layers, value: Option<T>) -> String {
    crate::fault::describe(&layers.finish(value).unwrap_err(), false).0
}

#[test]
fn the_defaults_are_complete() {
    let mut layers = layers(&[]);
    let all = (
        Listen::read(&mut layers),
        Backend::read(&mut layers),
        Running::read(&mut layers),
        Allowed::read(&mut layers),
        Log::read(&mut layers),
        DataFolder::read(&mut layers),
    );
    assert_eq!(
        all.0.as_ref().map(|listen| listen.address.to_string()),
        Some("127.0.0.1:4000".to_owned())
    );
    assert_eq!(all.1, Some(Backend::Embedded));
    assert!(all.2.is_some() && all.3.is_some() && all.4.is_some() && all.5.is_some());
    layers.finish(Some(())).unwrap();
}

#[test]
fn a_flag_beats_the_file_and_the_file_beats_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lathe.toml");
    std::fs::write(&file, "[server]\nport = 4100\n[runner]\nmax_steps = 3\n").unwrap();
    let file = file.to_str().unwrap();
    let mut read = layers(&["--config", file]);
    assert_eq!(Listen::read(&mut read).unwrap().address.port(), 4100);
    assert_eq!(Running::read(&mut read).unwrap().max_steps, 3);
    let mut read = layers(&["--config", file, "--port", "4200"]);
    assert_eq!(Listen::read(&mut read).unwrap().address.port(), 4200);
}

#[test]
fn all_problems_come_together() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lathe.toml");
    std::fs::write(
        &file,
        "[server]\nprot = 1\nport = 99999\n[surver]\n[runner]\nlease = \"soon\"\n",
    )
    .unwrap();
    let mut layers = layers(&[
        "--config",
        file.to_str().unwrap(),
        "--database-url",
        "postgres://me:hunter2@db/x",
    ]);
    let all = (
        Listen::read(&mut layers),
        Backend::read(&mut layers),
        Running::read(&mut layers),
    );
    assert_eq!((&all.0, &all.1, &all.2), (&None, &None, &None));
    let text = complaint(layers, Some(all));
    for part in [
        "5 settings",
        "server.prot",
        "surver",
        "99999",
        "go together",
        "runner.lease",
        "`soon`",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(!text.contains("hunter2"));
}

#[test]
fn addresses_that_others_can_reach_need_a_word() {
    let mut refused = layers(&["--bind", "0.0.0.0"]);
    let listen = Listen::read(&mut refused);
    assert!(complaint(refused, listen).contains("plain HTTP"));
    let mut allowed = layers(&["--bind", "0.0.0.0", "--insecure-listen"]);
    assert!(Listen::read(&mut allowed).unwrap().exposed);
}

/// With TLS, passwords can't be read on the way: other machines may come without a word of the operator's.
#[test]
fn tls_opens_the_door_to_other_machines() {
    let tls = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    let mut open = layers(&[&["--bind", "0.0.0.0"][..], &tls].concat());
    let (listen, running) = (Listen::read(&mut open), Running::read(&mut open));
    let listen = listen.unwrap();
    assert!(listen.exposed && listen.perimeter.tls.is_some());
    assert_eq!(running.unwrap().url, "https://localhost:4000");
    open.finish(Some(())).unwrap();

    for (arguments, expected) in [
        (&["--tls-cert", "cert.pem"][..], "go together"),
        (
            &["--redirect-from", "0.0.0.0:80"],
            "no TLS to send anybody to",
        ),
        (&["--metrics-listen", "9090"], "127.0.0.1:9090"),
        (&["--cors-origins", "*"], "never `*`"),
        (&["--limit-per-token", "many"], "limits.per_token"),
    ] {
        let mut wrong = layers(arguments);
        let listen = Listen::read(&mut wrong);
        let told = complaint(wrong, listen);
        assert!(told.contains(expected), "{told}");
    }
}

/// A certificate that the server gets for itself opens the door, too, and says what the server is called.
#[test]
fn certificates_come_from_files_or_from_an_authority() {
    let names = ["--acme-domains", "Lathe.example.org,alias.example.org"];
    let mut open = layers(
        &[
            &["--bind", "0.0.0.0", "--redirect-from", "0.0.0.0:80"][..],
            &names,
        ]
        .concat(),
    );
    let (listen, running) = (Listen::read(&mut open), Running::read(&mut open));
    let listen = listen.unwrap();
    let Some(Tls::Acme(authority)) = &listen.perimeter.tls else {
        panic!("{listen:?}");
    };
    assert_eq!(
        authority.domains,
        ["lathe.example.org", "alias.example.org"]
    );
    assert!(authority.directory.contains("acme-v02.api.letsencrypt.org"));
    assert!(listen.exposed && listen.hosts == authority.domains);
    assert_eq!(running.unwrap().url, "https://lathe.example.org");
    open.finish(Some(())).unwrap();

    let mut wrong = layers(&[
        "--tls-cert",
        "cert.pem",
        "--acme-domains",
        "*.example.org",
        "--acme-directory",
        "http://ca/directory",
        "--acme-contact",
        "me",
        "--acme-ca",
        "/nowhere/ca.pem",
        "--port",
        "99999",
    ]);
    let listen = Listen::read(&mut wrong);
    let told = complaint(wrong, listen);
    for part in [
        "5 settings",
        "*.example.org",
        "http://ca/directory",
        "`me`",
        "/nowhere/ca.pem",
        "99999",
    ] {
        assert!(told.contains(part), "{part} is missing in {told}");
    }
    for (arguments, expected) in [
        (
            &["--tls-cert", "cert.pem", "--acme-domains", "a.example.org"][..],
            "from files or from an authority",
        ),
        (
            &["--acme-contact", "ops@example.org"],
            "does nothing without server.acme_domains",
        ),
    ] {
        let mut wrong = layers(arguments);
        let listen = Listen::read(&mut wrong);
        let told = complaint(wrong, listen);
        assert!(told.contains(expected), "{told}");
    }
}

const GITHUB: &str = r#"
[server]
url = "https://lathe.example.org"
[[accounts.providers]]
id = "github"
kind = "github"
client_id = "abc"
client_secret_file = "SECRET"
[[accounts.providers]]
id = "company"
kind = "oidc"
label = "Example Inc."
issuer = "https://login.example.org/realms/a/"
client_id = "lathe"
allowed_domains = ["example.org"]
registration = "open"
"#;

#[test]
fn services_to_log_in_by_come_from_the_file_or_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let (file, secret) = (
        folder.path().join("lathe.toml"),
        folder.path().join("secret"),
    );
    std::fs::write(&secret, "hunter2\n").unwrap();
    std::fs::write(&file, GITHUB.replace("SECRET", secret.to_str().unwrap())).unwrap();
    let file = file.to_str().unwrap();
    let mut read = layers(&["--config", file]);
    let accounts = Accounts::read(&mut read);
    let ids = |accounts: &Accounts| -> Vec<String> {
        let providers = accounts.providers.iter();
        providers.map(|provider| provider.id().to_owned()).collect()
    };
    assert_eq!(
        accounts.as_ref().map(ids),
        Some(vec!["github".to_owned(), "company".to_owned()])
    );
    assert!(!format!("{accounts:?}").contains("hunter2"));
    let json = r#"[{"id": "google", "kind": "google", "client_id": "a", "client_secret": "b"}]"#;
    let mut read = layers(&["--config", file, "--providers", json]);
    assert_eq!(
        Accounts::read(&mut read).as_ref().map(ids),
        Some(vec!["google".to_owned()])
    );
    // S10: where people are sent back to is not for a request to say.
    let mut read = layers(&["--providers", json]);
    let accounts = Accounts::read(&mut read);
    assert!(complaint(read, accounts).contains("server.url"));
}

#[test]
fn all_that_is_wrong_with_services_is_told_and_no_secret() {
    let json = r#"[
        {"id": "Git Hub", "kind": "github", "client_secret": "hunter2"},
        {"id": "a", "kind": "oidc", "client_id": "x", "issuer": "http://login.example.org", "client_secret": "hunter2"},
        {"id": "b", "kind": "google", "client_id": "x", "client_secret": 12345},
        {"id": "c", "kind": "google", "client_id": "x", "client_secret": "hunter2", "tenant": "y"},
        {"id": "d", "kind": "google", "client_id": "x", "client_secret_file": "/nowhere/secret"}
    ]"#;
    let mut read = layers(&["--providers", json]);
    let accounts = Accounts::read(&mut read);
    let text = complaint(read, accounts);
    for part in [
        "6 settings",
        "`Git Hub`: id",
        "`Git Hub`: client_id",
        "`a`: issuer",
        "`b`: client_secret",
        "`c`: unknown field",
        "`d`: client_secret_file /nowhere/secret",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(
        !text.contains("hunter2") && !text.contains("12345"),
        "{text}"
    );
    let mut read = layers(&["--providers", "hunter2"]);
    let accounts = Accounts::read(&mut read);
    let text = complaint(read, accounts);
    assert!(
        text.contains("JSON list") && !text.contains("hunter2"),
        "{text}"
    );
}

/// What is wrong with a proxy is told without the password in it.
#[test]
fn requests_go_out_by_a_proxy_that_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lathe.toml");
    let read = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let mut layers = layers(&["--config", file.to_str().unwrap()]);
        let allowed = Allowed::read(&mut layers);
        (layers, allowed)
    };
    let (good, allowed) = read(
        "[egress]\nproxy = \"http://me:hunter2@proxy:3128\"\nno_proxy = \"intranet,10.0.0.0/8\"\n",
    );
    assert!(allowed.is_some_and(|allowed| allowed.outgoing != egress::Outgoing::default()));
    good.finish(Some(())).unwrap();
    let (wrong, allowed) =
        read("[egress]\nproxy = \"socks5://me:hunter2@proxy\"\nno_proxy = \"*\"\n");
    let told = complaint(wrong, allowed);
    for part in ["egress.proxy", "egress.no_proxy", "`*`"] {
        assert!(told.contains(part), "{part} is missing in {told}");
    }
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn previews_end_after_a_while_or_never() {
    let read = |text: &str| {
        let mut layers = layers(&["--previews-end-after", text]);
        let listen = Listen::read(&mut layers);
        (listen.map(|listen| listen.previews_end_after), layers)
    };
    let hours = |hours: u64| std::time::Duration::from_secs(hours * 60 * 60);
    let mut default = layers(&[]);
    let listen = Listen::read(&mut default).unwrap();
    assert_eq!(listen.previews_end_after, Some(hours(2)));
    assert_eq!(read("3h").0, Some(Some(hours(3))));
    assert_eq!(read("").0, Some(None));
    let (listen, layers) = read("10ms");
    assert!(complaint(layers, listen).contains("has to be at least 1s"));
}
