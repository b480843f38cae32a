// The manifest of the bookshop example as its generated application tells it, and a shop full of records.
import type { Json } from "./store";

const I64 = { min: -9_007_199_254_740_991, max: 9_007_199_254_740_991 };

function field(name: string, type: string, more: Json = {}): Json {
  const { label, required = false, unique = false, default: initial = null, ...options } = more;
  const bounds: Record<string, Json> = {
    text: { min: 0, max: 255 },
    long_text: { min: 0, max: 100_000 },
    integer: I64,
    decimal: { scale: 2, min: null, max: null },
    date: { min: null, max: null },
    datetime: { min: null, max: null },
  };
  const spoken = `${name[0]?.toUpperCase()}${name.slice(1).replaceAll("_", " ")}`;
  return {
    name,
    label: label ?? spoken,
    type,
    options: { ...bounds[type], ...options },
    required,
    unique,
    default: initial,
  };
}

const model = (
  name: string,
  label: string,
  display: string | null,
  fields: Json[],
  more: Json = {},
): Json => ({
  name,
  label,
  display,
  fields,
  relations: [],
  referrers: [],
  ...more,
});

const one = (name: string, target: string, required: boolean, label?: string): Json => ({
  name,
  label: label ?? `${name[0]?.toUpperCase()}${name.slice(1)}`,
  key: `${name}_id`,
  target,
  many: false,
  required,
});

export const BOOKSHOP = {
  name: "bookshop",
  label: "The Bookshop",
  description: "Books, the people who write, publish and buy them, and the orders they place.",
  version: "4f1c22aa90be7d10",
  models: [
    model(
      "publishers",
      "Publishers",
      "name",
      [
        field("name", "text", { required: true, unique: true, max: 120 }),
        field("city", "text", { max: 80 }),
        field("email", "email", { label: "E-mail" }),
        field("founded", "integer", { label: "Founded in", min: 1400, max: 2100 }),
      ],
      { referrers: [{ model: "books", label: "Books", name: "books", key: "publisher_id" }] },
    ),
    model(
      "authors",
      "Authors",
      "name",
      [
        field("name", "text", { required: true, min: 2, max: 120 }),
        field("born", "date", { min: "1000-01-01" }),
        field("biography", "long_text", { max: 5_000 }),
      ],
      { referrers: [{ model: "books", label: "Books", name: "books", key: "authors" }] },
    ),
    model(
      "books",
      "Books",
      "title",
      [
        field("title", "text", { required: true, max: 200 }),
        field("isbn", "text", { label: "ISBN", required: true, unique: true, min: 10, max: 17 }),
        field("price", "decimal", { required: true, min: "0" }),
        field("pages", "integer", { min: 1, max: 20_000 }),
        field("format", "enum", {
          values: ["paperback", "hardback", "ebook", "audio"],
          required: true,
          default: "paperback",
        }),
        field("published_on", "date"),
        field("in_stock", "boolean", { required: true, default: true }),
        field("blurb", "long_text"),
        field("extra", "json", { label: "Further details" }),
      ],
      {
        relations: [
          {
            name: "authors",
            label: "Authors",
            key: "authors",
            target: "authors",
            many: true,
            required: false,
          },
          one("publisher", "publishers", true),
        ],
        referrers: [
          { model: "order_lines", label: "Order lines", name: "order_lines", key: "book_id" },
          { model: "customers", label: "Customers", name: "admirers", key: "favourite_id" },
        ],
      },
    ),
    model(
      "customers",
      "Customers",
      "name",
      [
        field("name", "text", { required: true, max: 120 }),
        field("email", "email", { label: "E-mail", required: true, unique: true }),
        field("loyalty_card", "uuid"),
        field("newsletter", "boolean", { required: true, default: false }),
      ],
      {
        relations: [one("favourite", "books", false, "Favourite book")],
        referrers: [{ model: "orders", label: "Orders", name: "orders", key: "customer_id" }],
      },
    ),
    model(
      "orders",
      "Orders",
      "number",
      [
        field("number", "text", { required: true, unique: true, max: 20 }),
        field("status", "enum", {
          values: ["open", "paid", "shipped", "cancelled"],
          required: true,
          default: "open",
        }),
        field("placed_at", "datetime", { required: true, min: "2000-01-01T00:00:00Z" }),
        field("note", "long_text", { max: 2_000 }),
      ],
      {
        relations: [one("customer", "customers", true)],
        referrers: [{ model: "order_lines", label: "Order lines", name: "lines", key: "parent_order_id" }],
      },
    ),
    model(
      "order_lines",
      "Order lines",
      null,
      [
        field("quantity", "integer", { required: true, default: 1, min: 1, max: 999 }),
        field("unit_price", "decimal", { required: true, min: "0" }),
      ],
      { relations: [one("parent_order", "orders", true, "Order"), one("book", "books", true)] },
    ),
  ],
};

