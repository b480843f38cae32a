// Real data to complete and to try expressions with: what a run was given and what its steps gave.
import { isRecord, type JsonRecord } from "@/lib/json";

export interface SampleData {
  inputs: JsonRecord;
  nodes: Record<string, { output: unknown }>;
  vars: JsonRecord;
  /** All steps of the last run, for what blocks give to those within. */
  steps?: readonly SampleStep[];
  /** How secrets are named in a workflow: `registry.password`. What they hold is nowhere in here. */
  secrets?: readonly string[];
}

export interface SampleStep {
  node: string;
  path: string;
  status: string;
  input?: unknown;
  output?: unknown;
  error?: unknown;
}

export interface SampleRun {
  inputs: unknown;
  steps: readonly SampleStep[];
}

/** Of a step with turns the last one that succeeded counts; what is pinned counts before all. */
export function sampleOf(
  run: SampleRun | undefined,
  vars: JsonRecord,
  pins: Record<string, { output: unknown }>,
  secrets: readonly string[] = [],
): SampleData {
  const nodes: SampleData["nodes"] = {};
  for (const step of run?.steps ?? [])
    if (step.status === "succeeded") nodes[step.node] = { output: step.output ?? null };
  for (const [node, { output }] of Object.entries(pins)) nodes[node] = { output };
  return { inputs: isRecord(run?.inputs) ? run.inputs : {}, nodes, vars, steps: run?.steps ?? [], secrets };
}
