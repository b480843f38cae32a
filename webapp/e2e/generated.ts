// Applications that are shipped by a workflow which generates them and does no more: that takes seconds, and no compiler.
import { createWorkflow, freshName, request } from "./lathe";

const TITLE = { name: "title", type: "text", required: true };
const AUTHOR = { name: "author", type: "text", max: 80 };

/** One that was not shipped yet; `inputs` are those by which its workflow can be told what is allowed. */
export async function createGenerated(
  name: string,
  inputs: readonly string[],
): Promise<{ id: string; workflow: string }> {
  const shipping = freshName("e2e_generate");
  const allow = inputs.map((input) => [input.replace("allow_", ""), `\${ inputs.${input} }`]);
  const taken = inputs.map((input) => [input, { type: "boolean", default: false }]);
  const workflow = await createWorkflow({
    lathe: 1,
    name: shipping,
    inputs: { application: { type: "string" }, ...Object.fromEntries(taken) },
    nodes: [
      {
        id: "generate",
        kind: "code.generate",
        with: { application: "${ inputs.application }", allow: Object.fromEntries(allow) },
      },
    ],
  });
  const application = await request("POST", "/api/applications", {
    name,
    models: [{ name: "notes", fields: [TITLE, { name: "note", type: "text" }, AUTHOR] }],
    configuration: { ship_workflow: shipping },
  });
  return { id: String(application.id), workflow };
}

/** Notes go, authors are held to fewer letters, and there is a year. */
export async function changeApplication(id: string): Promise<void> {
  const fields = [TITLE, { ...AUTHOR, max: 40 }, { name: "year", type: "integer" }];
  await request("PUT", `/api/applications/${id}`, { models: [{ name: "notes", fields }] });
}
