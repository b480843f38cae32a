// The fields that every node has besides those of its kind, as engine/src/document describes them.
import { t } from "@/lib/i18n";
import type { SchemaField, Shape } from "@/lib/schema-field";

function field(name: string, label: string, help: string, shape: Shape, fallback?: unknown): SchemaField {
  return { name, label, help, required: false, fallback, shape };
}

/** Several fields that belong together. */
function group(name: string, label: string, help: string, fields: SchemaField[]): SchemaField {
  return field(name, label, help, { type: "fields", fields });
}

/** One of a few words, each with what becomes of it. */
function choice(
  name: string,
  label: string,
  help: string,
  words: Record<string, string>,
  fallback: string,
): SchemaField {
  const options = Object.entries(words).map(([value, what]) => ({ value, help: what }));
  return field(name, label, help, { type: "choice", options }, fallback);
}

const needed = (each: SchemaField): SchemaField => ({ ...each, required: true });

const TEXT: Shape = { type: "text", multiline: false };
const NUMBER: Shape = { type: "number", integer: false };
const WHOLE: Shape = { type: "number", integer: true };
const WORDS: Shape = { type: "list", items: TEXT };

export const nodeRules = (): SchemaField[] => [
  field("label", t("Label"), t("What it is called on the canvas."), TEXT),
  field("when", t("Only when"), t("An expression; false skips the node, and what only it leads to."), {
    type: "code",
  }),
  choice(
    "on_error",
    t("On error"),
    t("What happens when it has failed for good."),
    {
      fail: t("the run fails"),
      continue: t("goes on with the error as output"),
      edge: t("goes on by the port error"),
      pause: t("waits for somebody to decide"),
    },
    "fail",
  ),
  field("timeout", t("Timeout"), t("The longest that one attempt may take, such as 30s or 5m."), TEXT),
  group("retry", t("Retry"), t("How failures that may pass are tried again."), [
    field("max_attempts", t("Max attempts"), t("In all, the first included."), WHOLE),
    ...pauses("1s", 2, "1m", 0.2),
    field("within", t("Within"), t("No attempt begins later than this after the first."), TEXT),
    field(
      "never",
      t("Never after"),
      t("Error codes after which nothing is tried again; http_4* is all that begin so."),
      WORDS,
    ),
    field(
      "classes",
      t("Error classes"),
      t("Other rules for some errors; the first class that names an error's code decides."),
      { type: "list", items: { type: "fields", fields: retryClass() } },
    ),
  ]),
  group("cache", t("Cache"), t("A result that is there already is taken in place of running it."), [
    choice(
      "scope",
      t("Cache scope"),
      t("How far a result reaches."),
      {
        run: t("same parameters, in this run"),
        workflow: t("of this node, in any run of this workflow"),
        global: t("same parameters, in any run of any workflow"),
      },
      "workflow",
    ),
    field("ttl", t("Time to live"), t("Older results are not used, such as 1h."), TEXT),
    field("key", t("Cache key"), t("What the result depends on besides the parameters."), TEXT),
  ]),
  field(
    "run_on",
    t("Runner tag"),
    t("The runners that may take it; so far there is only the tag default."),
    TEXT,
    "default",
  ),
  field("queue_timeout", t("Queue timeout"), t("The longest that it may wait for a runner."), TEXT),
  field("heartbeat", t("Heartbeat"), t("The longest that it may give no sign of life."), TEXT),
  field(
    "checkpoint",
    t("Checkpoint"),
    t("Its result is recorded before the next step begins."),
    { type: "switch" },
    false,
  ),
];

/** How long it is waited between attempts. */
const pauses = (delay?: string, backoff?: number, longest?: string, jitter?: number): SchemaField[] => [
  field("delay", t("Delay"), t("Before the second attempt, such as 2s."), TEXT, delay),
  field("backoff", t("Backoff"), t("Each further pause is so many times longer."), NUMBER, backoff),
  field("max_delay", t("Max delay"), t("The longest pause."), TEXT, longest),
  field(
    "jitter",
    t("Jitter"),
    t("A share of each pause, from 0 to 1, by which it is made longer or shorter."),
    NUMBER,
    jitter,
  ),
];

const retryClass = (): SchemaField[] => [
  needed(field("errors", t("Error codes"), t("Such as http_429; http_5* is all that begin so."), WORDS)),
  field("max_attempts", t("Max attempts"), t("So many may fail in this class."), WHOLE),
  ...pauses(),
];

export const runSettings = (): SchemaField[] => [
  field("timeout", t("Timeout"), t("The longest that a run may take."), TEXT),
  field("parallelism", t("Parallelism"), t("Steps of one run that may run at the same time."), WHOLE),
  field("warn_after", t("Warn after"), t("A run that takes longer is told to be overdue."), TEXT),
  group("concurrency", t("Concurrency"), t("How many runs may be under way at the same time."), [
    field("limit", t("Limit"), t("So many at once."), WHOLE),
    field("key", t("Key"), t("Each value of this template over inputs has a limit of its own."), TEXT),
    choice(
      "strategy",
      t("Strategy"),
      t("What happens to a run that comes when the limit is reached."),
      { queue: t("it waits"), drop_new: t("it ends at once"), cancel_old: t("the oldest run is cancelled") },
      "queue",
    ),
  ]),
  group("on_failure", t("On failure"), t("What is run when a run failed or took too long."), [
    needed(
      field("workflow", t("Workflow"), t("It gets the input run: what failed, and why."), {
        type: "workflow",
      }),
    ),
  ]),
  group("rate", t("Rate"), t("How many runs may begin within a span of time; the others wait."), [
    needed(field("limit", t("Runs at most"), t("So many in each span."), WHOLE)),
    needed(field("per", t("Per span of"), t("Such as 1m or 1h."), TEXT)),
    field("key", t("Rate key"), t("Each value of this template over inputs has a limit of its own."), TEXT),
  ]),
  group("debounce", t("Debounce"), t("Of runs in quick succession only the last one begins."), [
    needed(field("delay", t("Quiet for"), t("It begins when no other came for so long, such as 10s."), TEXT)),
    field("key", t("Debounce key"), t("Only runs with the same value are in succession."), TEXT),
    field("max_delay", t("Wait at most"), t("However many come, one of them begins after this."), TEXT),
  ]),
  field(
    "priority",
    t("Priority"),
    t("From -100 to 100, or an expression over inputs: higher goes first."),
    { type: "any" },
    0,
  ),
  field(
    "fair_by",
    t("Fair by"),
    t("Among waiting runs of equal priority, the value goes first of which the fewest are under way."),
    TEXT,
  ),
  group("idempotency", t("Idempotency"), t("The same key again gives the first run in place of another."), [
    field("key", t("Idempotency key"), t("A template over inputs; a caller's own key comes first."), TEXT),
    field("window", t("Window"), t("After this the same key begins a new run; for ever, if not said."), TEXT),
  ]),
  group("retention", t("Retention"), t("How long runs are kept after their end."), [
    field("keep", t("Keep runs"), t("Such as 30d."), TEXT),
    field("failed", t("Keep failed runs"), t("Those that failed or took too long."), TEXT),
  ]),
];
