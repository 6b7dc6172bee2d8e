/**
 * `navigate`: a differential-drive base drives among obstacles to a named place, stops there and touches nothing.
 * 10 Hz, frame `map`, metres, radians, seconds. One file holds what defines the task: reset, goal, success,
 * failures, sentences. The physics is in `../base`, the demonstrator in `../base/navigator.ts`.
 */
import {
  type Contract,
  createRandom,
  DIFF_DRIVE,
  diffDriveContract,
  type Environment,
  type GoalBinding,
  holds,
  type Observation,
  type Outcome,
  objectById,
  type Random,
  type RandomState,
  refuse,
  type Scene,
  type SceneObject,
  type TaskCard,
} from "../../core/index.js";
import { type BaseSim, createBaseSim } from "../base/base-sim.js";
import { drawRoom } from "../base/layout.js";
import { localise } from "../base/localise.js";
import type { Room } from "../base/room.js";
import { ENGINE, engineVariant } from "../engine.js";
import { stateHash } from "../state-hash.js";

const PHYSICS_RATE = 120;
const TICKS_PER_STEP = 12;

const CARD: TaskCard = {
  name: "navigate",
  robot: DIFF_DRIVE.name,
  summary:
    "A differential-drive base drives among obstacles to a named place, stops there and touches nothing.",
  horizon: 60,
  sentences: {
    en: ["drive to the {place}", "go to the {place}"],
    zh: ["开到{place}", "去{place}"],
  },
  reset:
    "room of 6 x 6 m; 6 cylinders of radius 0.12 to 0.35 m that do not overlap; shelf, door and desk at least 2 m " +
    "apart, 0.3 m between a base that stands there and any cylinder; start anywhere within 2.4 m of the middle " +
    "along x and y, any heading, at rest, 0.25 m clear, at least 2 m from the goal; every place can be reached with " +
    "0.08 m of room. Success: |v| < 0.05 m/s within 0.25 m of the place; any contact fails. Localisation 1 cm and " +
    "0.5 degrees, ranges 1 cm of noise.",
};

/** Everything that a step reads and writes, beside the physics. */
interface Episode {
  sim: BaseSim;
  random: Random;
  goal: GoalBinding;
  /** when the goal was bound: the horizon counts from here */
  since: number;
  collided: boolean;
  seen: Observation;
}

/** What a snapshot holds beside the base's own. */
interface Header {
  readonly variant: string;
  readonly room: Room;
  /** the kept normal draw is null in JSON when there is none */
  readonly random: readonly (number | null)[];
  readonly goal: GoalBinding;
  readonly since: number;
  readonly collided: boolean;
  readonly time: number;
  readonly seen: Readonly<Record<string, readonly number[]>>;
}

/** The environment, at the beginning of episode 0. Needs `initEngine()`. */
export function createNavigate(): Environment {
  const contract: Contract = diffDriveContract(CARD.name, {
    physics: PHYSICS_RATE,
    engine: { name: ENGINE.name, version: ENGINE.version },
  });
  let episode = begin(0);

  function begin(seed: number): Episode {
    const random = createRandom(seed);
    const { room, start, goal } = drawRoom(random.fork("room"));
    const sim = createBaseSim({ room, start, dt: 1 / PHYSICS_RATE });
    const noise = random.fork("noise");
    const binding: GoalBinding = { place: goal };
    return {
      sim,
      random: noise,
      goal: binding,
      since: 0,
      collided: false,
      seen: look(sim, binding, noise),
    };
  }

  return {
    contract,
    card: CARD,
    reset(seed) {
      episode.sim.free();
      episode = begin(seed);
    },
    observe: () => ({
      time: episode.seen.time,
      values: Object.fromEntries(
        Object.entries(episode.seen.values).map(([name, values]) => [name, values.slice()]),
      ),
    }),
    scene: () => episode.sim.scene(),
    goal: () => episode.goal,
    bind(goal) {
      placeOf(episode.sim.scene(), goal);
      episode.goal = { place: goal.place! };
      episode.since = episode.sim.time();
      episode.seen = look(episode.sim, episode.goal, episode.random);
    },
    command() {
      const { linear, angular } = episode.sim.command();
      return Float64Array.of(linear, angular);
    },
    step(command) {
      const [linear, angular] = [command[0], command[1]];
      if (command.length !== 2 || !Number.isFinite(linear) || !Number.isFinite(angular))
        refuse("navigate", "a command must be 2 finite numbers", Array.from(command));
      const { sim } = episode;
      sim.setTwist(linear!, angular!);
      for (let tick = 0; tick < TICKS_PER_STEP; tick++) {
        sim.tick();
        episode.collided ||= sim.inContact();
      }
      episode.seen = look(sim, episode.goal, episode.random);
    },
    time: () => episode.sim.time(),
    outcome: () => outcomeOf(episode),
    snapshot: () => pack(episode),
    restore(snapshot) {
      const restored = unpack(snapshot);
      episode.sim.free();
      episode = restored;
    },
    hash: () => stateHash(episode.sim.state(), Float64Array.of(episode.collided ? 1 : 0)),
    free: () => episode.sim.free(),
  };
}

