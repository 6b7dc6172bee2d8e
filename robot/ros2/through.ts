/**
 * A node in a real ROS 2 graph, through a rosbridge server: the twin's robots register here as they would at the
 * twin's own bridge, and the real graph sees them. Two connections: one that publishes, one that takes commands and
 * serves. When the second is lost the robot's clients cannot reach it any more, so every running goal is cancelled.
 * What a bridge cannot carry (`finite.ts`) or knows no operation for (actions of ros2-web-bridge) is reported.
 */
import { type Clock, messageOf, refuse } from "../../core/index.js";
import { completeMessage, isRecord, readMessage } from "./conversion.js";
import { finiteMessage } from "./finite.js";
import { type ActionServer, GOAL_STATUS, type GoalStatus, type RosGraph, type RosMessage } from "./graph.js";
import { type Link, type LinkLimits, openLink } from "./link.js";
import type { OpenSocket } from "./socket.js";
import { fullTypeName, KNOWN_TYPES, type TypeTable } from "./types.js";

/** Which bridge, and how. */
export interface ThroughOptions {
  /** `ws://host:port` of the bridge */
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  /** unique among all clients of the bridge */
  readonly session: string;
  readonly types?: TypeTable;
  readonly limits?: Partial<LinkLimits>;
  readonly onFault?: (fault: string) => void;
}

/** A real graph, for as long as its bridge is there. */
export interface ThroughGraph extends RosGraph {
  /** true while both connections stand */
  readonly up: boolean;
  onLink(listener: (up: boolean, reason: string) => void): () => void;
  close(): Promise<void>;
}

const LIMITS: LinkLimits = {
  frame: 32 * 1024 * 1024,
  backlog: 1024 * 1024,
  congestion: 2,
  connecting: 5,
  backOff: { first: 0.25, most: 4 },
};

type Frame = Readonly<Record<string, unknown>>;
interface ServedService {
  readonly type: string;
  readonly handler: (request: RosMessage) => RosMessage | Promise<RosMessage>;
}
interface ServedAction {
  readonly type: string;
  readonly server: ActionServer;
}

