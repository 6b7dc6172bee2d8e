/**
 * Reads the XML that robot descriptions are written in: elements, attributes, text, with the line of each. Our own,
 * since `core` has no dependency and a description is a stranger's file: a document type is refused, so no entity
 * is ever defined or expanded; depth, count and size are bounded. Names keep their prefix (`xacro:macro`).
 * Not a validator: namespaces are not resolved, encodings other than UTF-8 are not known.
 */
import { refuse } from "../errors.js";

/** An element with what it holds, and where it began. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** the characters directly in it, joined */
  readonly text: string;
  /** file and line of its `<`: `arm.urdf:12` */
  readonly place: string;
}

/** What a document may at most be. */
export const XML_BOUNDS = {
  characters: 32 * 2 ** 20,
  elements: 200_000,
  depth: 100,
  attributes: 200,
} as const;

const PREDEFINED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
/** what XML 1.0 does not allow, and the rest of what a terminal would obey */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;
const NAME = /[A-Za-z_:][\w:.-]*/y;
const SPACE = /\s*/y;

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  readonly place: string;
  text: string;
}

/**
 * The root element of a document.
 * @param file name that errors give
 * @throws InputError with file and line: not well formed, too large, too deep, or with a document type
 */
export function parseXml(source: string, file: string): XmlElement {
  if (source.length > XML_BOUNDS.characters)
    refuse(file, `must have at most ${XML_BOUNDS.characters} characters`, source.length);
  const text = source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
  const control = CONTROL.exec(text);
  if (control !== null)
    refuse(
      `${file}:${text.slice(0, control.index).split("\n").length}`,
      "must hold no control characters",
      control[0],
    );
  const stack: Open[] = [];
  let root: XmlElement | null = null;
  let elements = 0;
  let at = 0;
  let line = 1;
  let counted = 0;

  const place = (): string => {
    for (; counted < at; counted++) if (text.charCodeAt(counted) === 10) line++;
    return `${file}:${line}`;
  };
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const name = (what: string): string => match(NAME) || refuse(place(), `${what} must have a name`);
  const expect = (token: string, what: string): void => {
    if (!text.startsWith(token, at))
      refuse(place(), `${what} must end with ${token}`, text.slice(at, at + 20));
    at += token.length;
  };
  /** moves behind the end of a construct without meaning here, and gives what was in it */
  const skip = (from: string, to: string, what: string): string => {
    const end = text.indexOf(to, at + from.length);
    if (end < 0) refuse(place(), `${what} must end with ${to}`);
    const inside = text.slice(at + from.length, end);
    at = end + to.length;
    return inside;
  };
  const decoded = (raw: string): string =>
    raw.replace(/&([^;\s&<]{0,32})(;?)/g, (whole, entity: string, closed: string) => {
      const number = /^#(?:x([\da-fA-F]{1,6})|(\d{1,7}))$/.exec(entity);
      const code =
        number === null ? Number.NaN : Number.parseInt(number[1] ?? number[2]!, number[1] ? 16 : 10);
      const character =
        code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) && !CONTROL.test(String.fromCodePoint(code))
          ? String.fromCodePoint(code)
          : Object.hasOwn(PREDEFINED, entity)
            ? PREDEFINED[entity]
            : undefined;
      return closed === ";" && character !== undefined
        ? character
        : refuse(place(), "an entity must be one of XML's own five, or a character's number", whole);
    });
  const attributesOf = (element: string): Map<string, string> => {
    const attributes = new Map<string, string>();
    for (;;) {
      const space = match(SPACE);
      if (at >= text.length || text[at] === ">" || text[at] === "/") return attributes;
      if (space === "") refuse(place(), `attributes of <${element}> must be apart`, text.slice(at, at + 20));
      const key = name(`an attribute of <${element}>`);
      match(SPACE);
      expect("=", `the name of attribute ${key}`);
      match(SPACE);
      const quote = text[at];
      if (quote !== '"' && quote !== "'") refuse(place(), `attribute ${key} must be in quotes`);
      const raw = skip(quote!, quote!, `attribute ${key}`);
      if (raw.includes("<")) refuse(place(), `attribute ${key} must not hold <`, raw);
      if (attributes.has(key)) refuse(place(), `<${element}> must have attribute ${key} once`);
      if (attributes.size >= XML_BOUNDS.attributes)
        refuse(place(), `<${element}> must have at most ${XML_BOUNDS.attributes} attributes`);
      attributes.set(key, decoded(raw));
    }
  };
  const close = (done: Open): void => {
    const parent = stack.at(-1);
    if (parent !== undefined) parent.children.push(done);
    else if (root !== null) refuse(done.place, "a document must have one root element", done.name);
    else root = done;
  };

  while (at < text.length) {
    if (text[at] !== "<") {
      const end = text.indexOf("<", at);
      const raw = text.slice(at, end < 0 ? text.length : end);
      const parent = stack.at(-1);
      if (parent !== undefined) parent.text += decoded(raw);
      else if (raw.trim() !== "") refuse(place(), "text must be inside the root element", raw.trim());
      at += raw.length;
    } else if (text.startsWith("<!--", at)) skip("<!--", "-->", "a comment");
    else if (text.startsWith("<![CDATA[", at)) {
      const parent = stack.at(-1) ?? refuse(place(), "text must be inside the root element");
      parent.text += skip("<![CDATA[", "]]>", "a CDATA section");
    } else if (text.startsWith("<!", at))
      refuse(place(), "must have no document type: entities are never defined", text.slice(at, at + 20));
    else if (text.startsWith("<?", at)) skip("<?", "?>", "an instruction");
    else if (text.startsWith("</", at)) {
      at += 2;
      const closing = name("a closing tag");
      match(SPACE);
      expect(">", `closing tag </${closing}`);
      const open = stack.pop();
      if (open?.name !== closing) refuse(place(), `</${closing}> must close <${open?.name ?? "nothing"}>`);
      close(open!);
    } else {
      const where = place();
      at += 1;
      const element = name("an element");
      elements += 1;
      if (elements > XML_BOUNDS.elements)
        refuse(where, `a document must have at most ${XML_BOUNDS.elements} elements`);
      if (stack.length >= XML_BOUNDS.depth)
        refuse(where, `elements must be at most ${XML_BOUNDS.depth} deep`, element);
      const attributes = attributesOf(element);
      const open: Open = { name: element, attributes, children: [], place: where, text: "" };
      if (text.startsWith("/>", at)) {
        at += 2;
        close(open);
      } else {
        expect(">", `<${element}`);
        stack.push(open);
      }
    }
  }
  const unclosed = stack.at(-1);
  if (unclosed !== undefined) refuse(unclosed.place, `<${unclosed.name}> must be closed`);
  return root ?? refuse(file, "must have a root element");
}

/** The children of that name, in order. */
export const childrenNamed = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter((child) => child.name === name);

/** `arm.urdf:12 <joint name="elbow">`: how errors name an element. */
export function placeOf(element: XmlElement): string {
  const name = element.attributes.get("name");
  return `${element.place} <${element.name}${name === undefined ? "" : ` name="${name}"`}>`;
}
