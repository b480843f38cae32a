//! What a watcher of a run is told, wherever the run takes place, and how it ended.

use engine::execution::{Event, Status, StepStatus};
use engine::node::ErrorValue;
use engine::ports::bus::Progress;
use engine::ports::logs::LogLine;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

#[derive(Debug, Clone)]
pub(crate) enum News {
    Event(Box<Event>),
    Log(LogLine),
    Progress(Progress),
}

/// A run that has ended, as far as the command line shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) id: Uuid,
    pub(crate) workflow_name: String,
    pub(crate) workflow_version: u32,
    pub(crate) status: Status,
    pub(crate) output: Option<Value>,
    pub(crate) error: Option<ErrorValue>,
    pub(crate) duration_ms: Option<i64>,
    #[serde(default)]
    pub(crate) steps: Vec<EndedStep>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EndedStep {
    pub(crate) path: String,
    pub(crate) kind: String,
    pub(crate) status: StepStatus,
    pub(crate) attempt: u32,
    /// Why it ran, or why it did not have to.
    pub(crate) reason: Option<String>,
    pub(crate) error: Option<ErrorValue>,
    pub(crate) duration_ms: Option<i64>,
}

impl News {
    /// Reads a message of a server's event stream.
    pub(crate) fn parse(text: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Kind {
            #[serde(rename = "type")]
            kind: String,
        }
        let kind: Kind = serde_json::from_str(text)?;
        match kind.kind.as_str() {
            "log" => serde_json::from_str(text).map(Self::Log),
            "progress" => serde_json::from_str(text).map(Self::Progress),
            _ => serde_json::from_str(text).map(|event| Self::Event(Box::new(event))),
        }
    }

    /// The same words as a server's event stream.
    pub(crate) fn to_json(&self) -> serde_json::Result<Value> {
        let (mut value, kind) = match self {
            Self::Event(event) => return serde_json::to_value(event),
            Self::Log(line) => (serde_json::to_value(line)?, "log"),
            Self::Progress(progress) => (serde_json::to_value(progress)?, "progress"),
        };
        if let Value::Object(fields) = &mut value {
            fields.insert("type".to_owned(), Value::from(kind));
        }
        Ok(value)
    }

    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self, Self::Event(event) if event.kind.is_terminal())
    }
}

impl Ended {
    /// 0 for a success, 130 for a cancelled run as for an interrupted program, 1 for the rest.
    pub(crate) fn exit_code(&self) -> u8 {
        match self.status {
            Status::Succeeded => 0,
            Status::Cancelled => 130,
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_a_server_are_understood_and_repeated() {
        let messages = [
            r#"{"type":"execution.running","seq":2,"at":"2026-11-23T19:00:00.000Z"}"#,
            r#"{"type":"step.succeeded","seq":5,"at":"2026-11-23T19:00:00.000Z","step":"build","attempt":1,"port":"out"}"#,
            r#"{"type":"log","id":42,"at":"2026-11-23T19:00:00.000Z","step":"build","attempt":1,"stream":"stderr","text":"x"}"#,
            r#"{"type":"progress","at":"2026-11-23T19:00:00.000Z","step":"build","attempt":1,"fraction":0.5,"message":"half"}"#,
        ];
        for message in messages {
            let news = News::parse(message).unwrap().to_json().unwrap();
            let told: Value = serde_json::from_str(message).unwrap();
            assert_eq!(
                (&news["type"], &news["step"]),
                (&told["type"], &told["step"])
            );
        }
        assert!(
            News::parse(r#"{"type":"execution.succeeded","seq":9,"at":"2026-11-23T19:00:00Z"}"#)
                .unwrap()
                .is_terminal()
        );
    }
}
