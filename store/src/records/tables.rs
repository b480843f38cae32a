//! The closed list of what can be listed as records: where it is kept, what of it is shown, and in which order it comes.
//!
//! What is not named here can't be asked for. Secrets and tokens have no column for what they hold.

use super::column::RecordColumn as Column;
use crate::releases::CAN_ROLL_BACK;

/// A kind of record of Lathe's own.
#[derive(Debug)]
pub struct RecordTable {
    pub name: &'static str,
    /// What it is called where there is none.
    pub what: &'static str,
    pub columns: &'static [Column],
    /// The column that it is ordered by unless said, with a minus for descending order.
    pub usual: &'static str,
    /// Known by numbers, and not by UUIDs.
    pub serial: bool,
    pub(super) from: &'static str,
    /// What says whose it is; none for what belongs to the installation.
    pub(super) workspace: Option<&'static str>,
    pub(super) alive: &'static str,
    pub(super) id: &'static str,
    /// The person whose it is, where somebody may see only their own.
    pub(super) person: Option<&'static str>,
    pub(super) kept: Option<Kept>,
    /// What is read value by value and put together, where no index has all of a workspace in the order of ids.
    pub(super) lanes: Option<Lanes>,
}

/// A column that stands before the ids in an index, with all its values.
#[derive(Debug)]
pub(super) struct Lanes {
    pub(super) column: &'static str,
    pub(super) values: &'static [&'static str],
}

/// Where the revision of a record is kept, by its id and its workspace.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) table: &'static str,
    pub(super) id: &'static str,
}

const fn kept(table: &'static str) -> Option<Kept> {
    Some(Kept { table, id: "id" })
}

/// What most are.
const PLAIN: RecordTable = RecordTable {
    name: "",
    what: "record",
    columns: &[],
    usual: "name",
    serial: false,
    from: "",
    workspace: Some("t.workspace_id"),
    alive: "1 = 1",
    id: "t.id",
    person: None,
    kept: None,
    lanes: None,
};

const HIDDEN: &str = "t.deleted_at IS NULL";

