/**
 * Every registered task is where people look for it: on its page in docs, which is made from the cards (`npx vitest run
 * tests/house/tasks.test.ts -u` writes it anew), and in the studio's chooser in both languages.
 */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ARM_ROBOTS, TWO_PANDAS } from "../../core/index.js";
import { TASKS } from "../../sim/index.js";
import { robotsOf, TASK_NAMES } from "../../teleop/page/tasks.js";
import { WORDS } from "../../teleop/page/words/index.js";

const PAGE = fileURLToPath(new URL("../../docs/tasks.md", import.meta.url));

const INTRO = `# Tasks

Made from the tasks' cards; a test keeps it true. A task is one file in \`sim/tasks\`: what stands on the table and how it
is drawn from a seed, which objects its goal slots are bound to, when it is done, how it can be said. Success must last
half a second without a break and is then latched. An episode fails with a kind: \`missed\` (never taken, or never touched
where it is pushed), \`dropped\`, \`timed-out\` (still held when the horizon is over), \`left-workspace\`, \`disturbed\`
(something else was moved 10 cm), \`collided\` and \`force-exceeded\` where a task sets limits, \`tipped-over\` where a base
climbs. The constants' hash stands beside every figure: a task with another hash is another task.

All tasks at the table are driven at 20 Hz by position, yaw and opening of a hand that points down
(\`action.ee.position\`, \`action.ee.yaw\`, \`action.gripper.width\`); what the slots are bound to is observed by a detector
of 10 Hz, 2 mm and 1 degree, and the force on the wrist where a task is about it. Every task has a script that
demonstrates it as people of three skills would (\`record --style worse|okay|better|mixed\`, or \`clean\` without any
tremble); \`apprentice bench demonstrators\` counts how often each reaches the goal, and
[how human they look](demonstrators.md) is measured beside takes of people. Lengths in metres in the frame of the arm's
base, the arm looking along +x.

\`box-move\` is driven at 20 Hz by what a base and such an arm take together, and the height of the lift between them
(\`action.base.linear\`, \`action.base.angular\`, \`action.lift.height\`, and the arm's three in the frame of its foot), on
the command line; in the studio a switch gives the keys to base and lift, or to the arm, while the other holds.

\`two-arm-lift\` is driven by what an arm takes, for each of two arms, whose features carry the arm's name
(\`action.left.ee.position\`, \`action.right.gripper.width\`), in the frame \`table\` that both share, on the command line
too; a person cannot drive two hands in the studio yet.

Friction of two surfaces is the mean of both in this engine, the larger one in MuJoCo.

**Soft objects.** There is a rope, and it is of links: capsules on ball joints that bend and twist as damped springs. Its
diameter and weight are those of manila of 24 mm (Cordage Institute CI 1308); how supple it is was chosen, not measured. What
hangs is held to theory (\`tests/sim/rope.test.ts\`): the sag of a catenary within 1 %, the first two periods of a hanging chain
within 1 % and 5 %, the droop of a piece held out level within 2 degrees of 41.5. What it cannot do: it does not stretch, flatten
or stay bent; knots and tight loops are not to be trusted, for neighbouring links do not collide; its links resist turning twenty
times as much as their cylinders would, or fingers of 0.1 kg turn what weighs 9 g out of their grasp; held by an end it slips
under 3 mm in 10 s of shaking and 7 s of rest, held in its middle by up to 1 cm; stiffer ropes than 0.002 N m² are softer in the
solver than they say. There is no cloth, no bag and nothing that deforms in bulk.
`;

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

describe("every task", () => {
  test("stands in docs/tasks.md as its card says", async () => {
    const rows = TASKS.map(
      ({ card, constantsHash }) =>
        `| [\`${card.name}\`](#${card.name}) | ${card.robot} | ${card.summary} | ${card.source?.definition ?? "our own"} | ${card.horizon} s | \`${constantsHash()}\` |`,
    );
    const sections = TASKS.map(({ card }) =>
      [
        `## ${card.name}`,
        "",
        card.summary,
        "",
        `**Definition.** ${sentence(card.reset)} Horizon ${card.horizon} s.`,
        "",
        ...(card.score === undefined
          ? []
          : [`**Score**, which \`rollout\` says beside success: ${card.score}.`, ""]),
        ...(card.source === undefined
          ? ["**Source.** Our own.", ""]
          : [
              `**Source.** ${card.source.definition}.`,
              "",
              `**Differences** (the source's in brackets). ${sentence(card.source.differences)}`,
              "",
            ]),
        `**Said.** ${[...card.sentences.en, ...card.sentences.zh].map((sentence) => `\`${sentence}\``).join(", ")}`,
      ].join("\n"),
    );
    const table = [
      "| task | robot | what | source | horizon | constants |",
      "|---|---|---|---|---|---|",
      ...rows,
    ].join("\n");
    await expect(`${INTRO}\n${table}\n\n${sections.join("\n\n")}\n`).toMatchFileSnapshot(PAGE);
  });

  test("can be chosen in the studio, by a name in both languages, where a person can drive its robot there", () => {
    const driven = TASKS.filter(({ card }) => card.robot !== TWO_PANDAS.name);
    expect([...TASK_NAMES].sort()).toEqual(driven.map((task) => task.card.name).sort());
    for (const words of Object.values(WORDS))
      for (const name of TASK_NAMES) {
        expect(words.tasks[name], name).toBeTruthy();
        for (const robot of robotsOf(name)) expect(words.robots[robot], robot).toBeTruthy();
      }
  });

  test("is offered in the studio with every built-in arm that reaches it, and with no other", async () => {
    for (const { card, create } of TASKS.filter((task) =>
      TASK_NAMES.some((name) => name === task.card.name),
    )) {
      expect(robotsOf(card.name)[0]).toBe(card.robot);
      for (const robot of ARM_ROBOTS.filter(({ name }) => name !== card.robot)) {
        const offered = robotsOf(card.name).includes(robot.name);
        const made = await create({ robot }).then(
          (environment) => {
            environment.free();
            return true;
          },
          () => false,
        );
        expect([card.name, robot.name, made]).toEqual([card.name, robot.name, offered]);
      }
    }
  });
});