/** The same id for the same record in every run: pictures and addresses stay comparable. */
export function idOf(kind: number, number: number): string {
  const at = (0x0198_f3a2_7c1b + number).toString(16).padStart(12, "0");
  return `${at.slice(0, 8)}-${at.slice(8)}-7d55-8e${kind.toString(16).padStart(2, "0")}-${number.toString(16).padStart(12, "0")}`;
}

const FIRST = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Leslie", "Margaret", "Tony", "Radia"];
const LAST = [
  "Byron",
  "Hopper",
  "Turing",
  "Dijkstra",
  "Liskov",
  "Knuth",
  "Lamport",
  "Hamilton",
  "Hoare",
  "Perlman",
];
const NOUNS = [
  "Lathe",
  "Loom",
  "Engine",
  "Garden",
  "Harbour",
  "Winter",
  "Mountain",
  "Machine",
  "Letter",
  "River",
];
const ADJECTIVES = [
  "Quiet",
  "Patient",
  "Hidden",
  "Long",
  "Brass",
  "Green",
  "Distant",
  "Second",
  "Honest",
  "Last",
];

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;

export function bookshopRecords(): Record<string, Json[]> {
  const stamps = (number: number) => {
    const at = new Date(Date.UTC(2026, 2, 1, 9, 30) + number * 5_400_000).toISOString();
    return { created_at: at, updated_at: at };
  };
  const range = (count: number) => Array.from({ length: count }, (_, index) => index);
  return {
    publishers: range(6).map((n) => ({
      id: idOf(1, n),
      name: `${pick(LAST, n)} & ${pick(LAST, n + 3)}`,
      city: pick(["London", "Zürich", "Kraków", "Lisboa", "Aarhus"], n),
      email: n % 2 ? `desk@${pick(LAST, n).toLowerCase()}.example` : null,
      founded: 1850 + n * 21,
      ...stamps(n),
    })),
    authors: range(24).map((n) => ({
      id: idOf(2, n),
      name: `${pick(FIRST, n)} ${pick(LAST, n + Math.floor(n / 10))}`,
      born: n % 3 ? `19${20 + n}-0${1 + (n % 9)}-1${n % 9}` : null,
      biography: `Writes about ${pick(NOUNS, n).toLowerCase()}s.\nLives by the sea.`,
      ...stamps(n),
    })),
    books: range(340).map((n) => ({
      id: idOf(3, n),
      title: `The ${pick(ADJECTIVES, n)} ${pick(NOUNS, n * 3 + Math.floor(n / 10))}${n > 99 ? `, volume ${Math.floor(n / 100) + 1}` : ""}`,
      isbn: `978-3-${String(100_000 + n * 37).slice(0, 6)}-0${n % 10}`,
      price: `${8 + (n % 40)}.${n % 2 ? "50" : "95"}`,
      pages: n % 7 ? 120 + ((n * 37) % 800) : null,
      format: pick(["paperback", "hardback", "ebook", "audio"], n),
      published_on: `20${10 + (n % 16)}-0${1 + (n % 9)}-1${n % 9}`,
      in_stock: n % 5 !== 0,
      blurb: "A story of care and iron.\nWith a map.",
      extra: n % 4 ? null : { translator: pick(FIRST, n + 2), pages_of_plates: n % 9 },
      authors: n % 6 ? [idOf(2, n % 24)] : [idOf(2, n % 24), idOf(2, (n + 5) % 24)],
      publisher_id: idOf(1, n % 6),
      ...stamps(n),
    })),
    customers: range(30).map((n) => ({
      id: idOf(4, n),
      name: `${pick(FIRST, n + 4)} ${pick(LAST, n + 7)}`,
      email: `reader${n}@example.org`,
      loyalty_card: n % 2 ? idOf(9, n) : null,
      newsletter: n % 3 === 0,
      favourite_id: n % 4 ? idOf(3, n) : null,
      ...stamps(n),
    })),
    orders: range(60).map((n) => ({
      id: idOf(5, n),
      number: `A-${1000 + n}`,
      status: pick(["open", "paid", "shipped", "cancelled"], n),
      placed_at: new Date(Date.UTC(2026, 8, 1, 8) + n * 7_200_000).toISOString(),
      note: n % 5 ? null : "Please ring twice.",
      customer_id: idOf(4, n % 30),
      ...stamps(n),
    })),
    order_lines: range(90).map((n) => ({
      id: idOf(6, n),
      quantity: 1 + (n % 4),
      unit_price: `${9 + (n % 30)}.50`,
      parent_order_id: idOf(5, n % 60),
      book_id: idOf(3, n),
      ...stamps(n),
    })),
  };
}
