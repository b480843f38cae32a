//! How the failures of store, launcher, engine and blueprint become replies.

use blueprint::Invalid;
use engine::ports::PortError;
use engine::ports::launcher::{CancelError, ChangeError, LaunchError, MoveError};
use engine::problem::{Problem, Problems};
use store::StoreError;

use super::{ApiError, Code, ErrorDetail};

const AWAY: &str =
    "the database or the blob store can't be reached or is busy; try again in a moment";

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::not_found(what),
            StoreError::NameTaken { .. }
            | StoreError::KeyReused
            | StoreError::TooMany { .. }
            | StoreError::Stale { .. }
            | StoreError::LastOwner
            | StoreError::LastAdministrator
            | StoreError::LastWayIn
            | StoreError::IdentityTaken
            | StoreError::RoleInUse
            | StoreError::LetterDue
            | StoreError::WorkspaceEnding
            | StoreError::ApplicationGone => Self::conflict(error.to_string()),
            StoreError::Outdated(_) => Self::new(Code::PreconditionFailed, error.to_string()),
            StoreError::NotAdmitted => Self::new(Code::Forbidden, error.to_string()),
            StoreError::BadCursor => Self::bad_request(error.to_string()),
            error if error.is_unstorable_text() => Self::invalid(
                "",
                "a text holds the character NUL, which the database can't keep",
            ),
            error if error.is_transient() => Self::unavailable(AWAY).because(error),
            error => Self::internal(error),
        }
    }
}

impl From<PortError> for ApiError {
    fn from(error: PortError) -> Self {
        if error.transient {
            Self::unavailable(AWAY).because(error)
        } else {
            Self::internal(error)
        }
    }
}

impl From<LaunchError> for ApiError {
    fn from(error: LaunchError) -> Self {
        match error {
            LaunchError::Invalid(problems) => {
                Self::from_problems("the execution can't begin", problems)
            }
            LaunchError::Unavailable(message) => Self::unavailable(message),
            LaunchError::Port(error) => error.into(),
        }
    }
}

impl From<CancelError> for ApiError {
    fn from(error: CancelError) -> Self {
        match error {
            CancelError::NotFound => Self::not_found("execution"),
            CancelError::Ended => Self::conflict(error.to_string()),
            CancelError::Port(error) => error.into(),
        }
    }
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound => Self::not_found("execution"),
            ChangeError::NoSuchStep => Self::new(Code::NotFound, error.to_string()),
            ChangeError::NotNow(_)
            | ChangeError::Held
            | ChangeError::NotPaused
            | ChangeError::Busy
            | ChangeError::Called
            | ChangeError::StepNotNow(_)
            | ChangeError::NoSuchWait => Self::conflict(error.to_string()),
            ChangeError::Unfit(unfit) => {
                Self::from_problems("the answer does not fit what is asked", unfit.0)
            }
            ChangeError::Foreign(problems) => {
                Self::from_problems("the step can't be given this", problems)
            }
            ChangeError::Invalid(problems) => {
                Self::from_problems("its workflow can't be read here", problems)
            }
            ChangeError::Port(error) => error.into(),
        }
    }
}

impl From<MoveError> for ApiError {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::Change(error) => error.into(),
            MoveError::Launch(error) => error.into(),
            MoveError::Outdated => Self::conflict(error.to_string()),
        }
    }
}

impl From<Invalid> for ApiError {
    fn from(invalid: Invalid) -> Self {
        let details: Vec<ErrorDetail> = invalid
            .problems
            .into_iter()
            .map(ErrorDetail::from)
            .collect();
        Self::listed("the document is not valid", details)
    }
}

impl ApiError {
    /// `what` says what the problems stand in the way of.
    pub(crate) fn from_problems(what: &str, problems: Problems) -> Self {
        Self::listed(
            what,
            problems.0.into_iter().map(ErrorDetail::from).collect(),
        )
    }

    /// The faults of a body, all of them.
    pub(crate) fn faulty(faults: Vec<ErrorDetail>) -> Self {
        let message = match &*faults {
            [only] => only.message.clone(),
            several => format!("the body has {} faults", several.len()),
        };
        Self::new(Code::ValidationFailed, message).with_details(faults)
    }

    pub(crate) fn listed(what: &str, details: Vec<ErrorDetail>) -> Self {
        let message = match &*details {
            [only] => format!("{what}: {}", only.message),
            several => format!("{what}: {} problems", several.len()),
        };
        Self::new(Code::ValidationFailed, message).with_details(details)
    }
}

impl From<Problem> for ErrorDetail {
    fn from(problem: Problem) -> Self {
        Self {
            place: None,
            path: Some(problem.path),
            node: problem.node,
            field: problem.field,
            line: problem.line,
            column: problem.column,
            message: problem.message,
        }
    }
}

impl From<blueprint::Problem> for ErrorDetail {
    fn from(problem: blueprint::Problem) -> Self {
        Self {
            path: Some(problem.path),
            line: problem.line,
            column: problem.column,
            message: problem.message,
            ..Self::default()
        }
    }
}
