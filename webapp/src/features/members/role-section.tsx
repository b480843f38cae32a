// What each role may do; closed, it is a list of names.
import { useQuery } from "@tanstack/react-query";
import { FailureNotice } from "@/components/failure-notice";
import { ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { listRoles } from "./api/list-roles";

export function RoleSection({ workspace }: { workspace: string }) {
  const query = useQuery(listRoles(workspace));
  return (
    <Section title="Roles" description="What members may do here.">
      {query.isPending && <SkeletonRows rows={3} label="Reading the roles" />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title="The roles could not be read"
          onRetry={() => query.refetch()}
        />
      )}
      {query.data && (
        <ul aria-label="Roles" className={ROWS}>
          {query.data.items.map(({ name, built_in, permissions }) => (
            <li key={name}>
              <details className="text-sm">
                <summary className="px-3 py-2 -outline-offset-2 hover:bg-canvas pointer-coarse:py-3">
                  <span className="font-medium">{name}</span>
                  <span className="text-muted">
                    {" · "}
                    {permissions.length} permissions{!built_in && " · of this workspace's own"}
                  </span>
                </summary>
                <p className="px-3 pb-2.5 font-mono text-xs leading-5 text-muted">{permissions.join(", ")}</p>
              </details>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
