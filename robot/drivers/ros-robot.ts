/**
 * What all drivers of robots behind a bridge share: the gate of the safety layer, the stop, the lease, the scene,
 * the link, and a housekeeping loop. A driver adds a body: what it reads and how it moves. Nothing is ever queued:
 * a command that cannot be sent now is refused.
 */
import type {
  Clock,
  CommandChunk,
  CommandResult,
  Contract,
  GoalBinding,
  Robot,
  RobotEvent,
} from "../../core/index.js";
import type { RosClient } from "../ros2/ros-client.js";
import type { Verdict } from "../safety/decide.js";
import { createSafetyGate, resultOf, type SafetyGate } from "../safety/gate.js";
import { LEASE } from "../safety/lease.js";
import { createLeaseTopic } from "./lease-topic.js";
import type { Profile } from "./profile.js";
import { createRosStop } from "./ros-stop.js";
import { goalValues, watchScene } from "./scene-topic.js";

/** A robot behind a bridge, with what only such a robot has. */
export interface RosRobot extends Robot {
  readonly profile: Profile;
  readonly speedScale: number;
  /** in (0, 1]; a real robot starts at a tenth */
  setSpeedScale(scale: number): void;
}

/** What was measured, without goal features. */
export interface BodySight {
  readonly values: Readonly<Record<string, Float32Array>>;
  /** s on the robot's clock */
  readonly time: number;
  /** s, of the oldest part */
  readonly age: number;
}

/** The part of a driver that is of its robot's kind. */
export interface RobotBody {
  /** null until every observation feature has been seen */
  sight(): BodySight | null;
  /** [A] the command in force */
  commanded(): Float64Array | null;
  /** Begins to carry out what the gate let through; says why not when it cannot. */
  execute(verdict: Extract<Verdict, { readonly kind: "command" }>): CommandResult;
  /** Ends all motion now. @param stop on the connection that nothing else uses */
  halt(stop: boolean): void;
  /** whether something that was commanded is still being carried out */
  readonly moving: boolean;
  /** Housekeeping, every `TICK` s: returns why the robot must hold, or null. */
  tick(): { readonly rule: "no-effect"; readonly detail: string } | null;
  /** The link was lost: what was commanded is over. */
  lost(): void;
  close(): void;
}

/** s between two rounds of housekeeping */
export const TICK = 0.05;

export interface RosRobotParts {
  readonly client: RosClient;
  readonly clock: Clock;
  readonly profile: Profile;
  readonly contract: Contract;
  /** the frame of the scene */
  readonly frame: string;
  readonly speedScale: number;
  /** this client's name among holders of command */
  readonly holder: string;
  body(gate: SafetyGate): RobotBody;
}

export function createRosRobot(parts: RosRobotParts): RosRobot {
  const { client, clock, profile, contract } = parts;
  const gate = createSafetyGate(contract, parts.speedScale);
  const body = parts.body(gate);
  const closing = new AbortController();
  const limited = (rule: string, detail: string): void => gate.emit({ kind: "limited", rule, detail });
  const scene = watchScene(client, profile.detections, parts.frame, (detail) => limited("scene", detail));
  const rosStop = createRosStop({
    client,
    clock,
    stop: profile.stop,
    onRemote: () => latch("another client stopped the robot"),
    onTrouble: (detail) => limited("stop", detail),
  });
  const lease = createLeaseTopic(client, clock, profile.lease, parts.holder, (to) =>
    hold(`lease: ${to} has command of the robot`),
  );
  let binding: GoalBinding = {};

  const hold = (reason: string): void => {
    if (body.moving) body.halt(false);
    gate.holding(reason);
  };
  const latch = (reason: string): boolean => {
    body.halt(true);
    return gate.stop(reason);
  };
  const offLink = client.onLink((up, reason) => {
    gate.emit({ kind: "link", up, reason });
    if (!up) body.lost();
  });

  const housekeeping = async (): Promise<void> => {
    let sinceLease = 0;
    for (;;) {
      await clock.sleep(TICK, closing.signal);
      const sight = body.sight();
      if (body.moving && (sight === null || sight.age > gate.limits.observationAge))
        hold(`stale-observation: nothing new for ${sight === null ? "ever" : `${sight.age.toFixed(2)} s`}`);
      const trouble = body.tick();
      if (trouble !== null) hold(`${trouble.rule}: ${trouble.detail}`);
      sinceLease += TICK;
      if (sinceLease < LEASE.period - 1e-9) continue;
      sinceLease = 0;
      lease.tick();
      rosStop.tick();
    }
  };
  housekeeping().catch((error: unknown) => {
    if (!closing.signal.aborted) latch(`internal: ${String(error)}`);
  });

  return {
    profile,
    contract,
    get speedScale() {
      return gate.speedScale;
    },
    setSpeedScale: (scale) => gate.setSpeedScale(scale),
    latest: () => {
      const sight = body.sight();
      if (sight === null) return null;
      const values = { ...sight.values, ...goalValues(contract.goals, binding, scene.latest()) };
      return { observation: { time: sight.time, values }, age: sight.age };
    },
    scene: () => scene.latest(),
    bind: (goal) => {
      binding = { ...goal };
    },
    commanded: () => body.commanded(),
    command: (chunk: CommandChunk): CommandResult => {
      const sight = body.sight();
      const verdict = gate.judge(chunk, {
        linkUp: client.up,
        observationAge: sight?.age ?? null,
        commanded: body.commanded(),
      });
      if (verdict.kind !== "command") {
        if (body.moving) body.halt(false);
        return resultOf(verdict);
      }
      const other = lease.claim();
      if (other !== null) return { accepted: false, reason: `lease: ${other} has command of the robot` };
      return body.execute(verdict);
    },
    hold,
    stop: (reason) => {
      rosStop.engage();
      latch(reason);
    },
    releaseStop: () => {
      if (gate.release()) rosStop.release();
    },
    get stopped() {
      return gate.stopped;
    },
    on: (listener: (event: RobotEvent) => void) => gate.on(listener),
    close: async () => {
      if (body.moving) body.halt(false);
      closing.abort(new Error("closed"));
      offLink();
      scene.close();
      rosStop.close();
      lease.close();
      body.close();
    },
  };
}
