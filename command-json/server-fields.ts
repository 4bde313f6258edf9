import { type Issue, pointTo } from "./issue.ts";

/** The fields of one JSON object, read with the conversions of the server's JSON library (Jackson 2.14). */
export interface Fields {
  readonly at: string;
  text(key: string): string | undefined;
  /** A text whose absence stops the reading. */
  required(key: string): string;
  flag(key: string): boolean | undefined;
  whole(key: string): void;
  decimal(key: string): void;
  /** A text with one allowed value. */
  only(key: string, value: string): void;
  texts(key: string): readonly string[];
  map(key: string): Readonly<Record<string, string>>;
  child(key: string): Fields;
  list<T>(key: string, read: (fields: Fields) => T): readonly T[];
}

/** Reads the fields of `value`; whatever the server cannot read is pushed to `issues`. */
export function fieldsOf(value: unknown, at: string, issues: Issue[]): Fields {
  const record = isRecord(value) ? value : {};
  if (!isRecord(value)) report("U05", at, "The server expects an object here.");

  function report(id: string, pointer: string, message: string): void {
    // A field may be read twice.
    if (issues.some((issue) => issue.id === id && issue.pointer === pointer)) return;
    issues.push({ id, severity: "error", pointer, message, proposal: proposals[id] ?? "" });
  }

  function get(key: string): unknown {
    return Object.hasOwn(record, key) ? record[key] : undefined;
  }

  function toText(found: unknown, pointer: string): string | undefined {
    if (found === undefined || found === null) return undefined;
    if (typeof found === "object") {
      report("U05", pointer, "The server expects a text here.");
      return undefined;
    }
    return String(found);
  }

  function numeric(key: string, id: string, form: RegExp, noun: string): void {
    const text = toText(get(key), pointTo(at, key));
    if (text !== undefined && text.trim() !== "" && !form.test(text.trim())) {
      report(id, pointTo(at, key), `The server cannot read "${text}" as ${noun}.`);
    }
  }

  function entries<T>(key: string, read: (item: unknown, pointer: string) => T): readonly T[] {
    const found = get(key);
    if (found === undefined || found === null) return [];
    if (!Array.isArray(found)) {
      report("U05", pointTo(at, key), "The server expects a list here.");
      return [];
    }
    return found.map((item: unknown, index) => read(item, pointTo(pointTo(at, key), index)));
  }

  const fields: Fields = {
    at,
    text: (key) => toText(get(key), pointTo(at, key)),
    required: (key) => {
      const text = fields.text(key);
      if (text === undefined) report("U01", at, `The server cannot read an input without ${key}.`);
      return text ?? "";
    },
    flag: (key) => {
      const text = toText(get(key), pointTo(at, key));
      if (text === undefined || text.trim() === "") return undefined;
      if (/^(true|True|TRUE)$/.test(text.trim())) return true;
      if (/^(false|False|FALSE)$/.test(text.trim())) return false;
      report("U03", pointTo(at, key), `The server cannot read "${text}" as true or false.`);
      return undefined;
    },
    whole: (key) => numeric(key, "U02", /^[+-]?\d+(\.\d*)?$/, "a whole number"),
    decimal: (key) => numeric(key, "U02", /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, "a number"),
    only: (key, value) => {
      const text = fields.text(key);
      if (text !== value) {
        report("U04", pointTo(at, key), `The server knows only "${value}" here.`);
      }
    },
    texts: (key) => entries(key, toText).filter((text): text is string => text !== undefined),
    map: (key) => {
      const found = get(key);
      if (found === undefined || found === null) return {};
      if (!isRecord(found)) {
        report("U05", pointTo(at, key), "The server expects an object here.");
        return {};
      }
      const pairs = Object.entries(found).map(
        ([name, item]) => [name, toText(item, pointTo(pointTo(at, key), name)) ?? ""] as const,
      );
      return Object.fromEntries(pairs);
    },
    child: (key) => fieldsOf(get(key), pointTo(at, key), issues),
    list: (key, read) => entries(key, (item, pointer) => read(fieldsOf(item, pointer, issues))),
  };
  return fields;
}

const proposals: Readonly<Record<string, string>> = {
  U01: "Give every input a name.",
  U02: "Memory is a plain number of MiB, CPU a number of cores.",
  U03: "Write true or false without quotes.",
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
