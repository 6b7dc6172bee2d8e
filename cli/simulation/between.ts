/**
 * What lies between two skills of a plan, in simulation: another goal for the skill that comes first, and the motion
 * primitives that bring an arm back to where skills begin, run through the same loop and safety as on a robot.
 */
import { type Environment, type GoalBinding, holds, type Random, simulatedClock } from "../../core/index.js";
import { factsOf, liveRobot, type PrimitiveName, runPrimitive } from "../../robot/index.js";

/** A goal of the same kind about something else, that can be reached now; null when there is none. */
export function otherGoal(environment: Environment, goal: GoalBinding, random: Random): GoalBinding | null {
  const { objects } = environment.scene();
  if (goal.target === undefined) {
    const places = objects.filter(
      (object) => ["shelf", "door", "desk"].includes(object.class) && object.id !== goal.place,
    );
    return places.length === 0 ? null : { place: random.pick(places).id };
  }
  // A task about two things leaves nothing of its kind to do.
  if (goal["second-target"] !== undefined) return null;
  const facts = { scene: environment.scene(), tool: null, base: null };
  const targets = objects.filter(
    (object) => object.id !== goal.target && holds({ predicate: "on-table", object: object.id }, facts),
  );
  if (targets.length === 0) return null;
  const target = random.pick(targets).id;
  if (goal.place === undefined) return { target };
  const kind = objects.find(({ id }) => id === goal.place)?.class;
  const places = objects.filter((object) => object.class === kind && object.id !== target);
  return places.length === 0 ? null : { target, place: random.pick(places).id };
}

/** Puts down what is held and goes back to the start region; a base stays where it is. */
export async function returnToStart(environment: Environment): Promise<void> {
  if (environment.contract.control !== "tool-pose") return;
  const clock = simulatedClock();
  const robot = liveRobot(environment, clock);
  const period = 1 / environment.contract.rates.policy;
  const run = async (name: PrimitiveName): Promise<void> => {
    let running = true;
    const result = runPrimitive(robot, clock, name).finally(() => {
      running = false;
    });
    while (running) await clock.advance(period);
    await result;
  };
  const facts = factsOf(robot);
  if (facts !== null && !holds({ predicate: "hand-empty" }, facts)) await run("put-down");
  await run("return-to-start");
  const closing = robot.close();
  await clock.advance(period);
  await closing;
}
