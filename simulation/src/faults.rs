//! What can go wrong, and how often it does in this world: each seed draws its own mixture, so that some worlds know
//! one kind of trouble only and others all of them at once.

use std::time::Duration;

use tokio::time::Instant;

use crate::dice::Dice;

/// The kinds of trouble, as the report counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Crash,
    CrashInCall,
    Stop,
    CallFailed,
    AnswerLost,
    LateArrival,
    Slow,
    StoreOutage,
    QueueOutage,
    TicketLost,
    TicketTwice,
    TicketLate,
    TicketsShuffled,
    QueueWiped,
    NoticeLost,
    NoticeTwice,
    CalledDead,
    Restart,
}

impl Fault {
    pub(crate) const ALL: [(Self, &'static str); 18] = [
        (Self::Crash, "process killed"),
        (Self::CrashInCall, "process killed within a call"),
        (Self::Stop, "process stopped for a while"),
        (Self::CallFailed, "call failed before it arrived"),
        (Self::AnswerLost, "done, but the answer was lost"),
        (Self::LateArrival, "told to have failed, arrived later"),
        (Self::Slow, "slow call"),
        (Self::StoreOutage, "store out of reach"),
        (Self::QueueOutage, "queue out of reach"),
        (Self::TicketLost, "ticket lost"),
        (Self::TicketTwice, "ticket delivered twice"),
        (Self::TicketLate, "ticket delayed"),
        (Self::TicketsShuffled, "tickets in another order"),
        (Self::QueueWiped, "queue wiped"),
        (Self::NoticeLost, "notice lost"),
        (Self::NoticeTwice, "notice told twice"),
        (Self::CalledDead, "living runner called dead"),
        (Self::Restart, "runner told to stop"),
    ];
}

/// Who is called; each has troubles of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Store,
    Queue,
}

/// Chances are of a million, for each call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    /// False once the world has come to rest.
    pub(crate) on: bool,
    pub(crate) crash: u32,
    pub(crate) stop: u32,
    pub(crate) call_failed: u32,
    pub(crate) answer_lost: u32,
    pub(crate) late_arrival: u32,
    pub(crate) slow: u32,
    pub(crate) ticket_lost: u32,
    pub(crate) ticket_twice: u32,
    pub(crate) ticket_late: u32,
    pub(crate) shuffled: u32,
    pub(crate) notice_lost: u32,
    pub(crate) notice_twice: u32,
    /// Milliseconds that wall clocks are off at most.
    pub(crate) skew: u64,
    /// The mean of the milliseconds between two disturbances that are no call's.
    pub(crate) disturbance: u64,
    /// Which disturbances there are.
    pub(crate) disturbs: Vec<Fault>,
    pub(crate) store_away_until: Option<Instant>,
    pub(crate) queue_away_until: Option<Instant>,
}

/// Calls that matter most meet trouble more often: the sweeper asks ten times for each of them.
pub(crate) const WEIGHT: u32 = 12;

impl Faults {
    pub(crate) fn drawn(dice: &mut Dice) -> Self {
        let mut rate = |most: u64| {
            if dice.once_in(3) {
                0
            } else {
                dice.below(most) as u32
            }
        };
        let mut faults = Self {
            on: true,
            crash: rate(500),
            stop: rate(400),
            call_failed: rate(3_000),
            answer_lost: rate(4_000),
            late_arrival: rate(2_000),
            slow: rate(8_000),
            ticket_lost: rate(200_000),
            ticket_twice: rate(200_000),
            ticket_late: rate(200_000),
            shuffled: rate(300_000),
            notice_lost: rate(400_000),
            notice_twice: rate(200_000),
            ..Self::default()
        };
        faults.skew = if dice.once_in(8) { 20_000 } else { 1_500 };
        faults.disturbance = dice.between(1_500, 15_000);
        let all = [
            Fault::Crash,
            Fault::Stop,
            Fault::StoreOutage,
            Fault::QueueOutage,
            Fault::QueueWiped,
            Fault::CalledDead,
            Fault::Restart,
        ];
        faults.disturbs = all.into_iter().filter(|_| !dice.once_in(3)).collect();
        faults
    }

    /// The end of all trouble.
    pub(crate) fn end(&mut self) {
        let skew = self.skew;
        *self = Self {
            skew,
            ..Self::default()
        };
    }

    pub(crate) fn is_away(&self, service: Service) -> bool {
        let until = match service {
            Service::Store => self.store_away_until,
            Service::Queue => self.queue_away_until,
        };
        until.is_some_and(|until| until > Instant::now())
    }
}

/// What happens to one call.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Course {
    /// On the way there, and on the way back.
    pub(crate) there: Duration,
    pub(crate) back: Duration,
    pub(crate) fails: bool,
    pub(crate) answer_lost: bool,
    /// The caller is told that it failed; so much later it arrives all the same.
    pub(crate) arrives_after: Option<Duration>,
    pub(crate) crash_before: bool,
    pub(crate) crash_after: bool,
    pub(crate) stop_before: Option<Duration>,
    pub(crate) stop_after: Option<Duration>,
}

impl Course {
    pub(crate) fn drawn(faults: &Faults, dice: &mut Dice, matters: bool) -> Self {
        let mut course = Self::default();
        let draw = dice.number();
        // Most calls are quick; what takes no time at all still lets others go first.
        course.there = Duration::from_millis(if draw & 3 == 0 { (draw >> 8) % 4 } else { 0 });
        course.back = Duration::from_millis(if draw & 12 == 0 { (draw >> 16) % 4 } else { 0 });
        if !faults.on {
            return course;
        }
        let weight = if matters { WEIGHT } else { 1 };
        course.crash_before = dice.chance(faults.crash * weight / 2);
        course.crash_after = dice.chance(faults.crash * weight / 2);
        if dice.chance(faults.stop * weight / 2) {
            course.stop_before = Some(dice.millis(500, 25_000));
        }
        if dice.chance(faults.stop * weight / 2) {
            course.stop_after = Some(dice.millis(500, 25_000));
        }
        course.fails = dice.chance(faults.call_failed * weight.min(4));
        course.answer_lost = dice.chance(faults.answer_lost * weight.min(4));
        if dice.chance(faults.late_arrival * weight.min(4)) {
            course.arrives_after = Some(dice.millis(1, 15_000));
        }
        if dice.chance(faults.slow) {
            course.there = dice.millis(50, 2_500);
        }
        if dice.chance(faults.slow) {
            course.back = dice.millis(50, 2_500);
        }
        course
    }
}
