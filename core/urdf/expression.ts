/**
 * The expressions inside `${...}` of a xacro file: the part of Python that descriptions use. Numbers, texts,
 * booleans, lists, dictionaries; arithmetic, comparison, `and or not`, `a if c else b`, indexing, and the functions
 * of `math`. Nothing else can be reached: names are looked up where the caller says. Depth and sizes are bounded.
 */
import { refuse } from "../errors.js";

/** What an expression can be. */
export type XacroValue =
  | number
  | string
  | boolean
  | null
  | readonly XacroValue[]
  | ReadonlyMap<string, XacroValue>;

/** Where names and files come from. */
export interface ExpressionContext {
  /** names the expression in errors */
  readonly place: string;
  /** undefined: no such name */
  lookUp(name: string): XacroValue | undefined;
  loadYaml(name: string): XacroValue;
}

const LONGEST = 10_000;
const DEEPEST = 60;
const LONGEST_TEXT = 1_000_000;
const TOKEN =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(\*\*|\/\/|==|!=|<=|>=|[-+*/%<>()[\]{},.:]))/y;

type Token =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name" | "text" | "sign"; readonly value: string };

function tokensOf(source: string, place: string): Token[] {
  if (source.length > LONGEST) refuse(place, `an expression must have at most ${LONGEST} characters`);
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim() !== "") {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    if (found === null) return refuse(place, "must be an expression", source.slice(at, at + 30));
    const [, number, name, text, sign] = found;
    if (number !== undefined) tokens.push({ kind: "number", value: Number(number) });
    else if (name !== undefined) tokens.push({ kind: "name", value: name });
    else if (text !== undefined)
      tokens.push({ kind: "text", value: text.slice(1, -1).replace(/\\(.)/g, "$1") });
    else tokens.push({ kind: "sign", value: sign! });
  }
  return tokens;
}

const numeric = (f: (...numbers: number[]) => number) => (place: string, values: readonly XacroValue[]) =>
  f(...values.map((value) => asNumber(place, value)));

const FUNCTIONS: Readonly<Record<string, (place: string, values: readonly XacroValue[]) => XacroValue>> = {
  ...Object.fromEntries(
    (
      ["sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sqrt", "exp", "floor", "ceil", "hypot"] as const
    ).map((name) => [name, numeric((...n) => Math[name](...(n as [number, number])))]),
  ),
  log: numeric((x) => Math.log(x)),
  pow: numeric((a, b) => a ** b),
  abs: numeric((x) => Math.abs(x)),
  fabs: numeric((x) => Math.abs(x)),
  radians: numeric((x) => (x * Math.PI) / 180),
  degrees: numeric((x) => (x * 180) / Math.PI),
  min: numeric(Math.min),
  max: numeric(Math.max),
  round: numeric((x, digits = 0) => Math.round(x * 10 ** digits) / 10 ** digits),
  int: (place, [value]) => Math.trunc(asNumber(place, typeof value === "string" ? Number(value) : value)),
  float: (place, [value]) => asNumber(place, typeof value === "string" ? Number(value) : value),
  str: (_, [value]) => textOfValue(value ?? null),
  bool: (_, [value]) => truthOf(value ?? null),
  len: (place, [value]) =>
    typeof value === "string" || Array.isArray(value)
      ? value.length
      : value instanceof Map
        ? value.size
        : refuse(place, "len must get a text, a list or a dictionary"),
};

const CONSTANTS: Readonly<Record<string, XacroValue>> = {
  True: true,
  False: false,
  true: true,
  false: false,
  None: null,
  pi: Math.PI,
  e: Math.E,
  inf: Number.POSITIVE_INFINITY,
};

