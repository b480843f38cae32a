//! An installation on Postgres and Redis whose processes can be killed, stopped and cut off one by one.

use std::{
    ops::{Deref, DerefMut},
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use crate::{
    api::Api,
    check::{Expected, check},
    database::Database,
    dice::Dice,
    facts,
    ledger::{Call, Ledger, Pace},
    load::Load,
    patience,
    process::Process,
    proxy::Proxy,
    servers::{RedisServer, free_port},
    setting::{GRACE, LEASE, Setting},
    tally::Tally,
    workflow,
};

pub(crate) struct Installation<'s> {
    pub(crate) setting: &'s Setting,
    pub(crate) database: Database,
    pub(crate) redis: RedisServer,
    pub(crate) ledger: Ledger,
    pub(crate) dice: Dice,
    pub(crate) folder: PathBuf,
    api_port: u16,
}

/// A process with its own wires to both servers.
pub(crate) struct Member {
    process: Process,
    pub(crate) name: String,
    pub(crate) to_database: Proxy,
    pub(crate) to_redis: Proxy,
}

/// How many executions a scenario begins.
pub(crate) const EXECUTIONS: usize = 200;

impl<'s> Installation<'s> {
    pub(crate) async fn create(setting: &'s Setting, scenario: &str) -> Result<Self> {
        Self::create_on(setting, scenario, &setting.database_server().await?).await
    }

    pub(crate) async fn create_on(
        setting: &'s Setting,
        scenario: &str,
        server: &str,
    ) -> Result<Self> {
        let name = format!("{}_{}", scenario.to_lowercase(), setting.number());
        let (folder, mut dice) = (setting.folder(scenario)?, setting.dice(scenario));
        let ledger_dice = dice.split();
        Ok(Self {
            setting,
            database: Database::create(server, &name).await?,
            redis: RedisServer::start().await?,
            ledger: Ledger::open(&folder, ledger_dice).await?,
            dice,
            folder,
            api_port: free_port()?,
        })
    }

    pub(crate) async fn start(&mut self, name: &str, arguments: &[&str]) -> Result<Member> {
        let to_database = Proxy::start(self.database.port, self.dice.split()).await?;
        let to_redis = Proxy::start(self.redis.port, self.dice.split()).await?;
        let database = self.database.url_through(to_database.port)?;
        let redis = format!("redis://127.0.0.1:{}", to_redis.port);
        let backends = ["--database-url", &database, "--redis-url", &redis];
        let all = [arguments, &backends].concat();
        let process = Process::start(&self.setting.lathe, &self.folder, name, &all).await?;
        Ok(Member {
            process,
            name: name.to_owned(),
            to_database,
            to_redis,
        })
    }

    /// The interface, runners of these names, and a load of diamonds, whose calls take so long.
    pub(crate) async fn staffed(
        &mut self,
        runners: &[&str],
        pace: Pace,
    ) -> Result<(Vec<Member>, Load)> {
        let mut members = vec![self.api().await?];
        for name in runners {
            members.push(self.runner(name).await?);
        }
        self.ledger.pace(pace);
        Ok((members, self.load().await?))
    }

    /// The interface, always at the same address.
    pub(crate) async fn api(&mut self) -> Result<Member> {
        let port = self.api_port.to_string();
        self.start("api", &["api", "--port", &port, "--allow-commands"])
            .await
    }

    pub(crate) async fn runner(&mut self, name: &str) -> Result<Member> {
        self.runner_with(name, &[]).await
    }

    pub(crate) async fn runner_with(&mut self, name: &str, more: &[&str]) -> Result<Member> {
        let lease = format!("{}s", LEASE.as_secs());
        let own = [
            "runner",
            "--allow-commands",
            "--runner-name",
            name,
            "--lease",
            &lease,
        ];
        self.start(name, &[&own, more].concat()).await
    }

    pub(crate) fn client(&self) -> Result<Api> {
        Api::at(self.api_port)
    }

    /// The name of the runner in whose hands a call is.
    pub(crate) async fn holder_of(&self, call: &Call) -> Result<String> {
        let client = self.client()?;
        let execution = client.execution(&call.execution).await?;
        let mut steps = execution["steps"].as_array().into_iter().flatten();
        let step = steps.find(|step| step["path"] == call.step.as_str());
        let holder = step.context("no such step")?["runner"].clone();
        let status = client.get("/api/status").await?.good()?;
        let mut runners = status["runners"].as_array().into_iter().flatten();
        let known = runners.find(|runner| runner["id"] == holder);
        let name = known.and_then(|runner| runner["name"].as_str());
        Ok(name
            .context("its runner is not among the living")?
            .to_owned())
    }

    /// A workflow of ten steps that call the ledger, and whoever wants runs of it.
    pub(crate) async fn load(&self) -> Result<Load> {
        let api = self.client()?;
        let source = workflow::diamond("diamond", &self.ledger.url);
        let workflow = api.keep(&source).await?;
        let prefix = format!("key-{}", self.setting.number());
        Ok(Load::new(api, &workflow, &prefix))
    }

    /// Waits until everything has ended, as long as it may take; returns how long it took.
    pub(crate) async fn settle(&self) -> Duration {
        let began = Instant::now();
        let open = "SELECT count(*) FROM executions WHERE status IN ('queued', 'running', 'paused', 'cleaning_up')";
        let ended = async || Ok((self.database.number(open).await? == 0).then_some(()));
        // What has not ended by then, the checker finds.
        let _ = patience::until("the end of everything", LEASE + GRACE, ended).await;
        began.elapsed()
    }

    /// Waits for the end, then checks everything.
    pub(crate) async fn conclude(&self, load: &Load, tally: &mut Tally) -> Result<()> {
        self.conclude_with(load, &["succeeded"], tally).await
    }

    pub(crate) async fn conclude_with(
        &self,
        load: &Load,
        ends: &[&str],
        tally: &mut Tally,
    ) -> Result<()> {
        self.settle().await;
        let expected = Expected {
            acked: &load.acked(),
            lines: &self.ledger.lines(),
            ends,
        };
        check(
            &facts::of_postgres(&self.database.pool).await?,
            &expected,
            tally,
        );
        load.tell_strange(tally);
        let refused = load.refused();
        if !refused.is_empty() {
            tally.note(format!("refused and asked again, by status: {refused:?}"));
        }
        Ok(())
    }

    pub(crate) async fn remove(self) -> Result<()> {
        self.database.remove().await
    }
}

impl Member {
    pub(crate) async fn kill(self) -> Result<()> {
        self.process.kill().await
    }
}

impl Deref for Member {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.process
    }
}

impl DerefMut for Member {
    fn deref_mut(&mut self) -> &mut Process {
        &mut self.process
    }
}
