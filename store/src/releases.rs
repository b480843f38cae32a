//! Releases of applications, as whoever puts them live tells of them.
//!
//! Which one is live is known where it runs. Rows follow from there, so that telling once more mends what was not told.

use async_trait::async_trait;
use blueprint::ports::{
    BoxedError, CurrentRelease, NOT_RUNNING, NewRelease, ReleaseJournal, Standing,
};
use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use uuid::Uuid;

use crate::database::Moment;
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

/// Releases that are remembered of one home; what is older than so many is forgotten.
const KEPT: i64 = 500;

/// Whether a release `t` can be gone back to: it was live and is not, its application goes by the same name still, and it is one
/// of the last five that were live in the place in which that application was live last. Others are not kept there. Those of a
/// place that is gone have no address any more.
pub(crate) const CAN_ROLL_BACK: &str = "(t.url IS NOT NULL AND t.status <> 'live'
    AND EXISTS (SELECT 1 FROM applications a WHERE a.id = t.application_id AND a.name = t.application)
    AND t.home_id = (SELECT k.home_id FROM releases k
                     WHERE k.workspace_id = t.workspace_id AND k.application_id = t.application_id
                       AND k.application = t.application AND k.live_at IS NOT NULL
                     ORDER BY k.id DESC LIMIT 1)
    AND t.id >= coalesce((SELECT k.id FROM releases k WHERE k.home_id = t.home_id AND k.live_at IS NOT NULL
                          ORDER BY k.id DESC LIMIT 1 OFFSET 4), t.id))";

/// Why a release failed that nobody says more of.
const BROKEN_OFF: &str =
    "the deployment was broken off: whoever deployed it ended before it was live";

/// Why one failed that was live, or on its way, in a place that is gone.
const LOST: &str = "the application's folder is gone from the machine that it was live on";

const SETTLING: &str = "note how things stand with a release";

/// What was put live, or was to be, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseRecord {
    pub id: Uuid,
    pub workspace_id: Uuid,
    /// The application that went by this name when it was begun, if one of the workspace's did.
    pub application_id: Option<Uuid>,
    pub application: String,
    /// The place on a machine that it was deployed to.
    pub home_id: Uuid,
    pub number: u64,
    /// SHA-256 of the binary, or the image's id.
    pub digest: String,
    /// `process` or `docker`.
    pub target: String,
    pub status: ReleaseStatus,
    /// The run that deployed it.
    pub execution_id: Uuid,
    /// Where it listens, or listened; none for one that was never live, or whose place is gone.
    pub url: Option<String>,
    pub error: Option<String>,
    pub created_at: Time,
    /// When it took over; none for one that never did.
    pub live_at: Option<Time>,
    pub ended_at: Option<Time>,
    /// Whether it is kept, so that the application can go back to it.
    pub can_roll_back: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseStatus {
    Deploying,
    Live,
    /// Another one took over.
    Superseded,
    /// It did not come up, or ended by itself.
    Failed,
    /// It was stopped on purpose.
    Stopped,
}

impl ReleaseStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deploying => "deploying",
            Self::Live => "live",
            Self::Superseded => "superseded",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// Which releases a list shows; all when nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReleaseFilter {
    pub application_id: Option<Uuid>,
    pub status: Option<ReleaseStatus>,
}

const COLUMNS: &str = "id, workspace_id, application_id, application, home_id, number, digest, target, status, execution_id, url, error,
    created_at, live_at, ended_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    application_id: Option<Uuid>,
    application: String,
    home_id: Uuid,
    number: i64,
    digest: String,
    target: String,
    status: String,
    execution_id: Uuid,
    url: Option<String>,
    error: Option<String>,
    created_at: Moment,
    live_at: Option<Moment>,
    ended_at: Option<Moment>,
    can_roll_back: bool,
}

impl From<Row> for ReleaseRecord {
    fn from(row: Row) -> Self {
        let status = match &*row.status {
            "deploying" => ReleaseStatus::Deploying,
            "live" => ReleaseStatus::Live,
            "superseded" => ReleaseStatus::Superseded,
            "stopped" => ReleaseStatus::Stopped,
            _ => ReleaseStatus::Failed,
        };
        Self {
            id: row.id,
            workspace_id: row.workspace_id,
            application_id: row.application_id,
            application: row.application,
            home_id: row.home_id,
            number: row.number.cast_unsigned(),
            digest: row.digest,
            target: row.target,
            status,
            execution_id: row.execution_id,
            url: row.url,
            error: row.error,
            created_at: row.created_at.0,
            live_at: row.live_at.map(|at| at.0),
            ended_at: row.ended_at.map(|at| at.0),
            can_roll_back: row.can_roll_back,
        }
    }
}

/// Releases as they are read, each by the name of `t`.
fn select() -> String {
    format!("SELECT {COLUMNS}, {CAN_ROLL_BACK} AS can_roll_back FROM releases t")
}