/** What an expression comes to. @throws InputError with its place, rule and value */
export function evaluateExpression(source: string, context: ExpressionContext): XacroValue {
  const { place } = context;
  const tokens = tokensOf(source, place);
  let at = 0;
  let depth = 0;

  const sign = (value: string): boolean => {
    const token = tokens[at];
    if (token === undefined || token.kind === "number" || token.kind === "text" || token.value !== value)
      return false;
    at++;
    return true;
  };
  const expect = (value: string): void => {
    if (!sign(value)) refuse(place, `expression must go on with ${value}`, source);
  };
  const number = (value: XacroValue): number => asNumber(`${place}: ${source}`, value);
  const list = (end: string): XacroValue[] => {
    const values: XacroValue[] = [];
    while (!sign(end)) {
      values.push(ternary());
      if (!sign(",")) {
        expect(end);
        break;
      }
    }
    return values;
  };

  function ternary(): XacroValue {
    if (++depth > DEEPEST) refuse(place, `an expression must be at most ${DEEPEST} deep`);
    const value = disjunction();
    let result = value;
    if (sign("if")) {
      const condition = truthOf(disjunction());
      expect("else");
      const otherwise = ternary();
      result = condition ? value : otherwise;
    }
    depth--;
    return result;
  }
  function disjunction(): XacroValue {
    let left = conjunction();
    while (sign("or")) {
      const right = conjunction();
      left = truthOf(left) ? left : right;
    }
    return left;
  }
  function conjunction(): XacroValue {
    let left = negation();
    while (sign("and")) {
      const right = negation();
      left = truthOf(left) ? right : left;
    }
    return left;
  }
  function negation(): XacroValue {
    let not = false;
    while (sign("not")) not = !not;
    const value = comparison();
    return not ? !truthOf(value) : value;
  }
  function comparison(): XacroValue {
    const left = sum();
    for (const operator of ["==", "!=", "<=", ">=", "<", ">", "in"]) {
      if (!sign(operator)) continue;
      const right = sum();
      switch (operator) {
        case "==":
          return same(left, right);
        case "!=":
          return !same(left, right);
        case "in":
          return right instanceof Map
            ? right.has(textOfValue(left))
            : Array.isArray(right)
              ? right.some((each) => same(each, left))
              : textOfValue(right).includes(textOfValue(left));
        case "<":
          return number(left) < number(right);
        case "<=":
          return number(left) <= number(right);
        case ">":
          return number(left) > number(right);
        default:
          return number(left) >= number(right);
      }
    }
    return left;
  }
  function sum(): XacroValue {
    let left = product();
    for (;;) {
      if (sign("+")) {
        const right = product();
        if (typeof left === "string" || typeof right === "string") {
          left = textOfValue(left) + textOfValue(right);
          if (left.length > LONGEST_TEXT)
            refuse(place, `a text must have at most ${LONGEST_TEXT} characters`);
        } else left = number(left) + number(right);
      } else if (sign("-")) left = number(left) - number(product());
      else return left;
    }
  }
  function product(): XacroValue {
    let left = unary();
    for (;;) {
      if (sign("*")) left = number(left) * number(unary());
      else if (sign("//")) left = Math.floor(number(left) / number(unary()));
      else if (sign("/")) left = number(left) / number(unary());
      else if (sign("%")) {
        const [a, b] = [number(left), number(unary())];
        left = a - b * Math.floor(a / b);
      } else return left;
    }
  }
  function unary(): XacroValue {
    let negative = false;
    for (;;) {
      if (sign("-")) negative = !negative;
      else if (!sign("+")) break;
    }
    const value = power();
    return negative ? -number(value) : value;
  }
  function power(): XacroValue {
    const base = postfix();
    if (!sign("**")) return base;
    if (++depth > DEEPEST) refuse(place, `an expression must be at most ${DEEPEST} deep`);
    const value = number(base) ** number(unary());
    depth--;
    return value;
  }
  function postfix(): XacroValue {
    let value = atom();
    for (;;) {
      if (sign("[")) {
        const key = ternary();
        expect("]");
        value = itemOf(value, key);
      } else if (sign(".")) {
        const token = tokens[at++];
        if (token?.kind !== "name") return refuse(place, "a dot must have a name after it", source);
        value = itemOf(value, token.value);
      } else return value;
    }
  }
  function itemOf(value: XacroValue, key: XacroValue): XacroValue {
    const found =
      value instanceof Map
        ? value.get(textOfValue(key))
        : Array.isArray(value)
          ? (value as readonly XacroValue[]).at(number(key))
          : undefined;
    return found === undefined ? refuse(place, "must hold that key", textOfValue(key)) : found;
  }
  function call(name: string): XacroValue {
    const values = list(")");
    if (name === "load_yaml") return context.loadYaml(textOfValue(values[0] ?? null));
    return Object.hasOwn(FUNCTIONS, name)
      ? FUNCTIONS[name]!(place, values)
      : refuse(place, `a function must be one of ${Object.keys(FUNCTIONS).join(", ")}`, name);
  }
  function atom(): XacroValue {
    const token = tokens[at++];
    if (token === undefined) return refuse(place, "expression must not end here", source);
    switch (token.kind) {
      case "number":
      case "text":
        return token.value;
      case "name": {
        let name = token.value;
        // `math.pi`, `xacro.load_yaml(...)`: modules whose content is known here without them.
        if ((name === "math" || name === "xacro" || name === "python") && sign(".")) {
          const next = tokens[at++];
          if (next?.kind !== "name") return refuse(place, "a dot must have a name after it", source);
          name = next.value;
        }
        if (sign("(")) return call(name);
        const value = context.lookUp(name) ?? (Object.hasOwn(CONSTANTS, name) ? CONSTANTS[name] : undefined);
        return value === undefined
          ? refuse(place, "must name a property, an argument or a constant", name)
          : value;
      }
      default:
    }
    if (token.value === "(") {
      const value = ternary();
      expect(")");
      return value;
    }
    if (token.value === "[") return list("]");
    if (token.value === "{") {
      const map = new Map<string, XacroValue>();
      while (!sign("}")) {
        const key = textOfValue(ternary());
        expect(":");
        map.set(key, ternary());
        if (!sign(",")) {
          expect("}");
          break;
        }
      }
      return map;
    }
    return refuse(place, "must be an expression", source);
  }

  const value = ternary();
  if (at < tokens.length) refuse(place, "expression must end here", String(tokens[at]!.value));
  return value;
}

