// The dialect of records in memory, faithful to the runtime of generated applications (query.rs, validate.rs, records.rs):
// tests of the record screens ask it what they would ask an application.

export type Json = Record<string, unknown>;

export interface Described {
  name: string;
  fields: Json[];
  relations: Json[];
  referrers: Json[];
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: { path: string; message: string }[] = [],
  ) {
    super(message);
  }
}

const OWN = ["id", "created_at", "updated_at"];
const OPERATORS = ["eq", "ne", "gt", "gte", "lt", "lte", "contains", "null"];
const TEXTS = ["text", "long_text", "email", "enum"];

export class Store {
  private serial = 0;

  constructor(
    readonly models: Described[],
    readonly records: Record<string, Json[]>,
  ) {}

  model(name: string): Described {
    const found = this.models.find((model) => model.name === name);
    if (!found) throw new Refused(404, "not_found", `there is no model called ${name}`);
    return found;
  }

  rows(model: Described): Json[] {
    this.records[model.name] ??= [];
    return this.records[model.name] as Json[];
  }

  read(model: Described, id: string): Json {
    const found = this.rows(model).find((record) => record.id === id);
    if (!found) throw new Refused(404, "not_found", `there is no record ${id} in ${model.name}`);
    return found;
  }

  list(model: Described, query: URLSearchParams): { items: Json[]; next_cursor: string | null } {
    const limit = Number(query.get("limit") ?? 50);
    if (!(limit >= 1 && limit <= 200)) throw bad("?limit", "must be a number from 1 to 200");
    const sort = query.get("sort") ?? "-id";
    const key = sort.replace(/^-/, "");
    if (!this.typeOf(model, key))
      throw bad("?sort", "must name a field, with a minus in front for descending order");
    const q = query.get("q")?.toLowerCase() ?? "";
    const filters = [...query].filter(([name]) => !["limit", "sort", "q", "cursor"].includes(name));
    const keep = filters.map(([name, value]) => this.filter(model, name, value));
    const texts = model.fields
      .filter(({ type }) => TEXTS.includes(String(type)))
      .map(({ name }) => String(name));
    const rows = this.rows(model)
      .filter((record) => keep.every((each) => each(record)))
      .filter(
        (record) =>
          q === "" ||
          texts.some((name) =>
            String(record[name] ?? "")
              .toLowerCase()
              .includes(q),
          ),
      )
      .sort((one, other) => this.order(model, key, sort.startsWith("-"), one, other));
    const cursor = query.get("cursor");
    const start = cursor === null ? 0 : rows.findIndex(({ id }) => id === cursor) + 1;
    if (cursor !== null && start === 0)
      throw bad("?cursor", "does not belong to this list; start again without it");
    const items = rows.slice(start, start + limit);
    return { items, next_cursor: start + limit < rows.length ? String(items.at(-1)?.id) : null };
  }

  create(model: Described, document: Json): Json {
    const at = new Date().toISOString();
    this.serial += 1;
    const id = `0199ffff-0000-7000-8000-${String(this.serial).padStart(12, "0")}`;
    const record = { id, ...this.valid(model, document, null), created_at: at, updated_at: at };
    this.rows(model).push(record);
    return record;
  }

  update(model: Described, id: string, document: Json): Json {
    const record = this.read(model, id);
    return Object.assign(record, this.valid(model, document, id), { updated_at: new Date().toISOString() });
  }

  remove(model: Described, id: string): void {
    this.read(model, id);
    const details = model.referrers.flatMap((referrer) => {
      const source = this.model(String(referrer.model));
      const relation = source.relations.find(({ key }) => key === referrer.key);
      const users = this.rows(source).filter((record) => [record[String(referrer.key)]].flat().includes(id));
      const isInUse = users.length > 0 && (relation?.required === true || relation?.many === true);
      const message = `${users.length} of ${source.name} refer to it as their ${relation?.name}`;
      return isInUse ? [{ path: `/${referrer.name}`, message }] : [];
    });
    if (details.length > 0)
      throw new Refused(409, "conflict", "it is still in use and cannot be deleted", details);
    this.records[model.name] = this.rows(model).filter((record) => record.id !== id);
  }

  private typeOf(model: Described, key: string): string | undefined {
    const field = model.fields.find(({ name }) => name === key);
    if (field) return String(field.type);
    if (model.relations.some((relation) => relation.key === key && !relation.many)) return "uuid";
    return key === "id" ? "uuid" : OWN.includes(key) ? "datetime" : undefined;
  }

