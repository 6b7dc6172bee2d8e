/**
 * A twin on Node: simulated robots behind a WebSocket that speaks rosbridge v2 as the server of the given dialect
 * does. Whoever connects finds what a real robot behind that server would show.
 */
import { type Clock, realClock } from "../../core/index.js";
import type { RosGraph } from "../ros2/graph.js";
import type { DialectName } from "./dialects.js";
import { startTwinServer, type TwinServerOptions } from "./server.node.js";
import { openTwinRobots, type TwinRobots, type TwinRobotsOptions } from "./twin-robots.js";

/** Which robots, in which world, behind which server. */
export interface TwinOptions
  extends Omit<TwinRobotsOptions, "clock" | "timeOfDay">,
    Partial<Pick<TwinServerOptions, "host" | "token" | "origins" | "hosts" | "onLog">> {
  /** the server to speak as; default `rosbridge-suite-2.2` */
  readonly as?: DialectName;
  /** TCP port; 0 takes a free one */
  readonly port: number;
  /** default the machine's */
  readonly clock?: Clock;
}

/** A running twin: its robots and where they are reached. */
export interface Twin extends TwinRobots {
  /** `ws://127.0.0.1:9090` */
  readonly url: string;
  readonly port: number;
  readonly graph: RosGraph;
}

/** Starts robots and bridge; resolves once it listens. */
export async function startTwin(options: TwinOptions): Promise<Twin> {
  const { as = "rosbridge-suite-2.2", clock = realClock(), ...rest } = options;
  const origin = Date.now() / 1000 - clock.now();
  const timeOfDay = (): number => origin + clock.now();
  const server = await startTwinServer({ ...rest, dialect: as, clock, timeOfDay });
  try {
    const robots = await openTwinRobots(server.graph, { ...rest, clock, timeOfDay: timeOfDay() });
    return {
      ...robots,
      url: server.url,
      port: server.port,
      graph: server.graph,
      close: async () => {
        await robots.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}
