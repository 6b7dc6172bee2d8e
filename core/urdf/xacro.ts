/**
 * Expands xacro (wiki.ros.org/xacro) into plain XML: properties, arguments, macros with defaults and blocks, `if`,
 * `unless`, `include`, `insert_block`, expressions and `xacro.load_yaml`. Our own, because a description is a
 * stranger's file and every step of it must be bounded; files come through an argument, from where the caller
 * allows. Not there: `$(env)`, `$(eval)`, name spaces of includes, Python beyond `expression.ts`.
 */
import { refuse } from "../errors.js";
import { evaluateExpression, textOfValue, truthOf, type XacroValue } from "./expression.js";
import { parseXml, placeOf, XML_BOUNDS, type XmlElement } from "./xml.js";
import { parseYaml } from "./yaml.js";

/** A file that a xacro names. */
export interface XacroFile {
  /** what relative names in it start from; handed back to `include` */
  readonly file: string;
  /** short name for errors */
  readonly name: string;
  readonly text: string;
}

/** What an expansion may look at. */
export interface XacroOptions {
  /** values of `<xacro:arg>` instead of their defaults */
  readonly arguments?: ReadonlyMap<string, string>;
  /**
   * The text of a file: `package://NAME/…` for `$(find NAME)`, or a path from the file `from` (null: the first).
   * null when there is none.
   */
  include?(name: string, from: string | null): XacroFile | null;
}

/** How much an expansion may do. */
export const XACRO_BOUNDS = { calls: 20_000, depth: 60, includes: 200, text: 100_000 } as const;

const PREFIX = "xacro:";

/** Whether a document has anything to expand. */
export const isXacro = (root: XmlElement): boolean =>
  root.attributes.has("xmlns:xacro") || root.children.some((child) => child.name.startsWith(PREFIX));

interface Macro {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: XmlElement;
}

interface Parameter {
  readonly name: string;
  /** `*block`: the next child of the call; `**block`: what is inside it */
  readonly kind: "value" | "block" | "content";
  readonly otherwise: string | null;
  /** `:=^`: what the caller has under this name, where it has */
  readonly forwarded: boolean;
}

/** Names seen from one place; a macro's own stand before those of its caller. */
interface Scope {
  readonly values: Map<string, XacroValue>;
  readonly blocks: Map<string, { readonly elements: readonly XmlElement[]; readonly scope: Scope }>;
  readonly parent: Scope | null;
}

const newScope = (parent: Scope | null): Scope => ({ values: new Map(), blocks: new Map(), parent });

