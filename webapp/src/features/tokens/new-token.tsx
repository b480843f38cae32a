// Makes a token: a name to know it by, what it permits, how long it lasts. Then it is shown, this once.
import { useState } from "react";
import type { Profile } from "@/api/types";
import { Button } from "@/components/button";
import { ChoiceField, FieldError, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Secret } from "@/components/secret";
import { useCreateToken } from "./api/create-token";
import { groupScopes } from "./scopes";

const FIELDS = ["name", "scopes", "expires_in_days"] as const;

const LIFETIMES = [
  { days: "30", label: "30 days" },
  { days: "90", label: "90 days" },
  { days: "365", label: "A year" },
  { days: "", label: "For ever" },
];

export function NewToken({ profile, onDone }: { profile: Profile; onDone: () => void }) {
  const create = useCreateToken();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  if (create.data) {
    return (
      <div className="space-y-4">
        <p className="text-sm">
          This is the token <strong className="font-medium">{create.data.name}</strong>. Copy it now: it is
          not shown again.
        </p>
        <Secret value={create.data.token} label="Token" />
        <p className="text-sm text-muted">
          Programs send it as <code className="font-mono text-xs">Authorization: Bearer …</code>.
        </p>
        <Button weight="primary" onClick={onDone}>
          I have copied it
        </Button>
      </div>
    );
  }
  const toggle = (scope: string) => {
    const next = new Set(chosen);
    if (!next.delete(scope)) next.add(scope);
    setChosen(next);
  };
  return (
    <Form
      label="New token"
      fields={FIELDS}
      failure={create.error}
      busy={create.isPending}
      onSubmit={({ name = "", expires_in_days = "" }) =>
        create.mutate({
          name,
          scopes: [...chosen],
          ...(expires_in_days && { expires_in_days: Number(expires_in_days) }),
        })
      }
    >
      <TextField
        name="name"
        label="Name"
        help="What it is for, so that you know it later."
        maxLength={100}
        autoComplete="off"
        required
      />
      <Scopes permissions={profile.permissions} chosen={chosen} onToggle={toggle} />
      <ChoiceField name="expires_in_days" label="Good for" defaultValue="90">
        {LIFETIMES.map(({ days, label }) => (
          <option key={label} value={days}>
            {label}
          </option>
        ))}
      </ChoiceField>
      <FormFailure title="The token was not made" />
      <SubmitButton busy="Making it…">Make the token</SubmitButton>
    </Form>
  );
}

interface ScopesProps {
  permissions: readonly string[];
  chosen: ReadonlySet<string>;
  onToggle: (scope: string) => void;
}

function Scopes({ permissions, chosen, onToggle }: ScopesProps) {
  return (
    <fieldset className="space-y-1.5">
      <legend className="text-sm font-medium">What it permits</legend>
      <div className="divide-y divide-line rounded-md border border-line">
        {groupScopes(permissions).map(({ resource, scopes }) => (
          <div key={resource} className="flex flex-wrap items-center gap-x-4 px-2.5 py-1 text-sm">
            <span className="w-24 text-muted">{resource}</span>
            {scopes.map(({ name, action }) => (
              <label key={name} className="flex min-h-7 items-center gap-1.5 pointer-coarse:min-h-11">
                <input
                  type="checkbox"
                  aria-label={name}
                  className="size-4 accent-accent"
                  checked={chosen.has(name)}
                  onChange={() => onToggle(name)}
                />
                {action}
              </label>
            ))}
          </div>
        ))}
      </div>
      <FieldError name="scopes" />
    </fieldset>
  );
}
