// Matchers of command.json: the filter part of a JSONPath expression, as far as the Container Service's own tests and
// documentation use it. Operators: == != < <= > >= in nin =~ && || ! and parentheses; paths with names, [*] and [n].

type Json = unknown;
type Evaluate = (object: Json) => Json;

/** How many of a path's values there may be: `@.a` one, `@.a[*].b` a list. */
interface Operand {
  readonly value: Evaluate;
  readonly pattern?: RegExp;
}

const word =
  /\s*(?:(\(|\)|\[|\]|,|&&|\|\||==|!=|<=|>=|=~|<|>|!)|(@(?:\.[\w-]+|\['[^']*'\]|\[\*\]|\[\d+\]|\.\*)*)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|\/((?:[^/\\]|\\.)*)\/(i?)|(-?\d+(?:\.\d+)?)|([A-Za-z]+))/y;

type Token =
  | { readonly kind: "sign" | "word"; readonly text: string }
  | { readonly kind: "operand"; readonly operand: Operand };

/**
 * Whether an object has what a matcher asks for; no matcher takes any object.
 *
 * @throws Error for a matcher that cannot be read
 */
export function matchesObject(matcher: string | undefined, object: unknown): boolean {
  if (matcher === undefined || matcher.trim() === "") return true;
  return isTrue(parse(matcher)(object));
}

function parse(matcher: string): Evaluate {
  const tokens = readTokens(matcher);
  let at = 0;
  const fail = (): never => {
    throw new Error(`Invalid matcher: ${matcher}`);
  };
  const sign = (...texts: string[]): string | undefined => {
    const token = tokens[at];
    if (token === undefined || token.kind === "operand" || !texts.includes(token.text)) {
      return undefined;
    }
    at += 1;
    return token.text;
  };
  const chain = (text: string, next: () => Evaluate, join: (a: boolean, b: boolean) => boolean) => {
    let left = next();
    while (sign(text) !== undefined) {
      const [first, second] = [left, next()];
      left = (object) => join(isTrue(first(object)), isTrue(second(object)));
    }
    return left;
  };
  const any = (): Evaluate => chain("||", all, (a, b) => a || b);
  const all = (): Evaluate => chain("&&", one, (a, b) => a && b);
  const one = (): Evaluate => {
    if (sign("!") !== undefined) {
      const inner = one();
      return (object) => !isTrue(inner(object));
    }
    if (sign("(") !== undefined) {
      const inner = any();
      if (sign(")") === undefined) fail();
      return inner;
    }
    return comparison();
  };
  const comparison = (): Evaluate => {
    const left = operand();
    const operator = sign("==", "!=", "<=", ">=", "<", ">", "=~", "in", "nin");
    if (operator === undefined) return left.value;
    const right = operand();
    return (object) => compare(operator, left.value(object), right, object);
  };
  const operand = (): Operand => {
    const token = tokens[at];
    if (token === undefined) return fail();
    if (token.kind === "operand") {
      at += 1;
      return token.operand;
    }
    if (sign("[") === undefined) return fail();
    const items: Operand[] = [];
    while (sign("]") === undefined) {
      if (items.length > 0 && sign(",") === undefined) fail();
      items.push(operand());
    }
    return { value: (object) => items.map((item) => item.value(object)) };
  };
  const whole = any();
  if (at < tokens.length) fail();
  return whole;
}

function readTokens(matcher: string): readonly Token[] {
  const tokens: Token[] = [];
  word.lastIndex = 0;
  while (word.lastIndex < matcher.trimEnd().length) {
    const begin = word.lastIndex;
    const found = word.exec(matcher);
    if (found === null) throw new Error(`Invalid matcher: ${matcher} (at ${begin})`);
    tokens.push(tokenOf(found));
  }
  return tokens;
}

const constants: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

function tokenOf(found: RegExpExecArray): Token {
  const [, sign, path, single, double, pattern, flags, number, name] = found;
  const constant = (value: unknown): Token => ({
    kind: "operand",
    operand: { value: () => value },
  });
  if (sign !== undefined) return { kind: "sign", text: sign };
  if (path !== undefined) {
    return { kind: "operand", operand: { value: (object) => follow(path, object) } };
  }
  const text = single ?? double;
  if (text !== undefined) return constant(text.replaceAll(/\\(.)/g, "$1"));
  if (pattern !== undefined) {
    const expression = new RegExp(`^(?:${pattern})$`, flags);
    return { kind: "operand", operand: { value: () => pattern, pattern: expression } };
  }
  if (number !== undefined) return constant(Number(number));
  if (name !== undefined && Object.hasOwn(constants, name)) return constant(constants[name]);
  return { kind: "word", text: name ?? "" };
}

/** Value of a path from an object; undefined where there is none, a list once `[*]` occurs. */
export function follow(path: string, object: Json): Json {
  let values: Json[] = [object];
  let many = false;
  for (const [step] of path.matchAll(/\.[\w-]+|\['[^']*'\]|\[\*\]|\[\d+\]|\.\*/g)) {
    if (step === "[*]" || step === ".*") {
      many = true;
      values = values.flatMap((value) =>
        Array.isArray(value) ? (value as Json[]) : Object.values((value ?? {}) as object),
      );
      continue;
    }
    const key = step.startsWith(".") ? step.slice(1) : step.slice(1, -1).replaceAll("'", "");
    values = values
      .map((value) => (value as Record<string, Json> | null | undefined)?.[key])
      .filter((value) => value !== undefined);
  }
  return many ? values : values[0];
}

function compare(operator: string, left: Json, right: Operand, object: Json): boolean {
  const other = right.value(object);
  const list = Array.isArray(other) ? (other as Json[]) : [];
  switch (operator) {
    case "==":
      return left === other;
    case "!=":
      return left !== other;
    case "in":
      return list.includes(left);
    case "nin":
      return !list.includes(left);
    case "=~":
      return typeof left === "string" && (right.pattern ?? new RegExp(String(other))).test(left);
    default:
      return order(operator, Number(left), Number(other));
  }
}

function order(operator: string, left: number, right: number): boolean {
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}

/** A path alone asks whether there is something. */
function isTrue(value: Json): boolean {
  return value !== undefined && value !== null && value !== false;
}
