//! Counters and histograms of this process, in the form that Prometheus reads.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// From half a millisecond, which is a good answer, to a minute, which is the longest wait.
const SECONDS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0,
];

#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

#[derive(Debug, thiserror::Error)]
#[error("metrics can't be collected: {0}")]
pub struct MetricsError(#[from] BuildError);

impl Metrics {
    /// Starts to collect what this process counts. Once per process: a second call fails.
    pub fn install() -> Result<Self, MetricsError> {
        let builder = PrometheusBuilder::new();
        let builder =
            builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?;
        let handle = builder.install_recorder()?;
        describe();
        Ok(Self(handle))
    }

    pub(crate) fn render(&self) -> String {
        self.0.run_upkeep();
        self.0.render()
    }
}

fn describe() {
    metrics::describe_counter!(
        "lathe_http_requests_total",
        "Requests answered, by method, route and status."
    );
    metrics::describe_histogram!(
        "lathe_http_request_duration_seconds",
        "Time from request to reply."
    );
    metrics::describe_counter!(
        "lathe_executions_accepted_total",
        "Executions that this API accepted, by workflow."
    );
    metrics::describe_counter!(
        "lathe_executions_finished_total",
        "Executions that ended, by status."
    );
    metrics::describe_gauge!("lathe_queue_depth", "Tickets that no runner has taken yet.");
}
