// What can stand in a column, be filtered or sorted by: the fields, the relations, and what every record has.
import type { Field, FieldOptions, FieldType, Model, RecordData, Relation } from "./manifest";

export interface Column {
  /** Under which the record carries the value, and the dialect filters and sorts. */
  key: string;
  label: string;
  type: FieldType | "relation";
  options: FieldOptions;
  nullable: boolean;
  sort: boolean;
  filter: boolean;
  field?: Field;
  relation?: Relation;
}

const STAMPS = [
  { key: "created_at", label: "Created" },
  { key: "updated_at", label: "Changed" },
];

/** Every column a list of this model can have, in the order in which they are offered. */
export function columnsOf(model: Model): Column[] {
  const fields = model.fields.map(
    (field): Column => ({
      key: field.name,
      label: field.label,
      type: field.type,
      options: field.options,
      nullable: !field.required,
      sort: field.sort,
      filter: field.filter,
      field,
    }),
  );
  const relations = model.relations.map(
    (relation): Column => ({
      key: relation.key,
      label: relation.label,
      type: "relation",
      options: {},
      nullable: !relation.required && !relation.many,
      sort: false,
      filter: true,
      relation,
    }),
  );
  const known = new Set(fields.map(({ key }) => key));
  const stamps = STAMPS.filter(({ key }) => !known.has(key)).map(
    ({ key, label }): Column => ({
      key,
      label: model.stamps?.[key] ?? label,
      type: "datetime",
      options: {},
      nullable: false,
      sort: true,
      filter: true,
    }),
  );
  const id: Column[] = known.has("id")
    ? []
    : [
        {
          key: "id",
          label: model.stamps?.id ?? "Id",
          type: "uuid",
          options: {},
          nullable: false,
          sort: true,
          filter: true,
        },
      ];
  return [...fields, ...relations, ...stamps, ...id];
}

/** What a list shows as long as nobody has chosen: what names a record first, no long texts, six to begin with. */
export function defaultColumns(model: Model): string[] {
  if (model.columns) {
    const known = new Set(columnsOf(model).map(({ key }) => key));
    // What a workspace has declared is there to be seen.
    const extras = model.fields.filter(({ extra, hidden }) => extra && !hidden).map(({ name }) => name);
    return [...model.columns, ...extras].filter((key) => known.has(key));
  }
  const plain = model.fields.filter(
    ({ type, hidden, name }) => !hidden && !["long_text", "json"].includes(type) && name !== "id",
  );
  const named = plain.filter(({ name }) => name === model.display);
  const rest = plain.filter(({ name }) => name !== model.display);
  const fields = [...named, ...rest].slice(0, 6).map(({ name }) => name);
  const relations = model.relations.slice(0, 2).map(({ key }) => key);
  if (fields.length + relations.length === 0) return ["id", "created_at"];
  // Records without a name, such as the lines of an order, are known by what they belong to.
  return model.display === null ? [...relations, ...fields] : [...fields, ...relations];
}

/** A stamp is offered where records turn out to carry it. */
export function isCarried(column: Column, records: readonly RecordData[]): boolean {
  return (
    column.field !== undefined ||
    column.relation !== undefined ||
    records.some(({ [column.key]: it }) => it !== undefined)
  );
}

/** Whether the server has texts to search in. */
export function isSearchable(model: Model): boolean {
  return model.fields.some(({ type }) => ["text", "long_text", "email", "enum"].includes(type));
}

export function isNumeric(column: Column): boolean {
  return column.type === "integer" || column.type === "decimal";
}

/** The widths of all columns, in rem: what is left over of the room is shared by those that can use it. */
export function widthsIn(columns: readonly Column[], room: number): number[] {
  const least = columns.map((column, index) => widthOf(column, index === 0));
  const sum = (widths: readonly number[]) => widths.reduce((total, width) => total + width, 0);
  const wide = sum(least.filter((_, index) => !isNarrow(columns[index])));
  const surplus = Math.max(0, room - sum(least));
  if (wide === 0) return least;
  return least.map((width, index) => (isNarrow(columns[index]) ? width : width + (surplus * width) / wide));
}

/** Whether a column never needs more than its least width: what is left over goes to the others. */
function isNarrow(column: Column | undefined): boolean {
  return (
    column !== undefined &&
    ["boolean", "integer", "decimal", "date", "datetime", "enum", "uuid"].includes(column.type)
  );
}

/** How wide a column is at least, in rem: fixed by its type, so that rows which come later move nothing. */
function widthOf(column: Column, isFirst: boolean): number {
  return isFirst ? 14 : Math.max(widthOfType(column), widthOfHead(column.label));
}

/** What the name of a column takes, within reason. */
function widthOfHead(label: string): number {
  return Math.min(11, 0.4 * label.length + 2);
}

/** What the longest value of an enumeration takes, with the sign beside it, within reason. */
function widthOfWord({ options }: Column): number {
  const words = (options.values ?? []).map((value) => options.labels?.[value] ?? value);
  return Math.min(11, 0.45 * Math.max(0, ...words.map(({ length }) => length)) + 3.5);
}

function widthOfType(column: Column): number {
  switch (column.type) {
    case "boolean":
      return 6.5;
    case "integer":
    case "decimal":
      return 6.5;
    case "date":
      return 8;
    case "enum":
      return Math.max(8, widthOfWord(column));
    case "uuid":
      return 8;
    case "datetime":
      return 11;
    case "long_text":
    case "json":
      return 14;
    default:
      return 10;
  }
}
