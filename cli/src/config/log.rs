//! How much is logged, and for whom.

use clap::Args;
use tracing_subscriber::EnvFilter;

use super::layers::Layers;

#[derive(Args, Debug, Default)]
pub(crate) struct LogArgs {
    /// text for people or json for machines, on stderr [default: text]
    #[arg(long, env = "LATHE_LOG_FORMAT", value_name = "FORMAT", global = true)]
    log_format: Option<String>,
    /// error, warn, info, debug, trace, or directives such as info,runner=debug [default: info]
    #[arg(long, env = "LATHE_LOG_LEVEL", value_name = "LEVEL", global = true)]
    log_level: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Log {
    pub(crate) directives: String,
    pub(crate) json: bool,
}

impl LogArgs {
    pub(crate) fn give(&self, layers: &mut Layers) {
        layers.give("log.format", self.log_format.as_ref());
        layers.give("log.level", self.log_level.as_ref());
    }
}

impl Log {
    pub(crate) fn read(layers: &mut Layers) -> Option<Self> {
        let directives = layers.read_with("log.level", |text| match text.parse::<EnvFilter>() {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => Err(format!("is no log level: {error}")),
        });
        let json = layers.read_with("log.format", |text| match text {
            "text" => Ok(false),
            "json" => Ok(true),
            other => Err(format!("has to be text or json, not `{other}`")),
        });
        Some(Self {
            directives: directives?,
            json: json?,
        })
    }
}
