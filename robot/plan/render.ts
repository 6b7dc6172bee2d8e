/** Plans, questions and refusals in words, English or Chinese. Objects are named as in `names.ts`. */
import { type Facts, formatRate, impossible } from "../../core/index.js";
import { type Goals, objectsOf } from "./goals.js";
import type { Unsupported } from "./lexeme.js";
import type { Step } from "./meaning.js";
import type { Question, Reason } from "./messages.js";
import { conditionName, listed, nameOf, phraseName, relationName, theName } from "./names.js";
import type { Meant, Understanding } from "./say.js";
import type { PlanStep, TaskPlan } from "./task-plan.js";
import type { Language } from "./tokens.js";

/** What came of a sentence, in its own language or another. */
export function renderUnderstanding(
  understanding: Understanding,
  facts: Facts,
  language: Language = understanding.language,
): string {
  switch (understanding.kind) {
    case "plan":
      return renderPlan(understanding.plan, facts, language);
    case "ask":
      return renderQuestion(understanding.question, understanding.options, facts, language);
    case "refuse":
      return renderReason(understanding.reason, facts, language);
    case "nothing-to-do":
      return language === "en"
        ? `Nothing to do: ${renderGoals(understanding.goals, facts, language)} already.`
        : `不用做什么：已经${renderGoals(understanding.goals, facts, language)}。`;
    default:
      return impossible(understanding);
  }
}

/** One line a step, numbered. */
export const renderPlan = (plan: TaskPlan, facts: Facts, language: Language): string =>
  plan.steps.map((step, i) => `${i + 1}. ${renderStep(step, facts, language)}`).join("\n");

/** A step with the skill that does it: `put the red cube in the left bin (pick-place)`. */
export function renderStep(step: PlanStep, facts: Facts, language: Language): string {
  const { skill, binding } = step;
  const target = binding.target === undefined ? "" : theName(binding.target, facts, language);
  const place = binding.place === undefined ? "" : theName(binding.place, facts, language);
  const phrase = STEP_PHRASES[skill.name]?.[language](target, place);
  const measured = skill.measured === null ? "" : `, ${formatRate(skill.measured)}`;
  return `${phrase ?? [target, place].filter((part) => part !== "").join(" → ")} (${skill.name}${measured})`.trim();
}

type Phrase = Readonly<Record<Language, (target: string, place: string) => string>>;

const STEP_PHRASES: Readonly<Record<string, Phrase>> = {
  "pick-place": {
    en: (target, place) => `put ${target} in ${place}`,
    zh: (target, place) => `把${target}放进${place}`,
  },
  lift: { en: (target) => `lift ${target}`, zh: (target) => `把${target}拿起来` },
  navigate: { en: (_, place) => `drive to ${place}`, zh: (_, place) => `开到${place}` },
  "put-down": { en: (target) => `put ${target} down`, zh: (target) => `把${target}放下` },
  "return-to-start": { en: () => "return to the start", zh: () => "回到起始位置" },
};

/** What shall hold, group after group: `the red cube is in the left bin, then the green cube is lifted`. */
export const renderGoals = (goals: Goals, facts: Facts, language: Language): string =>
  goals
    .map(({ literals }) =>
      listed(
        literals.map((condition) => conditionName(condition, facts, language)),
        language,
      ),
    )
    .join(language === "en" ? ", then " : "，然后");

