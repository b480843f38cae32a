//! The news of a run on a server, over as many connections as they take: a server that restarts is waited for.

use std::time::Duration;

use futures::{Stream, StreamExt};
use tokio::time::Instant;

use super::News;

/// How often in a row a stream that broke is picked up again before the run is left to itself.
const RECONNECTS: u32 = 5;

/// The pause before the first of them; each later one is twice as long. Together they outlast a restart.
const PAUSE: Duration = Duration::from_millis(500);

/// A connection that held this long was a good one, even if there was nothing to tell.
const GOOD: Duration = Duration::from_secs(30);

struct Feed<C, S> {
    connect: C,
    connection: Option<(Instant, S)>,
    /// What was heard last, so that nothing is told twice.
    seq: u64,
    log: i64,
    /// How many attempts in a row came to nothing.
    failed: u32,
    pause: Duration,
}

/// Everything that is told from the beginning. `connect` is given the last event and the last log line that are known
/// already. The feed ends after an error, and otherwise never: whoever listens stops at the end of the run.
pub(super) fn feed<C, F, S>(connect: C) -> impl Stream<Item = anyhow::Result<News>>
where
    C: FnMut(u64, i64) -> F,
    F: Future<Output = anyhow::Result<S>>,
    S: Stream<Item = anyhow::Result<News>> + Unpin,
{
    feed_with(connect, PAUSE)
}

fn feed_with<C, F, S>(connect: C, pause: Duration) -> impl Stream<Item = anyhow::Result<News>>
where
    C: FnMut(u64, i64) -> F,
    F: Future<Output = anyhow::Result<S>>,
    S: Stream<Item = anyhow::Result<News>> + Unpin,
{
    let feed = Feed {
        connect,
        connection: None,
        seq: 0,
        log: 0,
        failed: 0,
        pause,
    };
    futures::stream::unfold(Some(feed), async |feed| {
        let mut feed = feed?;
        let news = feed.next().await;
        let rest = news.is_ok().then_some(feed);
        Some((news, rest))
    })
}

impl<C, F, S> Feed<C, S>
where
    C: FnMut(u64, i64) -> F,
    F: Future<Output = anyhow::Result<S>>,
    S: Stream<Item = anyhow::Result<News>> + Unpin,
{
    async fn next(&mut self) -> anyhow::Result<News> {
        loop {
            let broken = match &mut self.connection {
                None => match (self.connect)(self.seq, self.log).await {
                    Ok(stream) => {
                        self.connection = Some((Instant::now(), stream));
                        continue;
                    }
                    Err(error) => error,
                },
                Some((since, stream)) => match stream.next().await {
                    Some(Ok(news)) => {
                        self.hear(&news);
                        return Ok(news);
                    }
                    broken => {
                        if since.elapsed() > GOOD {
                            self.failed = 0;
                        }
                        let end = || anyhow::anyhow!("the server's events end before the run does");
                        broken.and_then(Result::err).unwrap_or_else(end)
                    }
                },
            };
            self.connection = None;
            if self.failed == RECONNECTS {
                return Err(broken);
            }
            tokio::time::sleep(self.pause * 2_u32.pow(self.failed)).await;
            self.failed += 1;
        }
    }

    fn hear(&mut self, news: &News) {
        self.failed = 0;
        match news {
            News::Event(event) => self.seq = event.seq,
            News::Log(line) => self.log = self.log.max(line.id),
            News::Progress(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use anyhow::anyhow;
    use futures::stream;

    use super::*;

    fn event(seq: u64) -> anyhow::Result<News> {
        let text = format!(
            r#"{{"type":"execution.running","seq":{seq},"at":"2026-11-23T19:00:00.000Z"}}"#
        );
        Ok(News::parse(&text)?)
    }

    fn seq(news: &News) -> u64 {
        match news {
            News::Event(event) => event.seq,
            News::Log(_) | News::Progress(_) => 0,
        }
    }

    #[tokio::test]
    async fn goes_on_where_it_broke_off_however_often() {
        let mut asked = Vec::new();
        // Every other attempt finds no server; the others tell one thing more and break off.
        let connect = |after, _| {
            asked.push(after);
            let answer = if asked.len() % 2 == 0 {
                Err(anyhow!("connection refused"))
            } else {
                Ok(stream::iter([event(after + 1), Err(anyhow!("reset"))]))
            };
            async { answer }
        };
        let heard: Vec<u64> = feed_with(connect, Duration::ZERO)
            .take(9)
            .map(|news| seq(&news.unwrap()))
            .collect()
            .await;
        assert_eq!(heard, (1..=9).collect::<Vec<_>>());
        assert_eq!(asked[..5], [0, 1, 1, 2, 2]);
    }

    #[tokio::test]
    async fn gives_up_after_five_reconnects_in_a_row() {
        let mut attempts = 0;
        let connect = |_, _| {
            attempts += 1;
            async { Err::<stream::Empty<_>, _>(anyhow!("connection refused")) }
        };
        {
            let mut feed = pin!(feed_with(connect, Duration::ZERO));
            let end = feed.next().await.unwrap().unwrap_err();
            assert_eq!(end.to_string(), "connection refused");
            assert!(feed.next().await.is_none());
        }
        assert_eq!(attempts, 1 + RECONNECTS);
    }
}