/** The document without xacro. @throws InputError with file, line, rule and value */
export function expandXacro(root: XmlElement, options: XacroOptions = {}): XmlElement {
  const arguments_ = new Map(options.arguments ?? []);
  const macros = new Map<string, Macro>();
  const top = newScope(null);
  let made = 0;
  let written = 0;
  let calls = 0;
  let includes = 0;

  function find<T>(scope: Scope, get: (scope: Scope) => T | undefined): T | undefined {
    for (let at: Scope | null = scope; at !== null; at = at.parent) {
      const found = get(at);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const load = (name: string, from: string | null, place: string): XacroFile => {
    if (++includes > XACRO_BOUNDS.includes) refuse(place, `must name at most ${XACRO_BOUNDS.includes} files`);
    return options.include?.(name, from) ?? refuse(place, "the file must be there", name);
  };

  /** `${expression}` and `$(command)` in a text; a text that is nothing but one expression keeps its type. */
  function evaluate(text: string, scope: Scope, place: string, from: string | null): XacroValue {
    if (!text.includes("$")) return text;
    const parts: XacroValue[] = [];
    let at = 0;
    while (at < text.length) {
      const next = text.indexOf("$", at);
      if (next < 0) {
        parts.push(text.slice(at));
        break;
      }
      if (next > at) parts.push(text.slice(at, next));
      const open = text[next + 1];
      if (open === "$") {
        parts.push("$");
        at = next + 2;
        continue;
      }
      if (open !== "{" && open !== "(") {
        parts.push("$");
        at = next + 1;
        continue;
      }
      const end = closing(text, next + 1);
      if (end < 0) refuse(place, `must close its ${open}`, text);
      const inside = text.slice(next + 2, end);
      parts.push(open === "{" ? expression(inside, scope, place, from) : command(inside, scope, place, from));
      at = end + 1;
    }
    const result = parts.length === 1 ? parts[0]! : parts.map(textOfValue).join("");
    if (typeof result !== "string") return result;
    if (parts.length > 1 && result.length > XACRO_BOUNDS.text)
      refuse(place, `a text must have at most ${XACRO_BOUNDS.text} characters`, result.length);
    // Many elements may each take a long text.
    written += result.length;
    return written > XML_BOUNDS.characters
      ? refuse(place, `an expansion must write at most ${XML_BOUNDS.characters} characters`)
      : result;
  }
  /** Commands in an expression are written out before it is read. */
  const expression = (source: string, scope: Scope, place: string, from: string | null): XacroValue =>
    evaluateExpression(source.includes("$") ? textOfValue(evaluate(source, scope, place, from)) : source, {
      place,
      lookUp: (name) => find(scope, ({ values }) => values.get(name)),
      loadYaml: (name) => {
        const { text, name: short } = load(name, from, place);
        return parseYaml(text, short);
      },
    });
  function command(source: string, scope: Scope, place: string, from: string | null): XacroValue {
    const [word = "", ...rest] = textOfValue(evaluate(source, scope, place, from))
      .trim()
      .split(/\s+/);
    const name = rest.join(" ");
    switch (word) {
      case "arg":
        return literal(
          arguments_.get(name) ?? refuse(place, "the argument must be given: name:=value", name),
        );
      case "find":
        return `package://${name}`;
      case "dirname":
        return ".";
      default:
        return refuse(place, "$(...) must be one of arg, find, dirname", word);
    }
  }

  function expand(
    children: readonly XmlElement[],
    scope: Scope,
    depth: number,
    from: string | null,
  ): XmlElement[] {
    if (depth > XACRO_BOUNDS.depth)
      refuse(children[0]?.place ?? root.place, `macros must be at most ${XACRO_BOUNDS.depth} deep`);
    return children.flatMap((child) => one(child, scope, depth, from));
  }
  function one(element: XmlElement, scope: Scope, depth: number, from: string | null): readonly XmlElement[] {
    const place = placeOf(element);
    const attribute = (key: string): string =>
      element.attributes.get(key) ?? refuse(place, `must have attribute ${key}`);
    const value = (text: string): XacroValue => evaluate(text, scope, place, from);
    if (!element.name.startsWith(PREFIX)) {
      if (++made > XML_BOUNDS.elements)
        refuse(place, `an expansion must have at most ${XML_BOUNDS.elements} elements`);
      return [
        {
          name: element.name,
          attributes: new Map(
            [...element.attributes].map(([key, text]) => [key, textOfValue(value(text))] as const),
          ),
          children: expand(element.children, scope, depth, from),
          text: element.children.length === 0 ? textOfValue(value(element.text)) : element.text,
          place: element.place,
        },
      ];
    }
    if (++calls > XACRO_BOUNDS.calls)
      refuse(place, `an expansion must take at most ${XACRO_BOUNDS.calls} steps`);
    switch (element.name.slice(PREFIX.length)) {
      case "arg": {
        const name = attribute("name");
        const otherwise = element.attributes.get("default");
        if (!arguments_.has(name) && otherwise !== undefined)
          arguments_.set(name, textOfValue(value(otherwise)));
        return [];
      }
      case "property": {
        const name = attribute("name");
        const where = element.attributes.get("scope");
        const into = where === "global" ? top : where === "parent" ? (scope.parent ?? top) : scope;
        const text = element.attributes.get("value") ?? element.attributes.get("default");
        const known =
          element.attributes.has("default") && find(scope, ({ values }) => values.get(name)) !== undefined;
        if (known) return [];
        if (text === undefined) into.blocks.set(name, { elements: element.children, scope });
        else into.values.set(name, literal(value(text)));
        return [];
      }
      case "macro": {
        const name = attribute("name");
        macros.set(name.replace(/^xacro:/, ""), {
          name,
          parameters: parametersOf(element.attributes.get("params") ?? "", place),
          body: element,
        });
        return [];
      }
      case "include": {
        const file = load(textOfValue(value(attribute("filename"))), from, place);
        if (element.attributes.has("ns"))
          refuse(place, "an include must have no name space", element.attributes.get("ns"));
        return expand(parseXml(file.text, file.name).children, scope, depth + 1, file.file);
      }
      case "if":
      case "unless": {
        const wanted = element.name === "xacro:if";
        return truthOf(value(attribute("value"))) === wanted
          ? expand(element.children, scope, depth, from)
          : [];
      }
      case "insert_block": {
        const name = textOfValue(value(attribute("name")));
        const block = find(scope, ({ blocks }) => blocks.get(name));
        if (block === undefined) return refuse(place, "must name a block", name);
        return expand(block.elements, block.scope, depth + 1, from);
      }
      default:
        return call(element, scope, depth, from);
    }
  }
  function call(
    element: XmlElement,
    scope: Scope,
    depth: number,
    from: string | null,
  ): readonly XmlElement[] {
    const place = placeOf(element);
    const spoken = element.name.slice(PREFIX.length);
    const name =
      spoken === "call"
        ? textOfValue(evaluate(element.attributes.get("macro") ?? "", scope, place, from))
        : spoken;
    const macro = macros.get(name) ?? refuse(place, "must be a macro that was defined before", name);
    const inner = newScope(scope);
    const given = expandBlocks(element, scope, depth, from);
    let block = 0;
    for (const parameter of macro.parameters) {
      if (parameter.kind !== "value") {
        const next = given[block++];
        if (next === undefined) refuse(place, `${name} must get a block for ${parameter.name}`);
        inner.blocks.set(parameter.name, {
          elements: parameter.kind === "block" ? [next!] : next!.children,
          scope,
        });
        continue;
      }
      const text = element.attributes.get(parameter.name);
      const outer = parameter.forwarded ? find(scope, ({ values }) => values.get(parameter.name)) : undefined;
      if (text !== undefined) inner.values.set(parameter.name, literal(evaluate(text, scope, place, from)));
      else if (outer !== undefined) inner.values.set(parameter.name, outer);
      else if (parameter.otherwise !== null)
        inner.values.set(parameter.name, literal(evaluate(parameter.otherwise, scope, place, from)));
      else refuse(place, `${name} must get ${parameter.name}`);
    }
    for (const key of element.attributes.keys())
      if (
        !macro.parameters.some((parameter) => parameter.name === key) &&
        !(spoken === "call" && key === "macro")
      )
        refuse(place, `${name} must get only ${macro.parameters.map((each) => each.name).join(", ")}`, key);
    return expand(macro.body.children, inner, depth + 1, from);
  }
  /** The blocks of a call: conditions around them are decided, their content waits for the macro. */
  function expandBlocks(element: XmlElement, scope: Scope, depth: number, from: string | null): XmlElement[] {
    return element.children.flatMap((child): readonly XmlElement[] =>
      child.name.startsWith(PREFIX) ? one(child, scope, depth + 1, from) : [child],
    );
  }

  const children = expand(root.children, top, 0, null);
  const attributes = new Map(
    [...root.attributes]
      .filter(([key]) => !key.startsWith("xmlns"))
      .map(([key, text]) => [key, textOfValue(evaluate(text, top, placeOf(root), null))] as const),
  );
  return { ...root, attributes, children };
}

/** Where the bracket that opens at `open` closes; -1 when nowhere. Quotes hide brackets. */
function closing(text: string, open: number): number {
  const [left, right] = text[open] === "{" ? ["{", "}"] : ["(", ")"];
  let depth = 0;
  let quote = "";
  for (let i = open; i < text.length; i++) {
    const c = text[i]!;
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (left === "{" && (c === "'" || c === '"')) quote = c;
    else if (c === left) depth++;
    else if (c === right && --depth === 0) return i;
  }
  return -1;
}

/** A text that is a number or a truth value as what it is. */
function literal(value: XacroValue): XacroValue {
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (text === "true" || text === "True") return true;
  if (text === "false" || text === "False") return false;
  return /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text) ? Number(text) : value;
}

/** `a b:=1 c:='x y' d:=^|2 *block **content` */
function parametersOf(text: string, place: string): Parameter[] {
  return [...text.matchAll(/(\*{0,2})([\w.]+)(?::?=(\^\|?)?('[^']*'|"[^"]*"|\$\{[^}]*\}|\S*))?/g)].map(
    (found) => {
      const [whole, stars, name, forward, otherwise] = found;
      if (name === undefined) return refuse(place, "params must be names", whole);
      return {
        name,
        kind: stars === "" ? "value" : stars === "*" ? "block" : "content",
        forwarded: forward !== undefined,
        otherwise:
          otherwise === undefined || (forward === "^" && otherwise === "")
            ? null
            : otherwise.replace(/^(["'])(.*)\1$/s, "$2"),
      };
    },
  );
}
