//! A long chain of pure steps is recorded in parts, and goes on while one of them is being recorded.

use std::sync::Arc;

use engine::ports::definitions::Definition;
use serde_json::{Value, json};

use crate::faults::{Mood, MoodyStore};
use crate::house::{House, succeeded};

const STEPS: usize = 9;
const PART: usize = 2;

/// The acceptance with the first part, and the rest.
const COMMITS: usize = STEPS.div_ceil(PART);

async fn house_of_parts() -> (House, Arc<MoodyStore>) {
    let mut house = House::without_runner().await;
    let moody = MoodyStore::new(house.ports.executions.clone());
    house.ports.executions = moody.clone();
    let mut options = house.options("one");
    options.longest_part = PART;
    let runner = runner::Runner::start(house.ports.clone(), options).await;
    house.runner = Some(runner.unwrap());
    (house, moody)
}

/// Each step adds one to what the last one gave.
async fn chain(house: &House) -> Arc<Definition> {
    let step = |number: usize| {
        let n = match number {
            0 => json!(1),
            _ => json!(format!("${{ nodes.s{}.output.n + 1 }}", number - 1)),
        };
        json!({ "id": format!("s{number}"), "kind": "test.pure", "with": { "n": n } })
    };
    let edges: Vec<String> = (1..STEPS)
        .map(|number| format!("s{} -> s{number}", number - 1))
        .collect();
    let edges: Vec<&str> = edges.iter().map(String::as_str).collect();
    let nodes: Value = (0..STEPS).map(step).collect();
    house.workflow("long", nodes, &edges, json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_answer_is_lost_every_step_is_recorded_once() {
    let (house, moody) = house_of_parts().await;
    let workflow = chain(&house).await;
    for lost in 0..COMMITS {
        let before = moody.commits();
        moody.later(lost, Mood::LosesAnswer);
        let (id, result) = house.run(&workflow, json!({})).await;
        assert_eq!(succeeded(&result)["n"], STEPS, "{lost}");
        assert_eq!(house.steps(id).await.len(), STEPS, "{lost}");
        assert!(moody.is_well(), "the answer was lost");
        let commits = moody.commits() - before;
        assert_eq!(commits, COMMITS + 1, "one was sent again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_whose_part_is_refused_goes_on_from_the_one_before() {
    let (house, moody) = house_of_parts().await;
    let workflow = chain(&house).await;
    for refused in 1..COMMITS {
        let before = moody.commits();
        moody.later(refused, Mood::Refuses);
        let (id, result) = house.run(&workflow, json!({})).await;
        assert_eq!(succeeded(&result)["n"], STEPS, "{refused}");
        assert_eq!(house.steps(id).await.len(), STEPS, "{refused}");
        assert!(moody.is_well(), "a part was refused");
        assert!(moody.commits() - before > COMMITS);
    }
}