impl Store {
    /// Newest first: ids rise with time.
    pub async fn list_releases(
        &self,
        scope: Scope,
        filter: &ReleaseFilter,
        paging: &Paging,
    ) -> StoreResult<Page<ReleaseRecord>> {
        const LIST: &str = "releases";
        let database = &self.database;
        let mut values: Vec<Value> = vec![paging.fetch().into()];
        let mut only = scope.and("workspace_id", &mut values);
        if let Some(application) = filter.application_id {
            values.push(application.into());
            only += &format!(" AND application_id = ${}", values.len());
        }
        if let Some(status) = filter.status {
            values.push(status.as_str().into());
            only += &format!(" AND status = ${}", values.len());
        }
        if let Some(before) = paging.after::<Uuid>(LIST)? {
            values.push(before.into());
            only += &format!(" AND id < ${}", values.len());
        }
        let select = select();
        let sql = format!("{select} WHERE true{only} ORDER BY id DESC LIMIT $1");
        let statement = database.statement_of(sql, values);
        let rows: Vec<Row> = database.all("list releases", statement).await?;
        let items = rows.into_iter().map(ReleaseRecord::from).collect();
        paging.page(LIST, items, |item: &ReleaseRecord| item.id)
    }

    pub async fn release(&self, scope: Scope, id: Uuid) -> StoreResult<Option<ReleaseRecord>> {
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!("{} WHERE id = $1{only}", select());
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = self.database.one("read a release", statement).await?;
        Ok(row.map(ReleaseRecord::from))
    }

    async fn begin_release(&self, release: &NewRelease) -> StoreResult<()> {
        const DOING: &str = "note a new release";
        let insert = self.insertion(release, ReleaseStatus::Deploying, None);
        self.database.write(DOING, insert).await?;
        let forget = self.database.statement(
            "DELETE FROM releases WHERE home_id = $1 AND status NOT IN ('deploying', 'live')
               AND id <= (SELECT k.id FROM releases k WHERE k.home_id = $1 ORDER BY k.id DESC LIMIT 1 OFFSET $2)",
            [release.home.into(), KEPT.into()],
        );
        self.database.write(DOING, forget).await?;
        Ok(())
    }

    async fn fail_release(&self, id: Uuid, error: &str) -> StoreResult<()> {
        let statement = self.database.statement(
            "UPDATE releases SET status = 'failed', error = $2, ended_at = $3 WHERE id = $1 AND status = 'deploying'",
            [
                id.into(),
                error.into(),
                self.database.time(Utc::now().trunc_subsecs(6)),
            ],
        );
        let doing = "note that a release failed";
        self.database.write(doing, statement).await.map(drop)
    }

    async fn settle_releases(
        &self,
        home: Uuid,
        current: Option<&CurrentRelease>,
    ) -> StoreResult<()> {
        let database = &self.database;
        let id = current.map(|current| current.release.id);
        // A look without the writer first: most of the time all of it is known.
        if self.is_settled(home, current).await? {
            return Ok(());
        }
        // What lies in the folder of a workspace that was emptied is nobody's news.
        if let Some(current) = current
            && self.is_emptied(current.release.owner).await?
        {
            return Ok(());
        }
        let now = database.time(Utc::now().trunc_subsecs(6));
        let id = id.unwrap_or_default();
        let ended = match current {
            Some(_) => ReleaseStatus::Superseded,
            None => ReleaseStatus::Stopped,
        };
        let mut statements = vec![
            database.statement(
                "UPDATE releases SET status = 'failed', error = $3, ended_at = $4
                 WHERE home_id = $1 AND id <> $2 AND status = 'deploying'",
                [home.into(), id.into(), BROKEN_OFF.into(), now.clone()],
            ),
            database.statement(
                "UPDATE releases SET status = $3, ended_at = $4 WHERE home_id = $1 AND id <> $2 AND status = 'live'",
                [home.into(), id.into(), ended.as_str().into(), now.clone()],
            ),
        ];
        if let Some(current) = current {
            let (status, error) = stands(&current.standing);
            let error_after = match says_little(error.as_deref()) {
                true => "CASE WHEN status = 'failed' THEN coalesce(error, $5) ELSE $5 END",
                false => "$5",
            };
            // Its place was only put aside, and so was what is kept there.
            statements.push(database.statement(
                "UPDATE releases SET url = $2 WHERE home_id = $1 AND id <> $3 AND url IS NULL AND live_at IS NOT NULL",
                [home.into(), current.url.as_str().into(), id.into()],
            ));
            statements.push(database.statement(
                "UPDATE releases SET error = NULL WHERE id = $1 AND error = $2",
                [id.into(), LOST.into()],
            ));
            // One that an earlier Lathe deployed, or whose beginning was not told.
            statements.push(self.insertion(&current.release, status, Some(current)));
            let update = format!(
                "UPDATE releases SET status = $2, url = $3, live_at = coalesce(live_at, $4), error = {error_after},
                        ended_at = CASE WHEN $2 = 'live' THEN NULL ELSE coalesce(ended_at, $6) END
                 WHERE id = $1"
            );
            statements.push(database.statement(
                update,
                [
                    id.into(),
                    status.as_str().into(),
                    current.url.as_str().into(),
                    database.time(current.since),
                    error.into(),
                    now,
                ],
            ));
        }
        let doing = StoreError::doing(SETTLING);
        let transaction = database.begin(SETTLING).await?;
        for statement in statements {
            transaction.execute_raw(statement).await.map_err(&doing)?;
        }
        transaction.commit().await.map_err(doing)
    }

