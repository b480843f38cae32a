//! The hand that a process reaches into the world with: every call of a port goes through it, and meets what the dice
//! have in store for it.

use std::sync::Arc;
use std::time::Duration;

use engine::ports::{PortError, PortResult};
use uuid::Uuid;

use crate::checks;
use crate::faults::{Course, Fault, Service};
use crate::process::Process;
use crate::world::{World, lock};

#[derive(Clone)]
pub(crate) struct Hand {
    pub(crate) process: Arc<Process>,
}

/// What is asked of whom.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub(crate) service: Service,
    pub(crate) what: &'static str,
    pub(crate) about: Uuid,
    /// Whether trouble is to be met here more often.
    pub(crate) matters: bool,
}

pub(crate) fn away(what: &'static str) -> PortError {
    PortError {
        doing: what,
        transient: true,
        source: "the simulated network is in trouble".into(),
    }
}

impl Hand {
    pub(crate) fn new(process: &Arc<Process>) -> Self {
        Self {
            process: Arc::clone(process),
        }
    }

    pub(crate) fn world(&self) -> &Arc<World> {
        &self.process.world
    }

    /// A question to the store that nothing much depends on.
    pub(crate) async fn ask<T>(
        &self,
        what: &'static str,
        about: Uuid,
        answer: impl FnOnce(&World) -> T + Send,
    ) -> PortResult<T> {
        let (service, matters) = (Service::Store, false);
        self.call(
            Call {
                service,
                what,
                about,
                matters,
            },
            answer,
        )
        .await
    }

    /// The same, met by more trouble.
    pub(crate) async fn ask_anxiously<T>(
        &self,
        what: &'static str,
        about: Uuid,
        answer: impl FnOnce(&World) -> T + Send,
    ) -> PortResult<T> {
        let (service, matters) = (Service::Store, true);
        self.call(
            Call {
                service,
                what,
                about,
                matters,
            },
            answer,
        )
        .await
    }

    pub(crate) async fn call<T>(
        &self,
        call: Call,
        answer: impl FnOnce(&World) -> T + Send,
    ) -> PortResult<T> {
        let course = self.depart(call).await?;
        if course.fails || course.arrives_after.is_some() {
            self.count(Fault::CallFailed, call);
            return Err(self.fail(call, course).await);
        }
        let world = self.world();
        if lock(&world.faults).is_away(call.service) {
            return Err(self.fail(call, course).await);
        }
        let answer = answer(world);
        self.arrive(call, course).await?;
        Ok(answer)
    }

    /// The way there: a process may die or be stopped before its call leaves it.
    pub(crate) async fn depart(&self, call: Call) -> PortResult<Course> {
        let (process, world) = (&self.process, self.world());
        process.acts().await;
        let calls = {
            let mut tally = lock(&world.tally);
            tally.calls += 1;
            tally.calls
        };
        if calls > MOST_CALLS {
            if calls == MOST_CALLS + 1 {
                let what = format!(
                    "it does not come to rest: {} is the {calls}th call of its world",
                    call.what
                );
                world.violated(checks::I7, call.about, what);
            }
            // What turns in a circle takes no time, and would never end.
            process.kill();
            process.acts().await;
        }
        let course = {
            let faults = lock(&world.faults);
            Course::drawn(&faults, &mut world.dice(), call.matters)
        };
        if course.crash_before {
            self.count(Fault::CrashInCall, call);
            process.kill();
        }
        if let Some(span) = course.stop_before {
            self.count(Fault::Stop, call);
            process.stop_for(span);
        }
        process.acts().await;
        pass(course.there).await;
        if course.there > SLOW {
            self.count(Fault::Slow, call);
        }
        Ok(course)
    }

    /// The way back: it may die before it hears the answer, or hear it long after.
    pub(crate) async fn arrive(&self, call: Call, course: Course) -> PortResult<()> {
        let process = &self.process;
        if course.crash_after {
            self.count(Fault::CrashInCall, call);
            process.kill();
        }
        if let Some(span) = course.stop_after {
            self.count(Fault::Stop, call);
            process.stop_for(span);
        }
        if course.back > SLOW {
            self.count(Fault::Slow, call);
        }
        pass(course.back).await;
        process.acts().await;
        if course.answer_lost {
            self.count(Fault::AnswerLost, call);
            return Err(away(call.what));
        }
        Ok(())
    }

    /// The call comes to nothing, and the process is told so.
    pub(crate) async fn fail(&self, call: Call, course: Course) -> PortError {
        pass(course.back).await;
        self.process.acts().await;
        away(call.what)
    }

    pub(crate) fn count(&self, fault: Fault, call: Call) {
        let world = self.world();
        lock(&world.tally).fault(fault);
        world.note(
            self.process.number,
            call.what,
            call.about,
            fault as u64 + 1_000,
        );
    }
}

/// A world has a few thousand calls; one with so many turns in a circle.
const MOST_CALLS: u64 = 60_000;

/// Calls that take longer than this count as slow.
const SLOW: Duration = Duration::from_millis(40);

/// Lets time pass; where there is none, lets others go first.
pub(crate) async fn pass(span: Duration) {
    if span.is_zero() {
        tokio::task::yield_now().await;
    } else {
        tokio::time::sleep(span).await;
    }
}
