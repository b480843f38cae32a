//! The container of a release: confined, published on this machine's loopback only.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::models::{
    ContainerCreateBody, ContainerUpdateBody, HostConfig, HostConfigLogConfig, PortBinding,
    RestartPolicy, RestartPolicyNameEnum,
};
use bollard::query_parameters::{
    CreateContainerOptions, LogsOptions, RemoveContainerOptions, StartContainerOptions,
    StopContainerOptions,
};
use engine::node::Failure;
use futures::StreamExt;

use super::{Docker, is_missing};

/// No more than this of what a container wrote is held at a time.
const MOST_OF_LOG: usize = 1024 * 1024;

/// A container to be started.
pub(crate) struct Container {
    pub(crate) name: String,
    pub(crate) image: String,
    /// `NAME=value`.
    pub(crate) environment: Vec<String>,
    pub(crate) labels: HashMap<String, String>,
    /// The named volume for `/data`.
    pub(crate) volume: String,
    /// The port on this machine, and the one inside.
    pub(crate) port: u16,
    pub(crate) inner_port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Running,
    Stopped,
    Missing,
}

/// What the engine tells of a container.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) running: bool,
    /// In RFC 3339.
    pub(crate) started_at: Option<String>,
    /// What it ended with.
    pub(crate) exit_code: Option<i64>,
    pub(crate) out_of_memory: bool,
}

/// Something that a container wrote: a line with the time in front of it, mostly.
pub(crate) struct Written {
    pub(crate) is_error: bool,
    pub(crate) bytes: Vec<u8>,
}

/// More processes than this are a fork bomb rather than a web application.
const MOST_PROCESSES: i64 = 512;

impl Docker {
    /// Creates and starts a container and gives its id. One of the same name, left by a broken-off attempt, goes.
    pub(crate) async fn start(&self, container: Container) -> Result<String, Failure> {
        let engine = self.engine().await?;
        self.remove(&container.name).await?;
        let inner_port = format!("{}/tcp", container.inner_port);
        let binding = PortBinding {
            host_ip: Some("127.0.0.1".to_owned()),
            host_port: Some(container.port.to_string()),
        };
        let logs = HashMap::from([("max-size", "10m"), ("max-file", "3")]);
        let host = HostConfig {
            binds: Some(vec![format!("{}:/data", container.volume)]),
            port_bindings: Some(HashMap::from([(inner_port.clone(), Some(vec![binding]))])),
            log_config: Some(HostConfigLogConfig {
                typ: Some("json-file".to_owned()),
                config: Some(
                    logs.into_iter()
                        .map(|(name, value)| (name.to_owned(), value.to_owned()))
                        .collect(),
                ),
            }),
            cap_drop: Some(vec!["ALL".to_owned()]),
            security_opt: Some(vec!["no-new-privileges".to_owned()]),
            readonly_rootfs: Some(true),
            tmpfs: Some(HashMap::from([("/tmp".to_owned(), "size=64m".to_owned())])),
            pids_limit: Some(MOST_PROCESSES),
            ..HostConfig::default()
        };
        let body = ContainerCreateBody {
            image: Some(container.image),
            env: Some(container.environment),
            labels: Some(container.labels),
            exposed_ports: Some(vec![inner_port]),
            host_config: Some(host),
            ..ContainerCreateBody::default()
        };
        let options = CreateContainerOptions {
            name: Some(container.name.clone()),
            ..CreateContainerOptions::default()
        };
        let created = engine.create_container(Some(options), body).await;
        let created = created.map_err(|error| self.failed("creating the container", &error))?;
        if let Err(error) = engine
            .start_container(&created.id, None::<StartContainerOptions>)
            .await
        {
            self.remove(&created.id).await?;
            return Err(self.failed("starting the container", &error));
        }
        Ok(created.id)
    }

    /// From now on the engine starts it again when it ends, or when the engine itself was restarted.
    /// A release that has still to prove itself is not given that, so that its end is seen.
    pub(crate) async fn keep(&self, id: &str) -> Result<(), Failure> {
        let restart = RestartPolicy {
            name: Some(RestartPolicyNameEnum::UNLESS_STOPPED),
            maximum_retry_count: None,
        };
        let update = ContainerUpdateBody {
            restart_policy: Some(restart),
            ..ContainerUpdateBody::default()
        };
        let updated = self.engine().await?.update_container(id, update).await;
        updated.map_err(|error| self.failed("settling the container", &error))
    }

