//! The servers and programs that tests need, each private to one run.
//!
//! A service is one file: what must be installed, how it is started, when it is ready, what it tells the tests. Whatever the
//! user already provides is used as it is, and never changed or stopped.

mod chromium;
mod docker;
pub(crate) mod packages;
mod postgres;
mod python;
mod redis;
mod registry;

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use rustix::process::Signal;

use crate::{
    console,
    files::Scratch,
    interrupt::{Interrupt, Interrupted},
    ports,
    process::Background,
};

/// What a service stands on while it starts.
pub(crate) struct Ground<'a> {
    pub(crate) scratch: &'a Scratch,
    pub(crate) interrupt: &'a Interrupt,
    /// Whether databases must survive a power cut. Tests do not need that and are faster without; measurements do.
    pub(crate) durable: bool,
}

/// Names and values for the environment of the tests.
pub(crate) type Environment = Vec<(String, String)>;

pub(crate) trait Service: Send + Sync {
    fn name(&self) -> &'static str;

    /// The environment that already points to such a service, if the user brought one along.
    fn provided(&self) -> Option<Environment>;

    /// The programs that are missing, as names of Debian packages.
    fn missing_packages(&self) -> Vec<&'static str>;

    /// Starts the service and returns when it answers.
    fn start(&mut self, ground: &Ground<'_>) -> Result<Started>;

    /// Removes what ending the program leaves behind.
    fn clean_up(&mut self) {}
}

/// A service that answers.
pub(crate) struct Started {
    pub(crate) environment: Environment,
    /// None when the service is a program that each test starts for itself.
    pub(crate) program: Option<Background>,
    /// Where it can be reached, for the progress line.
    pub(crate) place: String,
}

/// Which services a command wants.
#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    All,
    Databases,
    Browser,
    /// What tools of the tests are written in.
    Python,
    /// A server on either backend, and a tool that is written in Python.
    DatabasesAndPython,
    /// What may be broken without being stopped: the program that breaks things starts what it kills.
    Chaos,
}

/// Services in the order of their start. Dropping the set stops them in reverse, then removes their folder.
pub(crate) struct ServiceSet {
    running: Vec<(Box<dyn Service>, Started)>,
    environment: Environment,
    unavailable: Vec<String>,
    scratch: Scratch,
}

impl ServiceSet {
    /// Installs what is missing where that is possible, and starts everything that the user does not provide.
    pub(crate) fn start(
        interrupt: &Interrupt,
        wanted: Wanted,
        durable: bool,
        keep: bool,
    ) -> Result<Self> {
        let scratch = Scratch::create("services", keep)?;
        let mut set = Self {
            running: Vec::new(),
            environment: Vec::new(),
            unavailable: Vec::new(),
            scratch,
        };
        let mut to_start = Vec::new();
        for service in services(wanted) {
            if let Some(environment) = service.provided() {
                console::line(&format!(
                    "{}: provided by you, used as it is",
                    service.name()
                ));
                set.environment.extend(environment);
            } else {
                to_start.push(service);
            }
        }
        packages::install(
            interrupt,
            &to_start
                .iter()
                .flat_map(|service| service.missing_packages())
                .collect::<Vec<_>>(),
        )?;
        for service in to_start {
            set.start_one(interrupt, service, durable)?;
        }
        Ok(set)
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// One sentence for each service that could not be had on this machine.
    pub(crate) fn unavailable(&self) -> &[String] {
        &self.unavailable
    }

    /// A folder for the caller that lives as long as the services.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf> {
        self.scratch.folder(name)
    }

    /// The name of the first service that ended on its own.
    pub(crate) fn first_dead(&self) -> Option<&'static str> {
        let dead = |started: &Started| started.program.as_ref().is_some_and(Background::has_ended);
        self.running
            .iter()
            .find(|(_, started)| dead(started))
            .map(|(service, _)| service.name())
    }

    fn start_one(
        &mut self,
        interrupt: &Interrupt,
        mut service: Box<dyn Service>,
        durable: bool,
    ) -> Result<()> {
        let ground = Ground {
            scratch: &self.scratch,
            interrupt,
            durable,
        };
        match service.start(&ground) {
            Ok(started) => {
                console::line(&format!("{}: ready, {}", service.name(), started.place));
                self.environment.extend(started.environment.iter().cloned());
                self.running.push((service, started));
                Ok(())
            }
            Err(error) if error.is::<docker::NotPossible>() => {
                service.clean_up();
                console::line(&format!("{}: {error}", service.name()));
                self.unavailable
                    .push(format!("{}: {error}", service.name()));
                Ok(())
            }
            Err(error) => {
                service.clean_up();
                Err(error).with_context(|| format!("{} could not be started", service.name()))
            }
        }
    }
}

