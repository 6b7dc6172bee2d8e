/**
 * A simulation thread: records demonstrations and rolls policies out, one seed a message. Holds one environment a
 * task and every policy it was sent; nothing of one job reaches the next, since every job begins with a reset.
 */
import { parentPort } from "node:worker_threads";
import {
  createRandom,
  type Environment,
  type GoalBinding,
  impossible,
  messageOf,
  type Observation,
  refuse,
} from "../../core/index.js";
import { type AmplificationSource, amplifyOnce, takeApart } from "../../datasets/index.js";
import { drive, type LoadedPolicy, loadPolicy, openNodeSession } from "../../policy/index.node.js";
import {
  type RandomisationRanges,
  randomiseBy,
  type Sense,
  type TaskModule,
  taskByName,
} from "../../sim/index.js";
import { recordDemonstration, sayTask } from "../../teleop/index.js";
import { takePicture } from "../report/picture.js";
import type { FilmFrame } from "../report/result.js";
import { loadArm } from "../robots/arm.js";
import { driveAsRobot } from "./as-robot.js";
import { otherGoal, returnToStart } from "./between.js";
import type { Answer, FromWorker, Job, ToWorker } from "./messages.js";
import { watcher } from "./watch.js";

const port = parentPort ?? refuse("simulation worker", "must run as a worker thread");
const environments = new Map<string, Promise<Environment>>();
const policies = new Map<string, Promise<LoadedPolicy>>();
const sources = new Map<string, readonly AmplificationSource[]>();

port.on("message", async (message: ToWorker) => {
  if (message.kind === "policy") {
    policies.set(message.name, loadPolicy(message.bytes, openNodeSession));
    return;
  }
  if (message.kind === "sources") {
    sources.set(message.name, message.sources);
    return;
  }
  if (message.kind === "forget") {
    for (const name of message.names) {
      const known = policies.get(name);
      policies.delete(name);
      await (await known)?.free();
    }
    return;
  }
  const { id } = message;
  try {
    const answer = await work(message.job);
    const episode =
      answer.kind === "recorded"
        ? answer.episode
        : answer.kind === "amplified"
          ? answer.attempt.episode
          : null;
    const transfer =
      episode === null
        ? []
        : [episode.actions, ...Object.values(episode.features)].map((array) => array.buffer as ArrayBuffer);
    port.postMessage({ id, answer } satisfies FromWorker, transfer);
  } catch (error) {
    port.postMessage({ id, error: messageOf(error) } satisfies FromWorker);
  }
});

function environmentOf(
  task: string,
  ranges: RandomisationRanges | null,
  robot: string | undefined,
  senses: readonly Sense[],
): Promise<Environment> {
  const key = JSON.stringify([task, ranges, robot, senses]);
  const known =
    environments.get(key) ??
    taskByName(task).create({
      ...(ranges === null ? {} : { randomise: randomiseBy(ranges) }),
      ...(robot === undefined ? {} : { robot: loadArm(robot) }),
      ...(senses.length === 0 ? {} : { senses }),
    });
  environments.set(key, known);
  return known;
}

const policyOf = (name: string): Promise<LoadedPolicy> =>
  policies.get(name) ?? refuse("simulation worker", "must have been sent the policy", name);

async function work(job: Job): Promise<Answer> {
  const task = taskByName(job.task);
  const environment = await environmentOf(
    job.task,
    "randomise" in job ? job.randomise : null,
    "robot" in job ? job.robot : undefined,
    ("senses" in job ? job.senses : undefined) ?? [],
  );
  switch (job.kind) {
    case "take-apart":
      return { kind: "taken-apart", found: takeApart(environment, job.episode) };
    case "amplify": {
      const known =
        sources.get(job.sources) ?? refuse("simulation worker", "must have been sent the takes", job.sources);
      const attempt = amplifyOnce(environment, known, job.seed, {
        linger: task.linger,
        sentence: () => sentenceOf(task, environment, job.seed),
      });
      return { kind: "amplified", attempt };
    }
    case "record": {
      environment.reset(job.seed);
      const sentence = sentenceOf(task, environment, job.seed);
      const episode = recordDemonstration(environment, task.demonstrator(job.seed, job.style), {
        seed: job.seed,
        linger: task.linger,
        sentence,
        maker: `scripted:${job.task}/${job.style}`,
      });
      return { kind: "recorded", episode };
    }
    case "demonstrate": {
      environment.reset(job.seed);
      const demonstrator = task.demonstrator(job.seed, job.style);
      for (;;) {
        environment.step(demonstrator.act(environment));
        const outcome = environment.outcome();
        if (outcome.state !== "running") {
          const goal = showGoal(environment.goal());
          const score = environment.score?.() ?? null;
          return {
            kind: "trial",
            trial: { seed: job.seed, outcome, seconds: environment.time(), score, goal, frames: [] },
          };
        }
      }
    }
    case "roll-out": {
      const policy = await policyOf(job.policy);
      environment.reset(job.seed);
      if (job.after !== null && !(await precede(environment, job.seed, await policyOf(job.after.policy))))
        return { kind: "trial", trial: null };
      if (job.asRobot) {
        const seconds = await driveAsRobot(environment, policy, job.seed);
        const outcome = environment.outcome();
        return {
          kind: "trial",
          trial: {
            seed: job.seed,
            outcome: outcome.state === "running" ? { state: "failure", kind: "timed-out" } : outcome,
            seconds,
            score: environment.score?.() ?? null,
            goal: showGoal(environment.goal()),
            frames: [],
          },
        };
      }
      const frames: FilmFrame[] = [];
      const onStep = (_: Environment, observation: Observation): void => {
        if (job.film === null) return;
        const last = frames[frames.length - 1];
        if (last === undefined || environment.time() - last.time >= job.film - 1e-9)
          frames.push(takePicture(environment.time(), observation, environment.scene()));
      };
      const { outcome, seconds, score } = await drive(
        policy,
        environment,
        createRandom(job.seed).fork("policy"),
        {
          onStep,
          ...(job.execute === null ? {} : { execute: job.execute }),
        },
      );
      if (job.film !== null)
        frames.push(takePicture(environment.time(), environment.observe(), environment.scene()));
      return {
        kind: "trial",
        trial: { seed: job.seed, outcome, seconds, score, goal: showGoal(environment.goal()), frames },
      };
    }
    case "watch": {
      const policy = await policyOf(job.policy);
      environment.reset(job.seed);
      const { look, seen } = watcher(environment, job.every);
      const { outcome } = await drive(policy, environment, createRandom(job.seed).fork("policy"), {
        onStep: look,
      });
      look();
      return { kind: "watched", watched: seen, outcome };
    }
    default:
      return impossible(job);
  }
}

/** Runs the earlier skill and the way back between skills; false when that skill failed, so nothing can follow. */
async function precede(environment: Environment, seed: number, policy: LoadedPolicy): Promise<boolean> {
  const goal = environment.goal();
  const earlier = otherGoal(environment, goal, createRandom(seed).fork("earlier"));
  if (earlier === null) return false;
  environment.bind(earlier);
  const { outcome } = await drive(policy, environment, createRandom(seed).fork("earlier policy"));
  if (outcome.state !== "success") return false;
  await returnToStart(environment);
  environment.bind(goal);
  return true;
}

const sentenceOf = ({ card }: TaskModule, environment: Environment, seed: number): string =>
  sayTask(card, environment.goal(), environment.scene(), createRandom(seed).fork("sentence"));

const showGoal = (goal: GoalBinding): string =>
  Object.entries(goal)
    .map(([slot, id]) => `${slot} ${id}`)
    .join(", ");