/**
 * A value as it stands in an attribute. Lists may hold each other many times over, so what they come to is bounded.
 * @throws InputError when it is longer or deeper than a text may be
 */
export function textOfValue(value: XacroValue): string {
  if (typeof value === "string") return value;
  let length = 0;
  const write = (each: XacroValue, depth: number): string => {
    if (depth > DEEPEST) refuse("xacro: a value", `must be at most ${DEEPEST} deep`);
    const text =
      each === null
        ? "None"
        : typeof each === "boolean"
          ? each
            ? "True"
            : "False"
          : typeof each === "number" || typeof each === "string"
            ? String(each)
            : each instanceof Map
              ? `{${[...each.keys()].join(", ")}}`
              : null;
    // Two characters for what stands between values: an empty one costs something too.
    length += 2 + (text?.length ?? 0);
    if (length > LONGEST_TEXT) refuse("xacro: a value", `must have at most ${LONGEST_TEXT} characters`);
    return text ?? `[${(each as readonly XacroValue[]).map((item) => write(item, depth + 1)).join(", ")}]`;
  };
  return write(value, 0);
}

/** Whether a condition holds; texts as xacro reads them: `true`, `1`, `0`, an empty one. */
export function truthOf(value: XacroValue): boolean {
  if (typeof value === "string") return !["", "0", "false", "False", "0.0"].includes(value.trim());
  if (Array.isArray(value)) return value.length > 0;
  return value instanceof Map ? value.size > 0 : Boolean(value);
}

function asNumber(place: string, value: XacroValue | undefined): number {
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" && !Number.isNaN(value)
    ? value
    : refuse(place, "must be a number", textOfValue(value ?? null));
}

const same = (a: XacroValue, b: XacroValue): boolean =>
  typeof a === typeof b ? a === b : textOfValue(a) === textOfValue(b);
