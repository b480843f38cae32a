// Adds the example application, and the workflow that ships it.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { ApiFailure } from "@/api/failure";
import { useIntent } from "@/api/intent";

export function useCreateBookshop() {
  const queries = useQueryClient();
  return useIntent(
    async (_: "bookshop", key) => {
      const [{ default: application }, { default: ship }] = await Promise.all([
        import("@examples/bookshop/bookshop.yaml?raw"),
        import("@examples/bookshop/ship.yaml?raw"),
      ]);
      const header = { "Idempotency-Key": key };
      // The workflow first: without it, the application could not be shipped. There may be one from before.
      await unwrap(client.POST("/api/workflows", { params: { header }, body: { source: ship } })).catch(
        (failure: unknown) => {
          if (!(failure instanceof ApiFailure && failure.status === 409)) throw failure;
        },
      );
      return unwrap(client.POST("/api/applications", { params: { header }, body: { source: application } }));
    },
    () =>
      Promise.all(
        ["applications", "models", "workflows"].map((what) =>
          queries.invalidateQueries({ queryKey: [what] }),
        ),
      ),
  );
}
