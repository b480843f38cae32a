// Reads an expression of Jinja, by the precedence of its signs.
import { t } from "@/lib/i18n";
import { BeyondThis, TextFault } from "./outcome";
import type { Token } from "./tokens";
import type { Expression, Given } from "./tree";

const CONSTANTS: Record<string, unknown> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};

const RESERVED = new Set(["and", "or", "not", "in", "is", "if", "else", "for"]);

export class Reader {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get next(): Token {
    // The last one is the end, which is never passed.
    return this.tokens[Math.min(this.at, this.tokens.length - 1)] as Token;
  }

  has(text: string): boolean {
    const { kind } = this.next;
    return (kind === "sign" || kind === "name") && this.next.text === text;
  }

  takes(text: string): boolean {
    if (!this.has(text)) return false;
    this.at++;
    return true;
  }

  expect(text: string): void {
    if (!this.takes(text)) this.fail(t("{{expected}} is missing here.", { expected: text }));
  }

  fail(message: string): never {
    const { from, to } = this.next;
    throw new TextFault(message, from, Math.max(to, from + 1));
  }

  name(): string {
    const { kind, text } = this.next;
    if (kind !== "name" || RESERVED.has(text)) this.fail(t("A name is missing here."));
    this.at++;
    return text;
  }

  end(): void {
    const { kind, text } = this.next;
    if (kind !== "end") this.fail(t("{{found}} can't follow here.", { found: text }));
  }

  expression(): Expression {
    const yes = this.either();
    if (!this.takes("if")) return yes;
    const condition = this.either();
    const no = this.takes("else") ? this.expression() : undefined;
    return { is: "choice", condition, yes, no };
  }

  /** Without `… if … else …`, so that `for` may have its own condition. */
  either(): Expression {
    let left = this.both();
    while (this.takes("or")) left = { is: "binary", sign: "or", left, right: this.both() };
    return left;
  }

  private both(): Expression {
    let left = this.negation();
    while (this.takes("and")) left = { is: "binary", sign: "and", left, right: this.negation() };
    return left;
  }

  private negation(): Expression {
    return this.takes("not") ? { is: "unary", sign: "not", of: this.negation() } : this.comparison();
  }

  private comparison(): Expression {
    let left = this.sum();
    for (;;) {
      const sign = ["==", "!=", "<=", ">=", "<", ">", "in"].find((each) => this.takes(each));
      if (sign !== undefined) left = { is: "binary", sign, left, right: this.sum() };
      else if (this.takes("not")) {
        this.expect("in");
        const within: Expression = { is: "binary", sign: "in", left, right: this.sum() };
        left = { is: "unary", sign: "not", of: within };
      } else return left;
    }
  }

  private sum(): Expression {
    let left = this.joined();
    for (;;) {
      const sign = ["+", "-"].find((each) => this.takes(each));
      if (sign === undefined) return left;
      left = { is: "binary", sign, left, right: this.joined() };
    }
  }

  private joined(): Expression {
    let left = this.product();
    while (this.takes("~")) left = { is: "binary", sign: "~", left, right: this.product() };
    return left;
  }

  private product(): Expression {
    let left = this.signed();
    for (;;) {
      const sign = ["*", "//", "/", "%", "**"].find((each) => this.takes(each));
      if (sign === undefined) return left;
      left = { is: "binary", sign, left, right: this.signed() };
    }
  }

  private signed(): Expression {
    const sign = ["-", "+"].find((each) => this.takes(each));
    return sign === undefined ? this.filtered() : { is: "unary", sign, of: this.signed() };
  }

  private filtered(): Expression {
    let value = this.members(this.primary());
    for (;;) {
      if (this.takes("|")) value = { is: "filter", name: this.dotted(), of: value, given: this.given() };
      else if (this.takes("is")) {
        const negated = this.takes("not");
        const name = CONSTANTS[this.next.text] !== undefined || this.has("None") ? this.any() : this.dotted();
        value = { is: "test", name, of: value, given: this.given(), negated };
      } else return value;
    }
  }

  private any(): string {
    const { text } = this.next;
    this.at++;
    return text;
  }

  private dotted(): string {
    // `in` is a test, too.
    let name = this.has("in") ? this.any() : this.name();
    while (this.takes(".")) name += `.${this.name()}`;
    return name;
  }

  private given(): Given {
    const given: Given = { values: [], named: [] };
    if (!this.takes("(")) return given;
    while (!this.takes(")")) {
      const second = this.tokens[this.at + 1];
      if (this.next.kind === "name" && second?.kind === "sign" && second.text === "=") {
        const name = this.name();
        this.expect("=");
        given.named.push([name, this.expression()]);
      } else given.values.push(this.expression());
      if (!this.has(")")) this.expect(",");
    }
    return given;
  }

  private members(first: Expression): Expression {
    let value = first;
    for (;;) {
      if (this.takes(".")) {
        const name = this.next.kind === "number" ? this.any() : this.member();
        value = { is: "member", of: value, key: { is: "value", value: name }, written: name };
      } else if (this.takes("[")) {
        if (this.has(":")) throw new BeyondThis("[:]");
        const key = this.expression();
        if (this.has(":")) throw new BeyondThis("[:]");
        this.expect("]");
        value = { is: "member", of: value, key, written: "" };
      } else if (this.has("(")) value = { is: "call", callee: value, given: this.given() };
      else return value;
    }
  }

  /** After a dot any word is a name. */
  private member(): string {
    if (this.next.kind !== "name") this.fail(t("A name is missing here."));
    return this.any();
  }

  private primary(): Expression {
    const { kind, text } = this.next;
    if (kind === "string") return { is: "value", value: this.any() };
    if (kind === "number") return this.number();
    if (kind === "name" && text in CONSTANTS) return { is: "value", value: CONSTANTS[this.any()] };
    if (kind === "name") return { is: "name", name: this.name() };
    if (this.takes("(")) {
      const inside = this.expression();
      // A pair without a name is a list.
      if (this.has(",")) throw new BeyondThis("(,)");
      this.expect(")");
      return inside;
    }
    if (this.takes("[")) return { is: "list", items: this.items("]", () => this.expression()) };
    if (this.takes("{")) {
      const entries = this.items("}", (): [Expression, Expression] => {
        const key = this.expression();
        this.expect(":");
        return [key, this.expression()];
      });
      return { is: "map", entries };
    }
    return this.fail(
      kind === "end" ? t("A value is missing here.") : t("{{found}} can't stand here.", { found: text }),
    );
  }

  private number(): Expression {
    const text = this.any();
    const value = Number(text);
    // How others are written out is the server's.
    if (String(value) !== text) throw new BeyondThis(text);
    return { is: "value", value };
  }

  private items<T>(end: string, read: () => T): T[] {
    const items: T[] = [];
    while (!this.takes(end)) {
      items.push(read());
      if (!this.has(end)) this.expect(",");
    }
    return items;
  }
}
