/**
 * A bottom-up chart parser (Kay 1980): all readings of a token sequence under a grammar whose rules build
 * meanings as they go. Equal meanings of the same span are one edge, so that spurious ambiguity costs nothing.
 * Rules have at least one part; a rule may reject by building null. Knows nothing of robots.
 */

/** A rule `to → from`, building the meaning of `to` from those of the parts. */
export interface Rule {
  readonly to: string;
  readonly from: readonly string[];
  readonly build: (parts: readonly unknown[]) => unknown;
}

/** A category over one token. */
export interface Terminal {
  readonly cat: string;
  readonly value: unknown;
}

interface Passive {
  readonly cat: string;
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
}

interface Active {
  readonly rule: Rule;
  readonly start: number;
  readonly end: number;
  readonly parts: readonly unknown[];
}

/** Edges a sentence may have, at most; beyond it the parser gives up. */
const MOST_EDGES = 60_000;

/**
 * The distinct meanings of `goal` over all tokens, in order of discovery; null when the sentence has more
 * structure than the parser is willing to hold.
 */
export function parseAll(
  tokens: readonly (readonly Terminal[])[],
  rules: readonly Rule[],
  goal: string,
): unknown[] | null {
  const byFirst = groupByFirst(rules);
  const known = new Set<string>();
  const passivesAt = new Map<string, Passive[]>();
  const activesAt = new Map<string, Active[]>();
  const found: unknown[] = [];
  const agenda: Passive[] = tokens.flatMap((lexemes, start) =>
    lexemes.map(({ cat, value }) => ({ cat, start, end: start + 1, value })),
  );
  agenda.reverse();
  let edges = 0;

  const advance = (active: Active): boolean => {
    if (++edges > MOST_EDGES) return false;
    const next = active.rule.from[active.parts.length];
    if (next === undefined) {
      const value = active.rule.build(active.parts);
      if (value !== null) agenda.push({ cat: active.rule.to, start: active.start, end: active.end, value });
      return true;
    }
    listAt(activesAt, `${next}@${active.end}`).push(active);
    for (const passive of [...(passivesAt.get(`${next}@${active.end}`) ?? [])])
      if (!advance(extended(active, passive))) return false;
    return true;
  };

  for (let edge = agenda.pop(); edge !== undefined; edge = agenda.pop()) {
    const key = `${edge.cat}@${edge.start}-${edge.end} ${JSON.stringify(edge.value)}`;
    if (known.has(key)) continue;
    known.add(key);
    if (edge.cat === goal && edge.start === 0 && edge.end === tokens.length) found.push(edge.value);
    const place = `${edge.cat}@${edge.start}`;
    listAt(passivesAt, place).push(edge);
    for (const active of [...(activesAt.get(place) ?? [])]) if (!advance(extended(active, edge))) return null;
    for (const rule of byFirst.get(edge.cat) ?? [])
      if (!advance({ rule, start: edge.start, end: edge.end, parts: [edge.value] })) return null;
  }
  return found;
}

const extended = (active: Active, passive: Passive): Active => ({
  rule: active.rule,
  start: active.start,
  end: passive.end,
  parts: [...active.parts, passive.value],
});

function groupByFirst(rules: readonly Rule[]): Map<string, Rule[]> {
  const groups = new Map<string, Rule[]>();
  for (const rule of rules) listAt(groups, rule.from[0]!).push(rule);
  return groups;
}

function listAt<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