    pub(crate) async fn state(&self, id: &str) -> Result<State, Failure> {
        match self.engine().await?.inspect_container(id, None).await {
            Err(error) if is_missing(&error) => Ok(State::Missing),
            Err(error) => Err(self.failed("looking at the container", &error)),
            Ok(found) => {
                let running = found.state.and_then(|state| state.running).unwrap_or(false);
                Ok(if running {
                    State::Running
                } else {
                    State::Stopped
                })
            }
        }
    }

    /// Asks a container to stop, and makes it after a while; it stays and can be started again.
    pub(crate) async fn stop(&self, id: &str, grace: Duration) -> Result<(), Failure> {
        let seconds = i32::try_from(grace.as_secs()).unwrap_or(i32::MAX);
        let options = StopContainerOptions {
            t: Some(seconds),
            ..StopContainerOptions::default()
        };
        match self.engine().await?.stop_container(id, Some(options)).await {
            Err(error) if !is_missing(&error) => Err(self.failed("stopping the container", &error)),
            _ => Ok(()),
        }
    }

    /// Removes a container, running or not. Its named volume stays.
    pub(crate) async fn remove(&self, id: &str) -> Result<(), Failure> {
        let options = RemoveContainerOptions {
            force: true,
            ..RemoveContainerOptions::default()
        };
        match self
            .engine()
            .await?
            .remove_container(id, Some(options))
            .await
        {
            Err(error) if !is_missing(&error) => Err(self.failed("removing the container", &error)),
            _ => Ok(()),
        }
    }

    /// Removes a container with its volume.
    #[cfg(test)]
    pub(crate) async fn forget_container(&self, id: &str) {
        use bollard::query_parameters::RemoveVolumeOptions;
        let engine = self.engine().await.unwrap();
        let mounts = engine
            .inspect_container(id, None)
            .await
            .unwrap()
            .mounts
            .unwrap_or_default();
        self.remove(id).await.unwrap();
        for volume in mounts.into_iter().filter_map(|mount| mount.name) {
            engine
                .remove_volume(&volume, None::<RemoveVolumeOptions>)
                .await
                .unwrap();
        }
    }

    /// The last lines that a container wrote.
    pub(crate) async fn last_words(&self, id: &str) -> Result<String, Failure> {
        let options = LogsOptions {
            stdout: true,
            stderr: true,
            tail: "20".to_owned(),
            ..LogsOptions::default()
        };
        let mut news = self.engine().await?.logs(id, Some(options));
        let mut text = String::new();
        while let Some(Ok(output)) = news.next().await {
            text.push_str(&String::from_utf8_lossy(&output.into_bytes()));
        }
        Ok(text)
    }

    /// What the engine tells of a container; `None` when there is none.
    pub(crate) async fn found(&self, id: &str) -> Result<Option<Found>, Failure> {
        let found = match self.engine().await?.inspect_container(id, None).await {
            Err(error) if is_missing(&error) => return Ok(None),
            found => found.map_err(|error| self.failed("looking at the container", &error))?,
        };
        let state = found.state.unwrap_or_default();
        Ok(Some(Found {
            running: state.running.unwrap_or(false),
            started_at: state.started_at,
            exit_code: state.exit_code,
            out_of_memory: state.oom_killed.unwrap_or(false),
        }))
    }

    /// The last lines that a container wrote, each with its time, or the last of them that are not too much; `None` when
    /// there is no such container.
    pub(crate) async fn log(
        &self,
        id: &str,
        lines: usize,
    ) -> Result<Option<Vec<Written>>, Failure> {
        let options = LogsOptions {
            stdout: true,
            stderr: true,
            timestamps: true,
            tail: lines.to_string(),
            ..LogsOptions::default()
        };
        let mut news = self.engine().await?.logs(id, Some(options));
        let (mut kept, mut held) = (VecDeque::<Written>::new(), 0);
        while let Some(output) = news.next().await {
            let (is_error, message) = match output {
                Ok(LogOutput::StdErr { message }) => (true, message),
                Ok(LogOutput::StdOut { message } | LogOutput::Console { message }) => {
                    (false, message)
                }
                Ok(LogOutput::StdIn { .. }) => continue,
                Err(error) if is_missing(&error) => return Ok(None),
                Err(error) => return Err(self.failed("reading the container's log", &error)),
            };
            held += message.len();
            kept.push_back(Written {
                is_error,
                bytes: message.to_vec(),
            });
            while held > MOST_OF_LOG && kept.len() > 1 {
                held -= kept.pop_front().map_or(0, |first| first.bytes.len());
            }
        }
        Ok(Some(kept.into()))
    }
}
