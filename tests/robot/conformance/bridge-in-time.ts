/**
 * A twin behind a bridge of any dialect in simulated time: every frame as it would be on a socket, a few milliseconds
 * late, and no socket. What keeps real time elsewhere is exact here, however busy the machine.
 */
import { type RobotEvent, type SimulatedClock, simulatedClock } from "../../../core/index.js";
import {
  connectRobot,
  connectRos,
  type DialectName,
  type DrivenRobot,
  dialectOf,
  KNOWN_TYPES,
  type OpenSocket,
  openBroker,
  openTwinRobots,
  type RosClient,
  type RosGraph,
  type RosRobot,
  rosTime,
  type TwinRobots,
  whenUp,
  withoutActions,
} from "../../../robot/index.js";
import { serveRosapi } from "../../../robot/twin/rosapi.js";
import { openSession } from "../../../robot/twin/session.js";

/** s from one end of the wire to the other */
const DELAY = 0.004;
const LIMITS = { subscriptions: 256, publishers: 256, served: 64, pending: 256 };
const TIME_OF_DAY = 1_700_000_000;

export interface Bridge {
  readonly clock: SimulatedClock;
  readonly graph: RosGraph;
  readonly openSocket: OpenSocket;
  /** what the bridge would write to the robot's log */
  readonly log: string[];
  cut(): void;
  restore(): void;
}

/** A bridge with nothing behind it. */
export function bridgeInTime(name: DialectName): Bridge {
  const clock = simulatedClock();
  const dialect = dialectOf(name);
  const log: string[] = [];
  const graph = openBroker(KNOWN_TYPES, clock, (fault) => log.push(fault));
  const now = () => rosTime(TIME_OF_DAY + clock.now());
  if (dialect.rosapi) serveRosapi(graph, "/twin", now);
  const goals = new Map();
  const open = new Set<() => void>();
  let isCut = false;
  const later = (what: () => void): void => {
    clock.sleep(DELAY).then(what);
  };
  const openSocket: OpenSocket = (_, events) => {
    let over = false;
    const end = (reason: string): void => {
      if (over) return;
      over = true;
      open.delete(cutOff);
      session.close();
      events.closed(reason);
    };
    const cutOff = () => end("the link was cut");
    const session = openSession(
      {
        broker: graph,
        dialect,
        clock,
        now,
        goals,
        limits: LIMITS,
        crash: end,
        log: (text) => log.push(text),
      },
      (data) =>
        later(() => {
          if (!over) events.message(data);
        }),
      end,
    );
    later(() => {
      if (isCut) return end("nobody answers");
      open.add(cutOff);
      if (!over) events.opened();
    });
    return {
      backlog: 0,
      send: (text) =>
        later(() => {
          if (!over) session.receive(text);
        }),
      close: () => end("closed here"),
    };
  };
  return {
    clock,
    graph,
    openSocket,
    log,
    cut: () => {
      isCut = true;
      for (const each of [...open]) each();
    },
    restore: () => {
      isCut = false;
    },
  };
}

/** Lets simulated time pass until the work is done. */
export async function during<T>(clock: SimulatedClock, work: Promise<T>): Promise<T> {
  let done = false;
  const finished = work.finally(() => {
    done = true;
  });
  finished.catch(() => {});
  while (!done) {
    await clock.advance(1 / 120);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return finished;
}

export interface World extends Bridge {
  readonly twin: TwinRobots;
  readonly client: RosClient;
  readonly robot: RosRobot;
  readonly events: RobotEvent[];
  /** another client of the same bridge, which drives the same robot */
  join(holder: string): Promise<RosRobot>;
}

/** Work on a robot's twin behind a bridge of that dialect, by the robot's own driver. */
export async function withTwin<T>(
  dialect: DialectName,
  robot: DrivenRobot,
  seed: number,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const bridge = bridgeInTime(dialect);
  const { clock, graph, openSocket } = bridge;
  const actions = dialectOf(dialect).operations.includes("send_action_goal");
  const driven = actions ? robot : withoutActions(robot);
  const twin = await openTwinRobots(graph, { robots: [robot], seed, clock, timeOfDay: TIME_OF_DAY });
  const leaving: (() => Promise<void>)[] = [];
  const connect = async (holder: string) => {
    const client = connectRos({ url: "ws://twin", openSocket, clock, session: holder });
    leaving.unshift(() => client.close());
    await whenUp(client, clock, 3);
    const connected = await connectRobot(driven, { client, clock, real: null, holder });
    leaving.unshift(() => connected.close());
    return { client, robot: connected };
  };
  return during(
    clock,
    (async () => {
      try {
        const first = await connect("first");
        const events: RobotEvent[] = [];
        first.robot.on((event) => events.push(event));
        const join = async (holder: string) => (await connect(holder)).robot;
        return await work({ ...bridge, twin, ...first, events, join });
      } finally {
        for (const leave of leaving) await leave();
        await twin.close();
      }
    })(),
  );
}