static TABLES: [RecordTable; 16] = [
    RecordTable {
        name: "workflows",
        what: "workflow",
        from: "workflows t",
        alive: HIDDEN,
        kept: kept("workflows"),
        columns: &[
            Column::text("name", "t.name").searched().unique(),
            Column::text("label", "t.label").nullable().searched().unsorted(),
            Column::text("description", "t.description").nullable().unsorted(),
            Column::integer("version", "t.version").unsorted(),
            Column::integer("published_version", "t.published_version").nullable().unsorted(),
            Column::integer("node_count", "t.node_count").unsorted(),
            Column::time("created_at", "t.created_at"),
            Column::time("updated_at", "t.updated_at"),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "executions",
        what: "execution",
        from: "executions t",
        usual: "-created_at",
        lanes: Some(Lanes {
            column: "status",
            values: &[
                "queued",
                "running",
                "paused",
                "cleaning_up",
                "succeeded",
                "failed",
                "cancelled",
                "timed_out",
            ],
        }),
        columns: &[
            Column::text("workflow_name", "t.workflow_name").searched().unsorted(),
            Column::integer("workflow_version", "t.workflow_version").unsorted(),
            Column::text("status", "t.status").unsorted(),
            Column::text(
                "begun_by",
                "CASE WHEN t.triggered_by LIKE 'schedule:%' THEN 'schedule'
                      WHEN t.triggered_by LIKE 'webhook:%' THEN 'webhook' ELSE t.triggered_by END",
            )
            .unsorted(),
            Column::text("error_message", "t.error").inside("message").nullable().searched().unsorted(),
            Column::uuid("workflow_id", "t.workflow_id").narrow_in_lanes().unsorted(),
            Column::uuid("person_id", "t.started_by").nullable().narrow().unsorted(),
            Column::uuid("rerun_of_id", "t.rerun_of").nullable().narrow().unsorted(),
            Column::time("started_at", "t.started_at").nullable().unsorted(),
            Column::time("finished_at", "t.finished_at").nullable().unsorted(),
            Column::time("created_at", "t.created_at").as_ids_rise(),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "models",
        what: "model",
        from: "models t",
        kept: kept("models"),
        columns: &[
            Column::text("name", "t.name").searched(),
            Column::text("label", "t.label").searched(),
            Column::big("field_count", "t.document").counted("fields").only_shown(),
            Column::uuid("application_id", "t.application_id").nullable(),
            Column::time("created_at", "t.created_at"),
            Column::time("updated_at", "t.updated_at"),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "applications",
        what: "application",
        from: "applications t",
        kept: kept("applications"),
        columns: &[
            Column::text("name", "t.name").searched().unique(),
            Column::text("label", "t.label").searched(),
            Column::text("description", "t.description").searched(),
            Column::big("model_count", "(SELECT COUNT(*) FROM models m WHERE m.application_id = t.id)").only_shown(),
            Column::time("created_at", "t.created_at"),
            Column::time("updated_at", "t.updated_at"),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "releases",
        what: "release",
        from: "releases t",
        usual: "-created_at",
        columns: &[
            Column::text("name", "(t.application || ' ' || CAST(t.number AS text))").searched().unsorted(),
            Column::big("number", "t.number").unsorted(),
            Column::text("status", "t.status").unsorted(),
            Column::text("target", "t.target").unsorted(),
            Column::text("digest", "t.digest").searched().unsorted(),
            Column::text("url", "t.url").nullable().unsorted(),
            Column::text("error", "t.error").nullable().searched().unsorted(),
            Column::uuid("application_id", "t.application_id").nullable().narrow().unsorted(),
            Column::uuid("execution_id", "t.execution_id").unsorted(),
            Column::time("live_at", "t.live_at").nullable().unsorted(),
            Column::time("ended_at", "t.ended_at").nullable().unsorted(),
            Column::truth("can_roll_back", CAN_ROLL_BACK).unsorted(),
            Column::time("created_at", "t.created_at").as_ids_rise(),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "prompts",
        what: "prompt",
        from: "prompts t",
        alive: HIDDEN,
        kept: kept("prompts"),
        columns: &[
            Column::text("name", "t.name").searched().unique(),
            Column::text("description", "t.description").searched(),
            Column::integer("version", "t.version"),
            Column::text(
                "content",
                "(SELECT v.content FROM prompt_versions v WHERE v.prompt_id = t.id AND v.version = t.version)",
            )
            .alone(),
            Column::time("created_at", "t.created_at"),
            Column::time("updated_at", "t.updated_at"),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "schedules",
        what: "schedule",
        from: "schedules t JOIN workflows w ON w.id = t.workflow_id",
        alive: HIDDEN,
        kept: kept("schedules"),
        columns: &[
            Column::text("name", "t.name").searched().unique(),
            Column::text("cron", "t.spec").inside("cron").searched(),
            Column::text("timezone", "t.spec").inside("timezone"),
            Column::json("inputs", "t.inputs").alone(),
            Column::truth("enabled", "t.enabled"),
            Column::time("next_at", "t.next_at").nullable(),
            Column::big("missed", "t.missed"),
            Column::uuid("workflow_id", "t.workflow_id"),
            Column::time("created_at", "t.created_at"),
            Column::time("updated_at", "t.updated_at"),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "webhooks",
        what: "webhook",
        from: "webhooks t JOIN workflows w ON w.id = t.workflow_id",
        alive: HIDDEN,
        kept: kept("webhooks"),
        columns: &[
            Column::text("name", "t.name").searched().unique(),
            Column::text("verification", "t.settings").inside("verification"),
            Column::truth("enabled", "t.enabled"),
            Column::uuid("workflow_id", "t.workflow_id"),
            Column::time("created_at", "t.created_at"),
            Column::time("updated_at", "t.updated_at"),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "secrets",
        what: "secret",
        from: "workspace_secrets t",
        kept: kept("workspace_secrets"),
        columns: &[
            Column::text("name", "t.name").searched().unique(),
            Column::text("kind", "t.kind").searched(),
            Column::text("description", "t.description").searched(),
            Column::time("changed_at", "t.changed_at"),
            Column::time("created_at", "t.created_at"),
            Column::time("updated_at", "t.updated_at"),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "variables",
        what: "variable",
        from: "variables t",
        kept: kept("variables"),
        columns: &[
            Column::text("name", "t.name").searched().unique(),
            Column::json("value", "t.value"),
            Column::text("description", "t.description").searched(),
            Column::time("created_at", "t.created_at"),
            Column::time("updated_at", "t.updated_at"),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "files",
        what: "file",
        from: "files t JOIN file_contents c ON c.workspace_id = t.workspace_id AND c.sha256 = t.sha256",
        alive: HIDDEN,
        kept: kept("files"),
        columns: &[
            Column::text("name", "t.name").searched().unique(),
            Column::big("size", "c.size").unsorted(),
            Column::text("created_by", "(SELECT u.name FROM users u WHERE u.id = t.created_by_id)")
                .nullable()
                .unsorted(),
            Column::text("sha256", "t.sha256").unsorted(),
            Column::time("created_at", "t.created_at"),
            Column::time("updated_at", "t.updated_at"),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "members",
        what: "member",
        from: "members t JOIN users u ON u.id = t.user_id",
        id: "t.user_id",
        kept: Some(Kept {
            table: "members",
            id: "user_id",
        }),
        columns: &[
            Column::text("name", "u.name").searched(),
            Column::text("email", "u.email").searched(),
            Column::text("role", "t.role"),
            Column::time("created_at", "t.created_at"),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "tokens",
        what: "token",
        from: "api_tokens t",
        person: Some("t.user_id"),
        columns: &[
            Column::text("name", "t.name").searched(),
            Column::json("scopes", "t.scopes"),
            Column::uuid("person_id", "t.user_id"),
            Column::time("used_at", "t.used_at").nullable(),
            Column::time("expires_at", "t.expires_at").nullable(),
            Column::time("created_at", "t.created_at"),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "users",
        what: "account",
        from: "users t",
        workspace: None,
        usual: "email",
        kept: kept("users"),
        columns: &[
            Column::text("email", "t.email").searched().unique(),
            Column::text("name", "t.name").searched().unsorted(),
            Column::flag("is_admin", "t.is_admin").unsorted(),
            Column::truth("email_verified", "(t.verified_at IS NOT NULL)").unsorted(),
            Column::truth("second_factor", "(t.totp IS NOT NULL)").unsorted(),
            Column::truth("disabled", "(t.disabled_at IS NOT NULL)").unsorted(),
            Column::time("created_at", "t.created_at").as_ids_rise(),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "audit",
        what: "entry",
        from: "audit t",
        usual: "-created_at",
        serial: true,
        alive: "t.seq > 0",
        id: "t.seq",
        columns: &[
            Column::text("action", "t.action").searched().unsorted(),
            Column::text("resource", "t.resource").searched().unsorted(),
            Column::text("email", "t.actor").inside("email").nullable().searched().unsorted(),
            Column::text("came_by", "t.actor").inside("via").nullable().unsorted(),
            Column::text("address", "t.address").searched().unsorted(),
            Column::integer("answer", "t.status").unsorted(),
            Column::json("before", "t.before").nullable().alone(),
            Column::json("after", "t.after").nullable().alone(),
            Column::time("created_at", "t.at").as_ids_rise(),
        ],
        ..PLAIN
    },
    RecordTable {
        name: "trash",
        what: "deleted thing",
        from: "(SELECT id, workspace_id, 'workflow' AS kind, name, deleted_at, deleted_by_id FROM workflows WHERE deleted_at IS NOT NULL
                UNION ALL SELECT id, workspace_id, 'prompt', name, deleted_at, deleted_by_id FROM prompts WHERE deleted_at IS NOT NULL
                UNION ALL SELECT id, workspace_id, 'file', name, deleted_at, deleted_by_id FROM files WHERE deleted_at IS NOT NULL
                UNION ALL SELECT id, workspace_id, kind, name, deleted_at, deleted_by_id FROM trash) t",
        usual: "-deleted_at",
        columns: &[
            Column::text("name", "t.name").searched(),
            Column::text("kind", "t.kind"),
            Column::text("deleted_by", "(SELECT u.name FROM users u WHERE u.id = t.deleted_by_id)")
                .nullable()
                .unsorted(),
            Column::time("deleted_at", "t.deleted_at"),
            // Of what does not stay, since when. For how long is a setting: whoever shows it adds that.
            Column::time("kept_until", "(CASE WHEN t.kind IN ('file', 'secret', 'variable') THEN t.deleted_at END)")
                .nullable()
                .only_shown(),
        ],
        ..PLAIN
    },
];

/// The kind of record of this name.
pub fn record_table(name: &str) -> Option<&'static RecordTable> {
    TABLES.iter().find(|table| table.name == name)
}

impl RecordTable {
    pub fn all() -> impl Iterator<Item = &'static Self> {
        TABLES.iter()
    }

    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether a change of one can be made on condition that nobody else has changed it.
    pub fn has_revision(&self) -> bool {
        self.kept.is_some()
    }
}
