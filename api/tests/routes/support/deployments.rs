//! Deployments that a test states.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use blueprint::ports::{BoxedError, Deployment, DeploymentStatus, Deployments, StopError};

#[derive(Default)]
pub(crate) struct FakeDeployments(Mutex<HashMap<String, Deployment>>);

impl FakeDeployments {
    pub(crate) fn put(&self, application: &str, port: u16, status: DeploymentStatus) {
        let deployment = Deployment {
            application: application.to_owned(),
            owner: store::FIRST_WORKSPACE,
            status,
            url: format!("http://127.0.0.1:{port}/"),
            port,
            target: "process".to_owned(),
            release: 3,
            digest: "abc".to_owned(),
            since: "2026-11-23T18:00:00Z".to_owned(),
        };
        self.0
            .lock()
            .unwrap()
            .insert(application.to_owned(), deployment);
    }
}

#[async_trait]
impl Deployments for FakeDeployments {
    async fn list(&self) -> Result<Vec<Deployment>, BoxedError> {
        Ok(self.0.lock().unwrap().values().cloned().collect())
    }

    async fn get(&self, application: &str) -> Result<Option<Deployment>, BoxedError> {
        assert_ne!(application, "fatal", "this name makes the server panic");
        Ok(self.0.lock().unwrap().get(application).cloned())
    }

    async fn stop(&self, application: &str) -> Result<Option<Deployment>, StopError> {
        if application == "busy" {
            return Err(StopError::InTheWay("busy is being deployed".to_owned()));
        }
        let mut deployments = self.0.lock().unwrap();
        Ok(deployments.get_mut(application).map(|deployment| {
            deployment.status = DeploymentStatus::Stopped;
            deployment.clone()
        }))
    }
}
