// A prompt's text as it was read: what stands for itself, what is put in, what is chosen and what is repeated.

export type Expression =
  | { is: "value"; value: unknown }
  | { is: "name"; name: string }
  | { is: "list"; items: Expression[] }
  | { is: "map"; entries: [Expression, Expression][] }
  | { is: "member"; of: Expression; key: Expression; written: string }
  | { is: "call"; callee: Expression; given: Given }
  | { is: "filter"; name: string; of: Expression; given: Given }
  | { is: "test"; name: string; of: Expression; given: Given; negated: boolean }
  | { is: "unary"; sign: string; of: Expression }
  | { is: "binary"; sign: string; left: Expression; right: Expression }
  | { is: "choice"; condition: Expression; yes: Expression; no: Expression | undefined };

export interface Given {
  values: Expression[];
  named: [string, Expression][];
}

interface At {
  /** Where it stands in the text. */
  from: number;
  to: number;
}

export type Part = At &
  (
    | { is: "text"; text: string }
    | { is: "output"; value: Expression }
    | { is: "set"; names: string[]; value: Expression }
    | { is: "if"; branches: { condition: Expression; body: Part[] }[]; otherwise: Part[] }
    | {
        is: "for";
        names: string[];
        of: Expression;
        only: Expression | undefined;
        body: Part[];
        otherwise: Part[];
      }
  );