/** A question with its options. */
export function renderQuestion(
  question: Question,
  options: readonly Meant[],
  facts: Facts,
  language: Language,
): string {
  const en = language === "en";
  switch (question.kind) {
    case "unknown-words": {
      const words = question.words.map((word, i) => {
        const near = question.suggestions[i] ?? null;
        if (near === null) return `"${word}"`;
        return en ? `"${word}" (${near}?)` : `"${word}"（${near}？）`;
      });
      return en ? `What does ${listed(words, language)} mean?` : `${listed(words, language)}是什么意思？`;
    }
    case "no-antecedent":
      return en
        ? `What is meant by "${phraseName(question.phrase, language)}"?`
        : `“${phraseName(question.phrase, language)}”指的是什么？`;
    case "no-destination": {
      const what = listed(
        question.what.map((id) => theName(id, facts, language)),
        language,
      );
      return en ? `Where shall ${what} go?` : `要把${what}放到哪里？`;
    }
    case "be-precise":
      return en ? "That could mean too many things: which exactly?" : "可能的意思太多了，请说得更具体一些。";
    case "confirm": {
      const meant = options.map(({ goals }) => renderGoals(goals, facts, language));
      const otherwise = renderReason(question.otherwise, facts, language);
      return en
        ? `Is it meant that ${listed(meant, "en", "or")}? If not: ${otherwise}`
        : `意思是${listed(meant, "zh", "或者")}吗？如果不是：${otherwise}`;
    }
    case "which": {
      const labels = optionNames(options, facts, language);
      return en
        ? `Which is meant: ${listed(labels, "en", "or")}?`
        : `指的是哪一个：${listed(labels, "zh", "还是")}？`;
    }
    default:
      return impossible(question);
  }
}

/** A short name for each option: the one object it differs in, or else its goals. */
export function optionNames(options: readonly Meant[], facts: Facts, language: Language): string[] {
  const objects = options.map(({ goals }) => [
    ...new Set(goals.flatMap(({ literals }) => literals.flatMap(objectsOf))),
  ]);
  const own = objects.map((ids) => ids.filter((id) => !objects.every((others) => others.includes(id))));
  const enough = own.every((ids) => ids.length === 1) && new Set(own.flat()).size === options.length;
  return options.map(({ goals }, i) =>
    enough ? theName(own[i]![0]!, facts, language) : renderGoals(goals, facts, language),
  );
}

const WHY_UNSUPPORTED: Readonly<Record<Unsupported, readonly [en: string, zh: string]>> = {
  negation: ["I cannot honour what must not be done", "我没法保证不做某件事"],
  manner: ["I cannot choose how a movement is done", "我没法选择动作的方式"],
  condition: ["I cannot wait for or choose by conditions", "我没法按条件行事"],
  repetition: ["I cannot repeat or undo", "我没法重复或撤销"],
  measure: ["I cannot move by measures", "我没法按尺寸移动"],
  question: ["I take commands, not questions", "我只听命令，不回答问题"],
  together: ["I do one thing after the other", "我只能一件一件地做"],
};

const STEP_NAME: Readonly<Record<Step["kind"], readonly [en: string, zh: string]>> = {
  put: ["put things somewhere", "放东西"],
  lift: ["lift things", "拿起东西"],
  "put-down": ["put things down", "放下东西"],
  go: ["drive anywhere", "开到别处"],
  fetch: ["bring things to a person", "把东西拿给人"],
};

