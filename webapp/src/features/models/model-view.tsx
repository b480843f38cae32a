// One model: a table of its fields, to read.
import type { Model } from "@/api/types";
import { fieldFacts } from "./field-facts";

export function ModelView({ model }: { model: Model }) {
  if (model.fields.length === 0) return <p className="text-muted">This model has no fields of its own.</p>;
  return (
    <div className="overflow-x-auto rounded-lg border border-line">
      <table className="w-full text-left text-sm">
        <thead className="bg-canvas text-xs text-muted">
          <tr>
            <th scope="col" className="px-3 py-2 font-medium">
              Field
            </th>
            <th scope="col" className="px-3 py-2 font-medium">
              Type
            </th>
            <th scope="col" className="px-3 py-2 font-medium">
              Rules
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {model.fields.map((field) => (
            <tr key={field.name}>
              <td className="px-3 py-2 align-top">
                <span className="font-medium">{field.label || field.name}</span>
                {field.label && <code className="ml-2 font-mono text-xs text-muted">{field.name}</code>}
              </td>
              <td className="px-3 py-2 align-top">
                <code className="font-mono text-xs">{field.type}</code>
              </td>
              <td className="px-3 py-1.5">
                <span className="flex flex-wrap gap-1">
                  {fieldFacts(field).map((fact) => (
                    <span key={fact} className="rounded bg-sunken px-1.5 py-0.5 text-xs text-muted">
                      {fact}
                    </span>
                  ))}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
