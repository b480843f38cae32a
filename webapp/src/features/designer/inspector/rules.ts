// The fields that every node has besides those of its kind, as engine/src/document describes them.
import { t } from "@/lib/i18n";
import type { SchemaField, Shape } from "@/lib/schema-field";

function field(name: string, label: string, help: string, shape: Shape, fallback?: unknown): SchemaField {
  return { name, label, help, required: false, fallback, shape };
}

const TEXT: Shape = { type: "text", multiline: false };
const NUMBER: Shape = { type: "number", integer: false };

export const nodeRules = (): SchemaField[] => [
  field("label", t("label"), t("What it is called on the canvas."), TEXT),
  field("when", t("when"), t("An expression; false skips the node, and what only it leads to."), {
    type: "code",
  }),
  field(
    "on_error",
    t("on error"),
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
  field("timeout", t("timeout"), t("The longest that one attempt may take, such as 30s or 5m."), TEXT),
  field("retry", t("retry"), t("How failures that may pass are tried again."), {
    type: "fields",
    fields: [
      field("max_attempts", t("max attempts"), t("In all, the first included."), {
        type: "number",
        integer: true,
      }),
      field("delay", t("delay"), t("Before the second attempt, such as 2s."), TEXT, "1s"),
      field("backoff", t("backoff"), t("Each further pause is so many times longer."), NUMBER, 2),
      field("max_delay", t("max delay"), t("The longest pause."), TEXT, "1m"),
      field("within", t("within"), t("No attempt begins later than this after the first."), TEXT),
    ],
  }),
  field("queue_timeout", t("queue timeout"), t("The longest that it may wait for a runner."), TEXT),
  field("heartbeat", t("heartbeat"), t("The longest that it may give no sign of life."), TEXT),
  field(
    "checkpoint",
    t("checkpoint"),
    t("Its result is recorded before the next step begins."),
    { type: "switch" },
    false,
  ),
];

export const runSettings = (): SchemaField[] => [
  field("timeout", t("timeout"), t("The longest that a run may take."), TEXT),
  field("parallelism", t("parallelism"), t("Steps of one run that may run at the same time."), {
    type: "number",
    integer: true,
  }),
  field("warn_after", t("warn after"), t("A run that takes longer is told to be overdue."), TEXT),
  field("concurrency", t("concurrency"), t("How many runs may be under way at the same time."), {
    type: "fields",
    fields: [
      field("limit", t("limit"), t("So many at once."), { type: "number", integer: true }),
      field("key", t("key"), t("Each value of this template over inputs has a limit of its own."), TEXT),
      field(
        "strategy",
        t("strategy"),
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
