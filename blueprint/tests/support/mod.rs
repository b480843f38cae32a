//! Building and running a generated project, as its owner would.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use blueprint::File;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// All files get one old date. Package versions carry a digest of the sources, so cargo then takes what it
    /// built from equal sources in another folder, and cannot take what it built from different ones.
    pub(crate) fn write(files: &[File]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &file.contents).unwrap();
            let handle = std::fs::File::options().write(true).open(&path).unwrap();
            handle
                .set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000))
                .unwrap();
        }
        Self { folder }
    }

    /// Runs cargo with nothing to download, or else once more with the network. Warnings are failures.
    pub(crate) fn cargo(&self, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let run = |offline: bool| {
            let mut command = Command::new("cargo");
            command
                .current_dir(self.folder.path())
                .args(arguments)
                .arg("--locked");
            if offline {
                command.arg("--offline");
            }
            for name in [
                "RUSTFLAGS",
                "CARGO_ENCODED_RUSTFLAGS",
                "TEST_DATABASE_URL",
                "DATABASE_URL",
            ] {
                command.env_remove(name);
            }
            command
                .env("CARGO_TARGET_DIR", build_folder())
                .envs(variables.iter().copied());
            command.output().expect("cargo runs")
        };
        let mut output = run(true);
        if !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("--offline")
        {
            output = run(false);
        }
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{printed}\n{errors}");
        assert!(!errors.contains("warning"), "{errors}");
        printed
    }

    /// Builds the release binary and copies it out of the shared folder, where the next build replaces it.
    pub(crate) fn build(&self) -> PathBuf {
        let printed = self.cargo(&["build", "--release", "--message-format=json"], &[]);
        let mut messages = printed
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let built = messages.find_map(|message| message["executable"].as_str().map(PathBuf::from));
        let binary = self.folder.path().join("app");
        std::fs::copy(built.expect("cargo names the binary"), &binary).unwrap();
        binary
    }
}

fn build_folder() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    variable("LATHE_BUILD_CACHE")
        .or_else(|| variable("CARGO_TARGET_DIR").map(|folder| folder.join("generated")))
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/generated"))
}

/// A running application; it is stopped at the end, whatever happens.
pub(crate) struct Running {
    child: Child,
    address: String,
}

impl Running {
    pub(crate) fn start(binary: &Path, variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(binary)
            .env_clear()
            .env("PORT", "0")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("piped"))
            .read_line(&mut line)
            .unwrap();
        let started: Value = serde_json::from_str(&line).expect("the first line is JSON");
        assert_eq!(started["event"], "listening", "{line}");
        let address = started["address"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://")
            .to_owned();
        Self { child, address }
    }

    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let (status, text) = self.raw(method, path, body);
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub(crate) fn raw(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, String) {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status");
        (status, body.to_owned())
    }

    /// SIGTERM ends it in good order.
    pub(crate) fn stop(mut self) {
        let told = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(told.success());
        assert!(self.child.wait().unwrap().success(), "it ends with success");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After `stop` there is nothing left to kill, and that is as it should be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A Postgres for tests: the one in `TEST_DATABASE_URL`, or a private one that ends with the test.
pub(crate) struct Postgres {
    pub(crate) url: String,
    private: Option<(TempDir, PathBuf)>,
}

pub(crate) fn postgres() -> Postgres {
    if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
        return Postgres { url, private: None };
    }
    let programs = programs();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .unwrap()
        .stdout
        .starts_with(b"0\n");
    if is_root {
        run(Command::new("chown").arg("nobody").arg(folder.path()));
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let initdb = format!(
        "'{}' -D '{}' -U postgres -A trust",
        programs.join("initdb").display(),
        data.display()
    );
    let start = format!(
        "'{}' -D '{}' -w -l '{}' -o \"-k '' -p {port} -c listen_addresses=127.0.0.1 -c fsync=off\" start",
        programs.join("pg_ctl").display(),
        data.display(),
        folder.path().join("log").display()
    );
    for line in [initdb, start] {
        // Postgres refuses to run as root.
        let mut command = Command::new(if is_root { "su" } else { "sh" });
        command
            .args(if is_root {
                &["-s", "/bin/sh", "nobody", "-c"][..]
            } else {
                &["-c"][..]
            })
            .arg(line);
        run(command.current_dir(folder.path()));
    }
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    Postgres {
        url,
        private: Some((folder, programs)),
    }
}

impl Postgres {
    /// The address of an empty schema in this server.
    pub(crate) fn fresh_schema(&self) -> String {
        let schema = format!("app_{}", std::process::id());
        let statement = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
        run(Command::new(programs().join("psql")).args([&self.url, "-q", "-c", &statement]));
        let separator = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{separator}options=-c%20search_path%3D{schema}", self.url)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let Some((folder, _)) = &self.private else {
            return;
        };
        let pid =
            std::fs::read_to_string(folder.path().join("data/postmaster.pid")).unwrap_or_default();
        if let Some(pid) = pid.lines().next() {
            // An immediate end is fine: the data goes as well.
            let _ = Command::new("kill").args(["-QUIT", pid]).status();
        }
    }
}

fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .expect("Postgres is installed, or TEST_DATABASE_URL is set");
    let mut folders: Vec<PathBuf> = versions
        .map(|entry| entry.unwrap().path().join("bin"))
        .collect();
    folders.sort();
    folders.pop().expect("a version of Postgres")
}

fn run(command: &mut Command) {
    let status = command
        .stdout(Stdio::null())
        .status()
        .expect("the program is there");
    assert!(status.success(), "{command:?}");
}