    /// Whether everything is noted as it stands already.
    async fn is_settled(&self, home: Uuid, current: Option<&CurrentRelease>) -> StoreResult<bool> {
        let id = current.map(|current| current.release.id);
        let select = select();
        let sql = format!(
            "{select} WHERE home_id = $1 AND status IN ('deploying', 'live') UNION {select} WHERE id = $2"
        );
        let values = [home.into(), id.unwrap_or_default().into()];
        let statement = self.database.statement(sql, values);
        let rows: Vec<Row> = self.database.all(SETTLING, statement).await?;
        let known: Vec<ReleaseRecord> = rows.into_iter().map(ReleaseRecord::from).collect();
        Ok(match (current, &*known) {
            (None, []) => true,
            (Some(current), [one]) => {
                let (status, error) = stands(&current.standing);
                let says_more = one.error.is_some() && says_little(error.as_deref());
                one.id == current.release.id
                    && one.status == status
                    && one.url.as_ref() == Some(&current.url)
                    && (one.error == error || says_more)
            }
            _ => false,
        })
    }

    async fn lose_releases(&self, home: Uuid) -> StoreResult<()> {
        let statement = self.database.statement(
            "UPDATE releases SET url = NULL,
                    error = CASE WHEN status IN ('deploying', 'live') THEN $2 ELSE error END,
                    ended_at = CASE WHEN status IN ('deploying', 'live') THEN $3 ELSE ended_at END,
                    status = CASE WHEN status IN ('deploying', 'live') THEN 'failed' ELSE status END
             WHERE home_id = $1 AND (url IS NOT NULL OR status IN ('deploying', 'live'))",
            [
                home.into(),
                LOST.into(),
                self.database.time(Utc::now().trunc_subsecs(6)),
            ],
        );
        let doing = "note that the place of releases is gone";
        self.database.write(doing, statement).await.map(drop)
    }

    async fn is_emptied(&self, workspace: Uuid) -> StoreResult<bool> {
        #[derive(FromQueryResult)]
        struct Row {
            emptied: i64,
        }
        let statement = self.database.statement(
            "SELECT count(*) AS emptied FROM workspaces WHERE id = $1 AND purged_at IS NOT NULL",
            [workspace.into()],
        );
        let row: Option<Row> = self.database.one(SETTLING, statement).await?;
        Ok(row.is_some_and(|row| row.emptied > 0))
    }

    /// What makes its row, unless there is one, or its workspace was emptied.
    fn insertion(
        &self,
        release: &NewRelease,
        status: ReleaseStatus,
        current: Option<&CurrentRelease>,
    ) -> Statement {
        let database = &self.database;
        database.statement(
            "INSERT INTO releases (id, workspace_id, application_id, application, home_id, number, digest, target, status,
                                   execution_id, created_at, url, live_at)
             SELECT $1, $2, (SELECT id FROM applications WHERE workspace_id = $2 AND name = $3), $3, $4, $5, $6, $7, $8, $9,
                    $10, $11, $12
             WHERE NOT EXISTS (SELECT 1 FROM workspaces WHERE id = $2 AND purged_at IS NOT NULL)
             ON CONFLICT (id) DO NOTHING",
            [
                release.id.into(),
                release.owner.into(),
                release.application.as_str().into(),
                release.home.into(),
                i64::try_from(release.number).unwrap_or(i64::MAX).into(),
                release.digest.as_str().into(),
                release.target.as_str().into(),
                status.as_str().into(),
                release.execution.into(),
                database.time(release.begun_at),
                current.map(|current| current.url.clone()).into(),
                database.optional_time(current.map(|current| current.since)),
            ],
        )
    }
}

fn stands(standing: &Standing) -> (ReleaseStatus, Option<String>) {
    match standing {
        Standing::Live => (ReleaseStatus::Live, None),
        Standing::Stopped => (ReleaseStatus::Stopped, None),
        Standing::Failed(error) => (ReleaseStatus::Failed, Some(error.clone())),
    }
}

/// Whether it is no more than that it failed: what was said before is kept then.
fn says_little(error: Option<&str>) -> bool {
    error == Some(NOT_RUNNING)
}

#[async_trait]
impl ReleaseJournal for Store {
    async fn begin(&self, release: &NewRelease) -> Result<(), BoxedError> {
        Ok(self.begin_release(release).await?)
    }

    async fn fail(&self, id: Uuid, error: &str) -> Result<(), BoxedError> {
        Ok(self.fail_release(id, error).await?)
    }

    async fn settle(&self, home: Uuid, current: Option<&CurrentRelease>) -> Result<(), BoxedError> {
        Ok(self.settle_releases(home, current).await?)
    }

    async fn lose(&self, home: Uuid) -> Result<(), BoxedError> {
        Ok(self.lose_releases(home).await?)
    }
}
