// The fields that every node has besides those of its kind, as engine/src/document describes them.
import { t } from "@/lib/i18n";
import type { SchemaField, Shape } from "@/lib/schema-field";

function field(name: string, label: string, help: string, shape: Shape, fallback?: unknown): SchemaField {
  return { name, label, help, required: false, fallback, shape };
}

const TEXT: Shape = { type: "text", multiline: false };
const NUMBER: Shape = { type: "number", integer: false };

export const nodeRules = (): SchemaField[] => [
  field("label", t("Label"), t("What it is called on the canvas."), TEXT),
  field("when", t("Only when"), t("An expression; false skips the node, and what only it leads to."), {
    type: "code",
  }),
  field(
    "on_error",
    t("On error"),
    t("What happens when it has failed for good."),
    {
      type: "choice",
      options: [
        { value: "fail", help: t("the run fails") },
        { value: "continue", help: t("goes on with the error as output") },
        { value: "edge", help: t("goes on by the port error") },
        { value: "pause", help: t("waits for somebody to decide") },
      ],
    },
    "fail",
  ),
  field("timeout", t("Timeout"), t("The longest that one attempt may take, such as 30s or 5m."), TEXT),
  field("retry", t("Retry"), t("How failures that may pass are tried again."), {
    type: "fields",
    fields: [
      field("max_attempts", t("Max attempts"), t("In all, the first included."), {
        type: "number",
        integer: true,
      }),
      field("delay", t("Delay"), t("Before the second attempt, such as 2s."), TEXT, "1s"),
      field("backoff", t("Backoff"), t("Each further pause is so many times longer."), NUMBER, 2),
      field("max_delay", t("Max delay"), t("The longest pause."), TEXT, "1m"),
      field("within", t("Within"), t("No attempt begins later than this after the first."), TEXT),
    ],
  }),
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

export const runSettings = (): SchemaField[] => [
  field("timeout", t("Timeout"), t("The longest that a run may take."), TEXT),
  field("parallelism", t("Parallelism"), t("Steps of one run that may run at the same time."), {
    type: "number",
    integer: true,
  }),
  field("warn_after", t("Warn after"), t("A run that takes longer is told to be overdue."), TEXT),
  field("concurrency", t("Concurrency"), t("How many runs may be under way at the same time."), {
    type: "fields",
    fields: [
      field("limit", t("Limit"), t("So many at once."), { type: "number", integer: true }),
      field("key", t("Key"), t("Each value of this template over inputs has a limit of its own."), TEXT),
      field(
        "strategy",
        t("Strategy"),
        t("What happens to a run that comes when the limit is reached."),
        {
          type: "choice",
          options: [
            { value: "queue", help: t("it waits") },
            { value: "drop_new", help: t("it ends at once") },
            { value: "cancel_old", help: t("the oldest run is cancelled") },
          ],
        },
        "queue",
      ),
    ],
  }),
];
