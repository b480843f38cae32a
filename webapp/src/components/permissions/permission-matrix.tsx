// Permissions to be chosen or looked at: a line for each thing, its actions beside it, in groups that are chosen at once.
import { Check, Minus } from "lucide-react";
import { Button } from "@/components/button";
import { cn } from "@/lib/cn";
import { t, translate } from "@/lib/i18n";
import { groupScopes, groupSubjects, type ScopeGroup, type Subject } from "@/lib/scopes";

interface PermissionMatrixProps {
  legend: string;
  /** All that there is to be chosen. */
  permissions: readonly string[];
  chosen: ReadonlySet<string>;
  /** Those that the reader may give away; what they may not is shown and can't be chosen. */
  grantable?: ReadonlySet<string>;
  /** Without it the matrix is only looked at. */
  onChange?: (chosen: ReadonlySet<string>) => void;
}

export function PermissionMatrix(props: PermissionMatrixProps) {
  const { legend, permissions, chosen, grantable, onChange } = props;
  const isFree = (name: string) => grantable === undefined || grantable.has(name);
  const set = (names: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const name of names.filter(isFree)) {
      if (on) next.add(name);
      else next.delete(name);
    }
    onChange?.(next);
  };
  const reading = permissions.filter((name) => name.endsWith(":read"));
  return (
    <fieldset className="min-w-0 space-y-2">
      <legend className="text-sm font-medium">{legend}</legend>
      {onChange && (
        <div className="flex flex-wrap items-center gap-1.5">
          <Button onClick={() => set(reading, true)}>{t("All that reads")}</Button>
          <Button disabled={chosen.size === 0} onClick={() => set([...chosen], false)}>
            {t("None")}
          </Button>
          <span role="status" className="text-sm text-muted">
            {t("{{count}} chosen", { count: chosen.size })}
          </span>
        </div>
      )}
      {groupSubjects(permissions).map(({ subject, groups }) => (
        <Part
          key={subject}
          subject={subject}
          groups={groups}
          chosen={chosen}
          isFree={isFree}
          {...(onChange && { set })}
        />
      ))}
    </fieldset>
  );
}

interface PartProps {
  subject: Subject;
  groups: ScopeGroup[];
  chosen: ReadonlySet<string>;
  isFree: (name: string) => boolean;
  set?: (names: readonly string[], on: boolean) => void;
}

function Part({ subject, groups, chosen, isFree, set }: PartProps) {
  const names = groups.flatMap(({ scopes }) => scopes.map(({ name }) => name)).filter(isFree);
  const all = names.length > 0 && names.every((name) => chosen.has(name));
  const some = names.some((name) => chosen.has(name));
  const title = subjectName(subject);
  return (
    <div className="overflow-hidden rounded-md border border-line">
      <div className="flex min-h-8 items-center gap-2 border-b border-line bg-canvas px-2.5 text-xs font-medium">
        {set && (
          <input
            type="checkbox"
            aria-label={t("All of: {{group}}", { group: title })}
            className="size-4 accent-accent pointer-coarse:size-5"
            checked={all}
            disabled={names.length === 0}
            ref={(box) => {
              if (box) box.indeterminate = some && !all;
            }}
            onChange={() => set(names, !all)}
          />
        )}
        {title}
      </div>
      <div className="divide-y divide-line">
        {groups.map(({ resource, scopes }) => (
          <div key={resource} className="flex flex-wrap items-center gap-x-4 px-2.5 py-1 text-sm">
            <span className="w-36 shrink-0 text-muted max-sm:w-full">{resourceName(resource)}</span>
            {scopes.map(({ name, action }) =>
              set ? (
                <label
                  key={name}
                  title={isFree(name) ? name : t("Only who has it can give it: {{name}}", { name })}
                  className={cn(
                    "flex min-h-7 items-center gap-1.5 pointer-coarse:min-h-11",
                    !isFree(name) && "text-muted",
                  )}
                >
                  <input
                    type="checkbox"
                    aria-label={name}
                    className="size-4 accent-accent"
                    checked={chosen.has(name)}
                    disabled={!isFree(name)}
                    onChange={() => set([name], !chosen.has(name))}
                  />
                  {actionName(action)}
                </label>
              ) : (
                <Seen key={name} name={name} does={action} has={chosen.has(name)} />
              ),
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

function Seen({ name, does, has }: { name: string; does: string; has: boolean }) {
  const Icon = has ? Check : Minus;
  return (
    <span title={name} className={cn("flex min-h-7 items-center gap-1", !has && "text-muted")}>
      <Icon aria-hidden className={cn("size-4", has && "text-ok")} />
      {actionName(does)}
      <span className="sr-only">{has ? t("permitted") : t("not permitted")}</span>
    </span>
  );
}

/** In the words of the matrix, for where there is no room for one. */
export function permissionsText(permissions: readonly string[]): string {
  return groupScopes(permissions)
    .map(({ resource, scopes }) => {
      const actions = scopes.map(({ action }) => actionName(action));
      return `${resourceName(resource)}: ${actions.join(", ")}`;
    })
    .join("; ");
}

function subjectName(subject: Subject): string {
  switch (subject) {
    case "building":
      return t("What is built");
    case "running":
      return t("What runs");
    case "workspace":
      return t("People and the workspace");
  }
}

/** The server names things by a word; what it knows and this app does not is shown as it is. */
function resourceName(resource: string): string {
  const names: Record<string, string> = {
    nodes: t("Kinds of nodes"),
    models: t("Models"),
    applications: t("Applications"),
    prompts: t("Prompts"),
    files: t("Files"),
    secrets: t("Secrets"),
    variables: t("Variables"),
    workflows: t("Workflows"),
    schedules: t("Schedules"),
    webhooks: t("Webhooks"),
    outgoing_webhooks: t("Outgoing webhooks"),
    executions: t("Runs"),
    waits: t("Decisions"),
    audit: t("Audit log"),
    members: t("Members"),
    tokens: t("API tokens"),
    workspace: t("Workspace"),
  };
  return names[resource] ?? translate(resource.replaceAll("_", " "));
}

function actionName(action: string): string {
  const names: Record<string, string> = {
    read: t("read"),
    write: t("change"),
    deploy: t("deploy"),
    publish: t("publish"),
    run: t("start"),
    control: t("steer"),
    answer: t("answer"),
    delete: t("delete"),
    manage: t("manage those of others"),
    export: t("export"),
    import: t("import"),
  };
  return names[action] ?? action;
}
