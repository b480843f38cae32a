// What the server and the record screens say of a mistake, in German. Most sentences of the server name what they are about,
// and stay as they are; these are the ones that people meet at a form.
import { language } from "./i18n";

/** Sentences of the server as they stand in its source: `{name}` is what it fills in. */
export const SENTENCES: Record<string, string> = {
  "log in, or send a token that is good: `Authorization: Bearer …`":
    "Bitte anmelden oder ein gültiges Token senden.",
  "the current password is wrong": "Das aktuelle Passwort ist falsch.",
  "the password is wrong": "Das Passwort ist falsch.",
  "this is not what the server gave out: begin again":
    "Das hat der Server nicht ausgegeben: bitte neu beginnen.",
  "the code is wrong, or was used before": "Der Code ist falsch oder wurde schon benutzt.",
  "there is a second factor already": "Es gibt schon einen zweiten Faktor.",
  "this is your address already": "Das ist bereits die eigene Adresse.",
  "this server knows no such login service": "Dieser Server kennt keinen solchen Anmeldedienst.",
  "this server sends no letters": "Dieser Server verschickt keine E-Mails.",
  "the letter could not be sent; the server's log says why":
    "Die E-Mail konnte nicht verschickt werden; im Log des Servers steht, warum.",
  "the database can't be reached; try again in a moment":
    "Die Datenbank ist nicht erreichbar; gleich noch einmal versuchen.",
  "the server failed in a way it did not foresee; its log has the cause":
    "Auf dem Server ist etwas Unvorhergesehenes fehlgeschlagen; die Ursache steht in seinem Log.",
  "the body is larger than this server accepts": "Das ist mehr, als dieser Server annimmt.",
  "the body has {} faults": "Das Gesendete hat {} Fehler.",
  "a text holds the character NUL, which the database can't keep":
    "Ein Text enthält das Zeichen NUL, das die Datenbank nicht speichern kann.",
  "the file did not come to its end": "Die Datei kam nicht vollständig an.",
  "nothing more of the file was sent for a minute": "Eine Minute lang kam nichts mehr von der Datei an.",
  "the execution is {status}: pause it first": "Der Lauf hat den Status {status}: bitte erst anhalten.",
  "the execution has ended: it is {status}": "Der Lauf ist schon zu Ende: {status}.",
  "there is no such workflow": "Diesen Workflow gibt es nicht.",
  "this webhook is disabled, and is sent nothing: enable it first":
    "Dieser Webhook ist ausgeschaltet und bekommt nichts: bitte erst einschalten.",
  "this is no address: it begins with `https://` and a host":
    "Das ist keine Adresse: Sie beginnt mit `https://` und einem Host.",
  "only http and https addresses with a host can be sent to":
    "Gesendet werden kann nur an http- und https-Adressen mit einem Host.",
  "leave out user and password: everybody who may read the webhook would see them; send a header instead":
    "Bitte ohne Benutzer und Passwort: Alle, die den Webhook lesen dürfen, sähen sie. Stattdessen einen Header senden.",
  "use https: what is sent by http can be read on the way; the operator of this Lathe can allow it with --allow-addresses":
    "Bitte https: Was per http gesendet wird, ist unterwegs lesbar. Wer diesen Server betreibt, kann es mit --allow-addresses erlauben.",
  "one of them has a name that no header can have":
    "Einer davon hat einen Namen, den kein Header haben kann.",
  "one of them is a header that Lathe writes itself":
    "Einer davon ist ein Header, den Lathe selbst schreibt.",
  "one of them holds what no header can, or is too long":
    "Einer davon enthält, was kein Header enthalten kann, oder ist zu lang.",
  "one of them is there twice": "Einer davon kommt zweimal vor.",
  "name at most 50 headers": "Höchstens 50 Header angeben.",
  "this is no name of a header": "So kann kein Header heißen.",
  "a prompt's name has lower case letters, digits, hyphens and underscores, and begins with a letter":
    "Der Name eines Prompts hat Kleinbuchstaben, Ziffern, Binde- und Unterstriche und beginnt mit einem Buchstaben.",
  "a slug has 2 to 48 lower case letters, digits and hyphens, and does not begin with a hyphen":
    "Ein Kurzname hat 2 bis 48 Kleinbuchstaben, Ziffern und Bindestriche und beginnt nicht mit einem Bindestrich.",
  "`{name}` is deployed, and would go on under its old name: stop it first (POST /api/applications/{id}/stop), then rename it and ship it again":
    "`{name}` ist in Betrieb und liefe unter dem alten Namen weiter: erst stoppen, dann umbenennen und neu ausliefern.",
  "the application was not stopped: {message}": "Die Anwendung wurde nicht gestoppt: {message}",
  "the first workspace stays: the first account takes it over":
    "Der erste Arbeitsbereich bleibt: Das erste Konto übernimmt ihn.",
  "your own workspace can't be left": "Der eigene Arbeitsbereich lässt sich nicht verlassen.",
  "this is their own workspace": "Das ist ihr eigener Arbeitsbereich.",
  "this member may do more than you may": "Dieses Mitglied darf mehr als das eigene Konto.",
  "give at least one field": "Mindestens ein Feld angeben.",
  "a note holds no NUL characters": "Eine Notiz enthält keine NUL-Zeichen.",
  "there are two files for `{name}`": "Für `{name}` gibt es zwei Dateien.",
  "the body is no archive, or one without files": "Das ist kein Archiv oder eines ohne Dateien.",
};

/** What is wrong with a value, by the sentences of records/rules.ts and records/failure.ts. */
const FAULTS: [RegExp, string][] = [
  [/^is required$/, "ist erforderlich"],
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
  [/^is not JSON: (.*)$/, "ist kein JSON: $1"],
  [/^Something went wrong\.$/, "Etwas ist schiefgegangen."],
];

/** The sentence in the language of whoever reads, or nothing where it is known in English alone. */
export function knownSentence(message: string): string | undefined {
  if (language() === "en") return undefined;
  const fault = FAULTS.find(([pattern]) => pattern.test(message));
  if (fault) return message.replace(...fault);
  for (const [template, german] of Object.entries(SENTENCES)) {
    const filled = filledIn(template, message);
    if (filled) return german.replace(HOLE, (hole) => filled.get(hole) ?? hole);
  }
  return undefined;
}

/** What the message has in the holes of a template, if it is made of it. */
function filledIn(template: string, message: string): Map<string, string> | undefined {
  const holes = template.match(HOLE) ?? [];
  if (holes.length === 0) return template === message ? new Map() : undefined;
  const pattern = template
    .split(HOLE)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("(.+?)");
  const found = new RegExp(`^${pattern}$`).exec(message);
  return found ? new Map(holes.map((hole, index) => [hole, found[index + 1] ?? ""])) : undefined;
}

const HOLE = /\{\w*\}/g;

/** What is wrong at one place, as far as that is known in the language of whoever reads. */
export function sayFault(message: string): string {
  return knownSentence(message) ?? message;
}