/** Connects, and stays connected until closed; what is registered is announced anew after every loss. */
export function graphThrough(options: ThroughOptions): ThroughGraph {
  const types = options.types ?? KNOWN_TYPES;
  const onFault = options.onFault ?? (() => {});
  const listeners = new Set<(up: boolean, reason: string) => void>();
  const publishers = new Map<string, string>();
  const subscriptions = new Map<
    string,
    { readonly type: string; readonly handlers: Set<(m: RosMessage) => void> }
  >();
  const services = new Map<string, ServedService>();
  const actions = new Map<string, ServedAction>();
  const goals = new Map<string, AbortController>();
  const reported = new Set<string>();
  let wasUp = false;

  const reportOnce = (fault: string) => {
    if (reported.has(fault)) return;
    reported.add(fault);
    onFault(fault);
  };
  const tell = (reason: string) => {
    const up = publishing.up && serving.up;
    if (up === wasUp) return;
    wasUp = up;
    for (const listener of [...listeners]) listener(up, reason);
  };
  const open = (onUp: () => void, onDown: () => void): Link =>
    openLink({
      url: options.url,
      openSocket: options.openSocket,
      clock: options.clock,
      limits: { ...LIMITS, ...options.limits },
      reconnects: true,
      onFault,
      onUp: () => {
        onUp();
        tell("connected");
      },
      onDown: (reason) => {
        onDown();
        tell(reason);
      },
      onFrame: hear,
    });

  const idOf = (name: string) => `${options.session}:${name}`;
  const announce = {
    publisher: (topic: string, type: string) =>
      publishing.send({ op: "advertise", id: idOf(topic), topic, type }),
    subscription: (topic: string, type: string) =>
      serving.send({ op: "subscribe", id: idOf(topic), topic, type, throttle_rate: 0, queue_length: 0 }),
    service: (service: string, { type }: ServedService) =>
      serving.send({ op: "advertise_service", type, service }),
    action: (action: string, { type }: ServedAction) =>
      serving.send({ op: "advertise_action", type, action }),
  };

  const hear = (frame: Frame) => {
    switch (frame["op"]) {
      case "publish":
        return hearMessage(frame);
      case "call_service":
        void answerCall(frame);
        return;
      case "send_action_goal":
        void executeGoal(frame);
        return;
      case "cancel_action_goal":
        goals.get(String(frame["id"]))?.abort(new Error("a client canceled the goal"));
        return;
      case "status":
        if (frame["level"] !== "none") reportOnce(`bridge: ${String(frame["msg"])}`);
        return;
    }
  };

  const hearMessage = (frame: Frame) => {
    const topic = String(frame["topic"]);
    const subscription = subscriptions.get(topic);
    if (subscription === undefined) return;
    const message = readMessage(types, subscription.type, frame["msg"]);
    for (const handler of [...subscription.handlers])
      try {
        handler(message);
      } catch (error) {
        onFault(`a subscriber of ${topic} failed: ${messageOf(error)}`);
      }
  };

  /** What can be carried of an answer; when nothing can, all its defaults. */
  const carried = (type: string, values: RosMessage): RosMessage => {
    const finite = finiteMessage(types, type, completeMessage(types, type, values));
    if (finite !== null) return finite;
    reportOnce(`${type}: a value that is not finite cannot be carried`);
    return completeMessage(types, type, {});
  };

  const answerCall = async (frame: Frame) => {
    const { id, service } = frame;
    const served = services.get(String(service));
    try {
      if (served === undefined) throw new Error(`${String(service)} is not served here`);
      const request = readMessage(types, `${served.type}_Request`, requestOf(frame["args"]));
      const values = carried(`${served.type}_Response`, await served.handler(request));
      serving.send({ op: "service_response", id, service, values, result: true });
    } catch (error) {
      onFault(`service ${String(service)}: ${messageOf(error)}`);
      serving.send({ op: "service_response", id, service, result: false });
    }
  };

  const executeGoal = async (frame: Frame) => {
    const { action } = frame;
    const id = String(frame["id"]);
    const end = (status: GoalStatus, values: RosMessage, result: boolean) =>
      serving.send({ op: "action_result", id, action, values, status, result });
    const served = actions.get(String(action));
    const canceled = new AbortController();
    try {
      if (served === undefined) throw new Error(`${String(action)} is not served here`);
      const goal = readMessage(types, `${served.type}_Goal`, requestOf(frame["args"]));
      // The protocol has no refusal: the bridge has accepted the goal already, so it is aborted.
      const refusal = served.server.refuse(goal);
      if (refusal !== null) throw new Error(`refused: ${refusal}`);
      goals.set(id, canceled);
      const { status, result } = await served.server.execute(goal, {
        id,
        canceled: canceled.signal,
        feedback: (feedback) => {
          const values = carried(`${served.type}_Feedback`, feedback);
          serving.send({ op: "action_feedback", id, action, values });
        },
      });
      end(status, carried(`${served.type}_Result`, result), true);
    } catch (error) {
      onFault(`action ${String(action)}: ${messageOf(error)}`);
      end(GOAL_STATUS.aborted, {}, false);
    } finally {
      goals.delete(id);
    }
  };

  const abortGoals = (reason: string) => {
    for (const goal of goals.values()) goal.abort(new Error(reason));
  };
  const publishing: Link = open(
    () => {
      for (const [topic, type] of publishers) announce.publisher(topic, type);
    },
    () => {},
  );
  const serving: Link = open(
    () => {
      for (const [topic, { type }] of subscriptions) announce.subscription(topic, type);
      for (const [name, served] of services) announce.service(name, served);
      for (const [name, served] of actions) announce.action(name, served);
    },
    () => abortGoals("the bridge is lost"),
  );

  const known = (name: string, type: string, part = "") => {
    if (!types.has(type + part)) refuse(name, "type must be a known one", type);
  };
  const serve = <Entry>(
    map: Map<string, Entry>,
    name: string,
    entry: Entry,
    announced: () => void,
    op: object,
  ) => {
    if (map.has(name)) refuse("graph", "name must be served by one node only", name);
    map.set(name, entry);
    announced();
    return () => {
      if (map.get(name) === entry && map.delete(name)) serving.send(op);
    };
  };

  return {
    get up() {
      return publishing.up && serving.up;
    },
    onLink: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // Bridges publish reliably whatever is asked; best effort cannot be had through all of them.
    advertise: (topic, givenType) => {
      const type = fullTypeName(givenType, "msg");
      known(topic, type);
      publishers.set(topic, type);
      announce.publisher(topic, type);
      return (message) => {
        const complete = completeMessage(types, type, message);
        if (!publishing.up) return;
        const msg = finiteMessage(types, type, complete);
        if (msg === null) reportOnce(`${topic}: a value that is not finite cannot be carried`);
        else publishing.send({ op: "publish", topic, msg });
      };
    },
    subscribe: (topic, givenType, handler) => {
      const type = fullTypeName(givenType, "msg");
      known(topic, type);
      const subscription = subscriptions.get(topic) ?? { type, handlers: new Set() };
      if (subscription.type !== type) refuse(`topic ${topic}`, `type must be ${subscription.type}`, type);
      subscription.handlers.add(handler);
      if (!subscriptions.has(topic)) {
        subscriptions.set(topic, subscription);
        announce.subscription(topic, type);
      }
      return () => {
        if (!subscription.handlers.delete(handler) || subscription.handlers.size > 0) return;
        subscriptions.delete(topic);
        serving.send({ op: "unsubscribe", id: idOf(topic), topic });
      };
    },
    serveService: (service, givenType, handler) => {
      const type = fullTypeName(givenType, "srv");
      known(service, type, "_Request");
      const entry = { type, handler };
      const undo = { op: "unadvertise_service", service };
      return serve(services, service, entry, () => announce.service(service, entry), undo);
    },
    serveAction: (action, givenType, server) => {
      const type = fullTypeName(givenType, "action");
      known(action, type, "_Goal");
      const entry = { type, server };
      const undo = { op: "unadvertise_action", action };
      return serve(actions, action, entry, () => announce.action(action, entry), undo);
    },
    close: async () => {
      abortGoals("the graph closed");
      publishing.close();
      serving.close();
    },
  };
}

const requestOf = (args: unknown): unknown => (isRecord(args) ? args : {});
