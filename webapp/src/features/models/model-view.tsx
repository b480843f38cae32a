// One model: tables of its fields and relations, to read.

import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Model } from "@/api/types";
import { t } from "@/lib/i18n";
import { fieldFacts } from "./field-facts";
import { type Relation, relationsOf } from "./relations";

interface ModelViewProps {
  model: Model;
  /** Of the application that the model belongs to. */
  relationships: readonly unknown[];
  /** Its models, by whose names relations lead to them. */
  others?: readonly { id: string; name: string }[];
}

export function ModelView({ model, relationships, others = [] }: ModelViewProps) {
  const relations = relationsOf(model, relationships);
  return (
    <div className="space-y-5">
      {model.fields.length === 0 ? (
        <p className="text-muted">{t("This model has no fields of its own.")}</p>
      ) : (
        <Table columns={[t("Field"), t("Type"), t("Rules")]}>
          {model.fields.map((field) => (
            <tr key={field.name}>
              <Name label={field.label || field.name} name={field.name} />
              <td className="px-3 py-2 align-top">
                <code className="font-mono text-xs">{field.type}</code>
              </td>
              <Facts facts={fieldFacts(field)} />
            </tr>
          ))}
        </Table>
      )}
      {relations.length > 0 && <Relations relations={relations} others={others} />}
    </div>
  );
}

interface RelationsProps {
  relations: Relation[];
  others: readonly { id: string; name: string }[];
}

function Relations({ relations, others }: RelationsProps) {
  return (
    <Table columns={[t("Relation"), t("With"), t("Rules")]}>
      {relations.map((relation) => (
        <tr key={`${relation.name} ${relation.other}`}>
          <Name label={relation.name} name={relation.name} />
          <td className="px-3 py-2 align-top">
            <Other name={relation.other} id={others.find(({ name }) => name === relation.other)?.id} />
          </td>
          <Facts facts={[relation.shape, ...relation.facts]} />
        </tr>
      ))}
    </Table>
  );
}

function Other({ name, id }: { name: string; id: string | undefined }) {
  const code = <code className="font-mono text-xs">{name}</code>;
  if (id === undefined) return code;
  return (
    <Link to={`/models/${id}`} className="text-accent underline underline-offset-2">
      {code}
    </Link>
  );
}

function Table({ columns, children }: { columns: string[]; children: ReactNode }) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line">
      <table className="w-full table-fixed text-left text-sm">
        <thead className="bg-canvas text-xs text-muted">
          <tr>
            {columns.map((column) => (
              <th
                key={column}
                scope="col"
                className="px-3 py-2 font-medium max-sm:first:w-[32%] max-sm:last:w-[42%]"
              >
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}

function Name({ label, name }: { label: string; name: string }) {
  return (
    <td className="px-3 py-2 align-top break-words">
      <span className="mr-2 font-medium">{label}</span>
      {label !== name && <code className="inline-block font-mono text-xs text-muted">{name}</code>}
    </td>
  );
}

function Facts({ facts }: { facts: string[] }) {
  return (
    <td className="px-3 py-1.5">
      <span className="flex flex-wrap gap-1">
        {facts.map((fact) => (
          <span key={fact} className="rounded bg-line/60 px-1.5 py-0.5 text-xs text-muted">
            {fact}
          </span>
        ))}
      </span>
    </td>
  );
}
