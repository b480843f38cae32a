// The fields that every node has besides those of its kind, as engine/src/document describes them.
import type { SchemaField, Shape } from "@/lib/schema-field";

function field(name: string, help: string, shape: Shape, fallback?: unknown): SchemaField {
  return { name, label: name.replaceAll("_", " "), help, required: false, fallback, shape };
}

const TEXT: Shape = { type: "text", multiline: false };
const NUMBER: Shape = { type: "number", integer: false };

export const NODE_RULES: SchemaField[] = [
  field("label", "What it is called on the canvas.", TEXT),
  field("when", "An expression; false skips the node, and what only it leads to.", { type: "code" }),
  field(
    "on_error",
    "What happens when it has failed for good.",
    {
      type: "choice",
      options: [
        { value: "fail", help: "the run fails" },
        { value: "continue", help: "goes on with the error as output" },
        { value: "edge", help: "goes on by the port error" },
        { value: "pause", help: "waits for somebody to decide" },
      ],
    },
    "fail",
  ),
  field("timeout", "The longest that one attempt may take, such as 30s or 5m.", TEXT),
  field("retry", "How failures that may pass are tried again.", {
    type: "fields",
    fields: [
      field("max_attempts", "In all, the first included.", { type: "number", integer: true }),
      field("delay", "Before the second attempt, such as 2s.", TEXT, "1s"),
      field("backoff", "Each further pause is so many times longer.", NUMBER, 2),
      field("max_delay", "The longest pause.", TEXT, "1m"),
      field("within", "No attempt begins later than this after the first.", TEXT),
    ],
  }),
  field("queue_timeout", "The longest that it may wait for a runner.", TEXT),
  field("heartbeat", "The longest that it may give no sign of life.", TEXT),
  field("checkpoint", "Its result is recorded before the next step begins.", { type: "switch" }, false),
];

export const SETTINGS: SchemaField[] = [
  field("timeout", "The longest that a run may take.", TEXT),
  field("parallelism", "Steps of one run that may run at the same time.", { type: "number", integer: true }),
  field("warn_after", "A run that takes longer is told to be overdue.", TEXT),
  field("concurrency", "How many runs may be under way at the same time.", {
    type: "fields",
    fields: [
      field("limit", "So many at once.", { type: "number", integer: true }),
      field("key", "Each value of this template over inputs has a limit of its own.", TEXT),
      field(
        "strategy",
        "What happens to a run that comes when the limit is reached.",
        {
          type: "choice",
          options: [
            { value: "queue", help: "it waits" },
            { value: "drop_new", help: "it ends at once" },
            { value: "cancel_old", help: "the oldest run is cancelled" },
          ],
        },
        "queue",
      ),
    ],
  }),
];
