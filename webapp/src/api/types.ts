// Short names for the generated types, in one place so that a renamed schema is mended once.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type WorkflowSummary = Schemas["WorkflowSummary"];
export type Workflow = Schemas["Workflow"];
export type ExecutionSummary = Schemas["ExecutionSummary"];
export type Execution = Schemas["Execution"];
export type ExecutionDetail = Schemas["ExecutionDetail"];
export type ExecutionStatus = Schemas["ExecutionStatus"];
export type Step = Schemas["Step"];
export type Attempt = Schemas["Attempt"];
export type StepStatus = Schemas["StepStatus"];
export type RunError = Schemas["RunError"];
export type LogLine = Schemas["LogLine"];
export type Layout = NonNullable<Workflow["layout"]>;
export type Model = Schemas["Model"];
export type ModelField = Schemas["Field"];
export type Application = Schemas["Application"];
export type LiveRelease = Schemas["LiveRelease"];
export type NodeKind = Schemas["NodeKind"];
export type Status = Schemas["Status"];
