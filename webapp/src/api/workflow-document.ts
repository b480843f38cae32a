// One workflow as it begins: its published version, or the newest one where none was published.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client";

export function getBeginning(id: string) {
  return queryOptions({
    queryKey: ["workflows", "beginning", id],
    enabled: id !== "",
    queryFn: async ({ signal }) => {
      const workflow = await unwrap(client.GET("/api/workflows/{id}", { params: { path: { id } }, signal }));
      const { published_version: version } = workflow;
      const name = workflow.label || workflow.name;
      if (version == null || version === workflow.version) return { name, document: workflow.document };
      const path = { id, version };
      const published = await unwrap(
        client.GET("/api/workflows/{id}/versions/{version}", { params: { path }, signal }),
      );
      return { name, document: published.document };
    },
  });
}