/** One look of every sensor; each draws its noise once, however often the observation is read. */
function look(sim: BaseSim, goal: GoalBinding, random: Random): Observation {
  const { position, orientation } = localise(sim.pose(), random);
  const { linear, angular } = sim.twist();
  return {
    time: sim.time(),
    values: {
      "observation.base.position": Float32Array.from(position),
      "observation.base.orientation": Float32Array.from(orientation),
      "observation.base.twist": Float32Array.of(linear, angular),
      "observation.scan": sim.scan(random),
      "goal.place.position": Float32Array.from(placeOf(sim.scene(), goal).pose.position),
    },
  };
}

function placeOf(scene: Scene, goal: GoalBinding): SceneObject {
  const object = goal.place === undefined ? undefined : objectById(scene, goal.place);
  return object ?? refuse("navigate", "the slot place must be bound to an object of the scene", goal.place);
}

function outcomeOf({ sim, goal, since, collided }: Episode): Outcome {
  if (collided) return { state: "failure", kind: "collided" };
  const base = { pose: sim.pose(), speed: Math.abs(sim.twist().linear) };
  const place = placeOf(sim.scene(), goal).id;
  if (holds({ predicate: "at", place }, { scene: sim.scene(), tool: null, base }))
    return { state: "success" };
  // Half a step is more than the rounding of a sum of ticks.
  return sim.time() - since > CARD.horizon - 0.05
    ? { state: "failure", kind: "timed-out" }
    : { state: "running" };
}

/** Snapshot: length of the header (4 bytes, little-endian), the header as JSON, the base's snapshot. */
function pack({ sim, random, goal, since, collided, seen }: Episode): Uint8Array {
  const header: Header = {
    variant: engineVariant(),
    room: sim.room,
    random: random.state(),
    goal,
    since,
    collided,
    time: seen.time,
    seen: Object.fromEntries(Object.entries(seen.values).map(([name, values]) => [name, Array.from(values)])),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const base = sim.snapshot();
  const bytes = new Uint8Array(4 + text.length + base.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(base, 4 + text.length);
  return bytes;
}

function unpack(bytes: Uint8Array): Episode {
  const place = "navigate snapshot";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 4 ? 0 : view.getUint32(0, true);
  if (length === 0 || 4 + length > bytes.length) refuse(place, "must be one of this task", bytes.length);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Header;
  if (header.variant !== engineVariant())
    refuse(place, `must come from engine ${engineVariant()}`, header.variant);
  const sim = createBaseSim({ room: header.room, start: { x: 0, y: 0, yaw: 0 }, dt: 1 / PHYSICS_RATE });
  sim.restore(bytes.subarray(4 + length));
  const random = createRandom(0);
  random.restore(header.random.map((word) => word ?? Number.NaN) as unknown as RandomState);
  const values = Object.fromEntries(
    Object.entries(header.seen).map(([name, numbers]) => [name, Float32Array.from(numbers)]),
  );
  return {
    sim,
    random,
    goal: header.goal,
    since: header.since,
    collided: header.collided,
    seen: { time: header.time, values },
  };
}
