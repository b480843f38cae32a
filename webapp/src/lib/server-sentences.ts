// What the server and the record screens say of a mistake, in the language of whoever reads. The server's sentences are known
// as they stand in its source, `{name}` being what it fills in; most of those that people meet are in server/sentences.de.json.
import { language, sentences, type Texts } from "./i18n";

/** What is wrong with a value, by the sentences of records/rules.ts and records/failure.ts. */
const FAULTS: [RegExp, string][] = [
  [/^is required$/, "ist erforderlich"],
  [/^is missing$/, "fehlt"],
  [/^must not contain the character U\+0000$/, "darf das Zeichen U+0000 nicht enthalten"],
  [/^must be a date, such as (.*)$/, "muss ein Datum sein, etwa $1"],
  [/^must be a time, such as (.*)$/, "muss ein Zeitpunkt sein, etwa $1"],
  [/^must be one of (.*)$/, "muss eins davon sein: $1"],
  [/^must be an e-mail address$/, "muss eine E-Mail-Adresse sein"],
  [/^must be a UUID$/, "muss eine UUID sein"],
  [/^must be true or false$/, "muss wahr oder falsch sein"],
  [/^must be a whole number$/, "muss eine ganze Zahl sein"],
  [/^must be a decimal number, such as .*$/, "muss eine Dezimalzahl sein, etwa 12,50"],
  [/^must have at least (.*) characters$/, "muss mindestens $1 Zeichen haben"],
  [/^must have at most (.*) characters$/, "darf höchstens $1 Zeichen haben"],
  [/^must have at most (.*) digits after the point$/, "darf höchstens $1 Ziffern nach dem Komma haben"],
  [/^must have at most (.*) digits before the point$/, "darf höchstens $1 Ziffern vor dem Komma haben"],
  [/^must be at least (.*)$/, "muss mindestens $1 sein"],
  [/^must be at most (.*)$/, "darf höchstens $1 sein"],
  [
    /^is not JSON: put a text in quotation marks, such as (.*)$/s,
    "ist kein JSON: Text gehört in Anführungszeichen, etwa $1",
  ],
  [/^is not JSON: look at line (.*), character (.*)$/, "ist kein JSON: siehe Zeile $1, Zeichen $2"],
  [/^is not JSON: (.) stands where it can't$/u, "ist kein JSON: $1 steht an falscher Stelle"],
  [/^is not JSON: it ends too early$/, "ist kein JSON: es endet zu früh"],
  [/^is not JSON: (.*)$/, "ist kein JSON: $1"],
  // Its template would fit any sentence with that word in it.
  [/^it answered (\d{3})$/, "Die Antwort war $1."],
  [/^((?:https?:\/)?\/\S*) answered (\d{3}\b.*)$/, "$1 hat mit $2 geantwortet"],
  [/^Something went wrong\.$/, "Etwas ist schiefgegangen."],
];

interface Sentence {
  pattern: RegExp;
  /** The names of the holes, in the order in which the pattern finds them. */
  holes: string[];
  said: string;
}

/** The sentence in the language of whoever reads, or nothing where it is known in English alone. */
export function knownSentence(message: string): string | undefined {
  const texts = sentences();
  if (texts === undefined) return undefined;
  const fault = FAULTS.find(([pattern]) => pattern.test(message));
  if (fault) return message.replace(...fault);
  if (Object.hasOwn(texts, message)) return texts[message];
  for (const sentence of patternsOf(texts)) {
    const found = sentence.pattern.exec(message);
    if (found) return fill(sentence, found.slice(1));
  }
  // What is wrong with something is said of whatever it is wrong with.
  const [, subject, rest] = /^(`[^`]+`) (\S.*)$/s.exec(message) ?? [];
  const said = rest === undefined ? undefined : knownSentence(rest);
  return said === undefined ? undefined : `${subject} ${said}`;
}

/** What is wrong at one place, as far as that is known in the language of whoever reads. */
export function sayFault(message: string): string {
  return knownSentence(message) ?? message;
}

export interface SaidFault {
  message: string;
  /** Of a message that stays English although something else is read. */
  lang?: "en";
}

/** The same, with a word on the language where it is not the reader's. */
export function said(message: string): SaidFault {
  const known = knownSentence(message);
  if (known !== undefined) return { message: known };
  return language() === "en" ? { message } : { message, lang: "en" };
}

const HOLE = /\{\w*\}/g;

const compiled = new WeakMap<Texts, Sentence[]>();

function patternsOf(texts: Texts): Sentence[] {
  let patterns = compiled.get(texts);
  if (!patterns) {
    patterns = Object.entries(texts).flatMap(([template, said]) => {
      const holes = template.match(HOLE) ?? [];
      const parts = template.split(HOLE).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      return holes.length === 0
        ? []
        : [{ pattern: new RegExp(`^${parts.join("(.*?)")}$`, "s"), holes, said }];
    });
    compiled.set(texts, patterns);
  }
  return patterns;
}

/** Holes without a name are filled in the order in which they come. */
function fill({ holes, said }: Sentence, values: readonly string[]): string {
  const left = holes.map((hole, index) => ({ hole, value: values[index] ?? "" }));
  return said.replace(HOLE, (hole, at: number) => {
    const index = left.findIndex((each) => each.hole === hole);
    const value = left[index]?.value ?? hole;
    if (hole === "{}") left.splice(index, 1);
    // Between backticks stands what somebody has named, and last words are a program's; elsewhere it may be a sentence itself.
    const isCode = said.slice(0, at).split("`").length % 2 === 0;
    return isCode || hole.startsWith("{last") ? value : sayFault(value);
  });
}
