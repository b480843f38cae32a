//! Log lines keep their order, and a reader that goes on from the last id misses nothing.

use engine::node::LogStream;
use engine::ports::logs::{LogLine, LogStore};
use futures::future::join_all;
use store::{LogFilter, Scope};
use uuid::Uuid;

use crate::commits::moment;
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(lines_come_back_in_order, a_follower_misses_nothing);

pub(crate) fn line(step: &str, text: &str) -> LogLine {
    LogLine {
        id: 0,
        step: step.into(),
        attempt: 2,
        at: moment(5),
        stream: LogStream::Stderr,
        text: text.into(),
    }
}

async fn lines_come_back_in_order(stand: Stand) {
    let store = &stand.store;
    let execution = Uuid::now_v7();
    let lines: Vec<LogLine> = (0..120)
        .map(|n| line(if n % 2 == 0 { "a" } else { "b" }, &format!("{n}\"\n")))
        .collect();
    let stored = store.append(execution, lines).await.unwrap();
    store
        .append(Uuid::now_v7(), vec![line("a", "another execution's")])
        .await
        .unwrap();
    let more = store
        .append(execution, vec![line("a", "nul\0here")])
        .await
        .unwrap();
    assert_eq!(more[0].text, "nul\u{fffd}here");
    assert!(stored.windows(2).all(|pair| pair[0].id < pair[1].id) && stored[119].id < more[0].id);
    assert_eq!(store.append(execution, Vec::new()).await.unwrap(), []);

    let mut filter = LogFilter {
        limit: 100,
        ..LogFilter::default()
    };
    let page = store
        .execution_logs(Scope::System, execution, &filter)
        .await
        .unwrap();
    assert_eq!(page.items, stored[..100]);
    filter.after = page.next_cursor.unwrap().parse().unwrap();
    let rest = store
        .execution_logs(Scope::System, execution, &filter)
        .await
        .unwrap();
    assert_eq!((rest.items.len(), rest.next_cursor), (21, None));

    let of_b = LogFilter {
        step: Some("b".into()),
        after: stored[99].id,
        limit: 0,
    };
    let page = store
        .execution_logs(Scope::System, execution, &of_b)
        .await
        .unwrap();
    assert_eq!(page.items.len(), 10);
    assert!(page.items.iter().all(|line| line.step == "b"));
}

async fn a_follower_misses_nothing(stand: Stand) {
    const WRITERS: usize = 8;
    const BATCHES: usize = 25;
    let execution = Uuid::now_v7();
    let store = stand.store.clone();
    let writers = (0..WRITERS).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            for batch in 0..BATCHES {
                let lines = vec![line("a", &format!("{writer} {batch}")), line("a", "second")];
                store.append(execution, lines).await.unwrap();
            }
        })
    });
    let writing = tokio::spawn(join_all(writers.collect::<Vec<_>>()));
    let mut seen = Vec::new();
    loop {
        let ended = writing.is_finished();
        let after = seen.last().map_or(0, |line: &LogLine| line.id);
        let filter = LogFilter {
            after,
            limit: 30,
            ..LogFilter::default()
        };
        let page = stand
            .store
            .execution_logs(Scope::System, execution, &filter)
            .await
            .unwrap();
        let nothing = page.items.is_empty();
        seen.extend(page.items);
        if ended && nothing {
            break;
        }
    }
    assert_eq!(seen.len(), WRITERS * BATCHES * 2);
}
