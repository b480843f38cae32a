// Real data to complete and to try expressions with: what a run was given and what its steps gave.
import { isRecord, type JsonRecord } from "@/lib/json";

export interface SampleData {
  inputs: JsonRecord;
  nodes: Record<string, { output: unknown }>;
  vars: JsonRecord;
}

export interface SampleRun {
  inputs: unknown;
  steps: readonly { node: string; path: string; status: string; input?: unknown; output?: unknown }[];
}

/** Of a step with turns the last one that succeeded counts; what is pinned counts before all. */
export function sampleOf(
  run: SampleRun | undefined,
  vars: JsonRecord,
  pins: Record<string, { output: unknown }>,
): SampleData {
  const nodes: SampleData["nodes"] = {};
  for (const step of run?.steps ?? [])
    if (step.status === "succeeded") nodes[step.node] = { output: step.output ?? null };
  for (const [node, { output }] of Object.entries(pins)) nodes[node] = { output };
  return { inputs: isRecord(run?.inputs) ? run.inputs : {}, nodes, vars };
}