impl Drop for ServiceSet {
    fn drop(&mut self) {
        while let Some((mut service, started)) = self.running.pop() {
            if let Some(program) = started.program {
                console::line(&format!("{}: stopping", service.name()));
                drop(program);
            }
            service.clean_up();
        }
    }
}

/// Starts a server on a free port. Between finding a port and using it another program may take it, hence three tries.
fn start_on_free_port(
    ground: &Ground<'_>,
    name: &str,
    stop_signal: Signal,
    deadline: Duration,
    command: impl Fn(u16) -> Result<std::process::Command>,
    is_ready: impl Fn(u16) -> bool,
) -> Result<(Background, u16)> {
    let mut tries = 3;
    loop {
        let port = ports::free()?;
        let log = ground.scratch.path().join(format!("{name}.log"));
        let program = Background::start(name, &mut command(port)?, Some(&log), stop_signal)?;
        tries -= 1;
        match program.wait_ready(ground.interrupt, deadline, || is_ready(port)) {
            Ok(()) => return Ok((program, port)),
            Err(error) if tries == 0 || error.is::<Interrupted>() || !program.has_ended() => {
                return Err(error);
            }
            Err(_) => {}
        }
    }
}

/// The value of a variable that the user has set, unless it is empty.
fn given(variable: &str) -> Option<String> {
    std::env::var(variable)
        .ok()
        .filter(|value| !value.is_empty())
}

fn services(wanted: Wanted) -> Vec<Box<dyn Service>> {
    let databases: [Box<dyn Service>; 2] = [Box::new(postgres::Postgres), Box::new(redis::Redis)];
    let containers: [Box<dyn Service>; 2] = [
        Box::<docker::Docker>::default(),
        Box::new(registry::Registry),
    ];
    let browser: [Box<dyn Service>; 1] = [Box::new(chromium::Chromium)];
    let python: [Box<dyn Service>; 1] = [Box::new(python::Python)];
    match wanted {
        Wanted::All => databases
            .into_iter()
            .chain(containers)
            .chain(browser)
            .chain(python)
            .collect(),
        Wanted::Databases => databases.into(),
        Wanted::Chaos => vec![Box::new(postgres::Postgres), Box::new(registry::Registry)],
        Wanted::Browser => browser.into(),
        Wanted::Python => python.into(),
        Wanted::DatabasesAndPython => databases.into_iter().chain(python).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// The real servers are started once here, because a mistake in this module shows nowhere else before every test fails.
    #[test]
    fn private_servers_start_answer_and_leave_nothing_behind() {
        let interrupt = Interrupt::none();
        let scratch = Scratch::create("test", false).unwrap();
        let ground = Ground {
            scratch: &scratch,
            interrupt: &interrupt,
            durable: false,
        };
        let folder = scratch.path().to_owned();

        let postgres = postgres::Postgres.start(&ground).unwrap();
        let url = &postgres.environment[0].1;
        let answer =
            crate::process::capture(Command::new("psql").args([url, "-Atc", "select 6 * 7"]))
                .unwrap();
        assert_eq!(answer.trim(), "42");

        let redis = redis::Redis.start(&ground).unwrap();
        assert!(redis.environment[0].1.starts_with("redis://"));

        let registry = registry::Registry.start(&ground).unwrap();
        let port = registry.environment[0]
            .1
            .rsplit(':')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(crate::http::get(port, "/v2/").unwrap().status, 200);

        drop((postgres, redis, registry));
        drop(scratch);
        assert!(!folder.exists());
    }

    #[test]
    fn a_private_docker_engine_starts_only_for_root() {
        let interrupt = Interrupt::none();
        let scratch = Scratch::create("test", false).unwrap();
        let ground = Ground {
            scratch: &scratch,
            interrupt: &interrupt,
            durable: false,
        };
        let mut docker = docker::Docker::default();
        match docker.start(&ground) {
            Ok(started) => {
                let socket = started.environment[0]
                    .1
                    .trim_start_matches("unix://")
                    .to_owned();
                let answer = crate::http::get_over_socket(socket.as_ref(), "/_ping").unwrap();
                assert!(answer.is_success());
            }
            Err(error) => assert!(
                !crate::tools::is_root() && error.is::<docker::NotPossible>(),
                "{error:#}"
            ),
        }
        docker.clean_up();
    }
}