  private filter(model: Described, name: string, value: string): (record: Json) => boolean {
    const [key = "", operator = "eq"] = name.split("__");
    const many = model.relations.find((relation) => relation.key === key && relation.many);
    if (many && operator === "eq") return (record) => (record[key] as string[]).includes(value);
    const type = this.typeOf(model, key);
    if (type === undefined) throw bad(`?${name}`, "is not a field of this model");
    if (!OPERATORS.includes(operator)) throw bad(`?${name}`, "has no such comparison");
    if (operator === "null") return (record) => (record[key] === null) === (value === "true");
    if (operator === "contains") {
      if (!TEXTS.includes(type)) throw bad(`?${name}`, "has no such comparison");
      return (record) =>
        String(record[key] ?? "")
          .toLowerCase()
          .includes(value.toLowerCase());
    }
    if (type === "integer" && !/^-?\d+$/.test(value)) throw bad(`?${name}`, "must be a whole number");
    if (type === "date" && !/^\d{4}-\d\d-\d\d$/.test(value)) throw bad(`?${name}`, "must be a date");
    return (record) => {
      if (record[key] === null || record[key] === undefined) return false;
      const order = compare(type, record[key], value);
      const outcomes: Record<string, boolean> = {
        eq: order === 0,
        ne: order !== 0,
        gt: order > 0,
        gte: order >= 0,
        lt: order < 0,
        lte: order <= 0,
      };
      return outcomes[operator] ?? false;
    };
  }

  /** Rows without a value come last in either direction. */
  private order(model: Described, key: string, descending: boolean, one: Json, other: Json): number {
    const [mine, its] = [one[key] ?? null, other[key] ?? null];
    if ((mine === null) !== (its === null)) return mine === null ? 1 : -1;
    const order =
      (mine === null ? 0 : compare(this.typeOf(model, key) ?? "text", mine, its)) ||
      compare("text", one.id, other.id);
    return descending ? -order : order;
  }

  private valid(model: Described, document: Json, id: string | null): Json {
    const details: { path: string; message: string }[] = [];
    const known = new Set(OWN);
    const values: Json = {};
    for (const field of model.fields) {
      const name = String(field.name);
      known.add(name);
      const value = document[name] === undefined ? (field.default ?? null) : document[name];
      const message = faultOf(field, value);
      if (message) details.push({ path: `/${name}`, message });
      else if (
        field.unique &&
        value !== null &&
        this.rows(model).some((row) => row[name] === value && row.id !== id)
      )
        throw new Refused(409, "conflict", `${name} is already taken`, [
          { path: `/${name}`, message: "is already taken" },
        ]);
      values[name] = value;
    }
    for (const { key, many, required, target } of model.relations) {
      const name = String(key);
      known.add(name);
      const value = document[name] ?? (many ? [] : null);
      if (required && !many && value === null) details.push({ path: `/${name}`, message: "is required" });
      for (const each of [value].flat())
        if (each !== null && !this.rows(this.model(String(target))).some((row) => row.id === each))
          details.push({ path: `/${name}`, message: `there is no such record in ${target}` });
      values[name] = value;
    }
    for (const key of Object.keys(document))
      if (!known.has(key)) details.push({ path: `/${key}`, message: "is not a field of this model" });
    if (details.length > 0)
      throw new Refused(422, "validation_failed", `${details.length} fields are not valid`, details);
    return values;
  }
}

function bad(path: string, message: string): Refused {
  return new Refused(400, "bad_request", "the query is not valid", [{ path, message }]);
}

function compare(type: string, one: unknown, other: unknown): number {
  if (type === "integer" || type === "decimal") return Number(one) - Number(other);
  if (type === "datetime") return Date.parse(String(one)) - Date.parse(String(other));
  const [mine, its] = [String(one), String(other)];
  return mine < its ? -1 : mine > its ? 1 : 0;
}

function faultOf(field: Json, value: unknown): string | undefined {
  const { min, max, values, scale } = field.options as Json;
  if (value === null || (field.required && value === "")) return field.required ? "is required" : undefined;
  const isBelow = (number: number) => min !== null && min !== undefined && number < Number(min);
  const isAbove = (number: number) => max !== null && max !== undefined && number > Number(max);
  switch (field.type) {
    case "text":
    case "long_text":
      if (typeof value !== "string") return "must be a text";
      if (isBelow([...value].length)) return `must have at least ${min} characters`;
      return isAbove([...value].length) ? `must have at most ${max} characters` : undefined;
    case "integer":
      if (!Number.isInteger(value)) return "must be a whole number";
      if (isBelow(Number(value))) return `must be at least ${min}`;
      return isAbove(Number(value)) ? `must be at most ${max}` : undefined;
    case "decimal": {
      const match = /^-?\d+(?:\.(\d+))?$/.exec(String(value));
      if (!match) return 'must be a decimal number, such as "12.50"';
      if ((match[1] ?? "").length > Number(scale)) return `must have at most ${scale} digits after the point`;
      return isBelow(Number(value)) ? `must be at least ${min}` : undefined;
    }
    case "boolean":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "enum":
      return (values as unknown[]).includes(value)
        ? undefined
        : `must be one of ${(values as string[]).join(", ")}`;
    case "email":
      return /^[^@ ]+@[^@ ]+$/.test(String(value)) ? undefined : "must be an e-mail address";
    case "date":
      return /^\d{4}-\d\d-\d\d$/.test(String(value)) ? undefined : 'must be a date, such as "2026-05-17"';
    case "datetime":
      return Number.isNaN(Date.parse(String(value)))
        ? 'must be a time, such as "2026-05-17T09:30:00Z"'
        : undefined;
    default:
      return undefined;
  }
}