/** Why something is not done. */
export function renderReason(reason: Reason, facts: Facts, language: Language): string {
  const en = language === "en";
  const pair = ([inEnglish, inChinese]: readonly [string, string]) => (en ? inEnglish : inChinese);
  const name = (id: string) => theName(id, facts, language);
  const conditions = (list: Parameters<typeof conditionName>[0][]) =>
    listed(
      list.map((condition) => conditionName(condition, facts, language)),
      language,
    );
  switch (reason.kind) {
    case "empty":
      return pair(["There is no command.", "没有命令。"]);
    case "too-long":
      return pair(["That is too long: say it in shorter sentences.", "太长了，请分成短句说。"]);
    case "not-understood":
      return pair([
        "I know these words, but not put together like this.",
        "这些词我都认识，但连在一起我不明白。",
      ]);
    case "unsupported":
      return en
        ? `"${reason.word}": ${pair(WHY_UNSUPPORTED[reason.why])}.`
        : `“${reason.word}”：${pair(WHY_UNSUPPORTED[reason.why])}。`;
    case "no-such-object": {
      const seen = facts.scene.objects.map(({ id }) => nameOf(id, facts, language));
      const what = phraseName(reason.phrase, language);
      return en
        ? `I see no ${what}; there ${seen.length === 1 ? "is" : "are"}: ${listed(seen, "en")}.`
        : `我没看到${what}；这里有：${listed(seen, "zh")}。`;
    }
    case "too-few": {
      const what = phraseName(reason.phrase, language);
      return en
        ? `I see ${reason.found} for "${what}", not ${reason.wanted}.`
        : `符合“${what}”的只有${reason.found}个，不够${reason.wanted}个。`;
    }
    case "nobody-seen":
      return pair(["I cannot see where you are.", "我看不到您在哪里。"]);
    case "not-graspable":
      return en ? `I cannot grasp ${name(reason.object)}.` : `我抓不住${name(reason.object)}。`;
    case "not-a-container":
      return en
        ? `I cannot put anything in ${name(reason.object)}.`
        : `我没法往${name(reason.object)}里放东西。`;
    case "not-a-destination":
      return en ? `I cannot drive to ${name(reason.object)}.` : `我没法开到${name(reason.object)}。`;
    case "several-places":
      return pair(["That names several places at once.", "一次说了好几个地方。"]);
    case "no-skill-relation": {
      const relation = relationName(reason.relation, language);
      return en
        ? `I have no skill to ${reason.step === "go" ? "drive" : "put anything"} "${relation}" something.`
        : `我没有能${reason.step === "go" ? "开" : "放"}到“${relation}”的技能。`;
    }
    case "no-side-skill":
      return pair([
        "I can put things only in a bin: say in which.",
        "我只能把东西放进箱子，请说放进哪个箱子。",
      ]);
    case "no-skill": {
      const skills = reason.skills.length === 0 ? "" : ` (${reason.skills.join(", ")})`;
      return en
        ? `I have no skill to ${pair(STEP_NAME[reason.step])}${skills}.`
        : `我没有能${pair(STEP_NAME[reason.step])}的技能${skills}。`;
    }
    case "one-at-a-time":
      return pair(["I have one hand: one thing at a time.", "我只有一只手，一次只能拿一个。"]);
    case "nothing-held":
      return pair(["I hold nothing.", "我手里没有东西。"]);
    case "unreachable":
      return renderUnreachable(reason, facts, language);
    case "conflict":
      return en
        ? `These cannot hold together: ${conditions([...reason.goals])}.`
        : `这些不能同时成立：${conditions([...reason.goals])}。`;
    case "search-bound":
      return en ? `I found no plan within ${reason.nodes} nodes.` : `在${reason.nodes}个节点内没有找到计划。`;
    case "unseen":
      return pair(["I see nothing.", "我什么都看不到。"]);
    default:
      return impossible(reason);
  }
}

function renderUnreachable(
  { goal, unmet, inside, later }: Extract<Reason, { kind: "unreachable" }>,
  facts: Facts,
  language: Language,
): string {
  const en = language === "en";
  const wish = conditionName(goal, facts, language);
  if (inside !== null) {
    const place = theName(inside, facts, language);
    return en
      ? `I cannot see to it that ${wish}: it ${later ? "will lie" : "lies"} in ${place}, and no skill takes anything out again.`
      : `做不到“${wish}”：它${later ? "到时候" : ""}在${place}里，没有技能能再拿出来。`;
  }
  if (unmet.length === 0) return en ? `I have no skill after which ${wish}.` : `没有技能能做到“${wish}”。`;
  const missing = listed(
    unmet.map((condition) => conditionName(condition, facts, language)),
    language,
  );
  return en
    ? `I cannot see to it that ${wish}: it would need that ${missing}.`
    : `做不到“${wish}”：需要${missing}。`;
}
