/**
 * A ROS 2 graph inside one process: what DDS does between nodes, for our own nodes and for the clients of the twin's
 * bridge. Messages are complete (`completeMessage`) and delivered at once, in the order of publication. A best-effort
 * publisher reaches only best-effort subscriptions, as on DDS. Knows nothing of rosbridge.
 */
import { type Clock, messageOf, refuse } from "../../core/index.js";
import { completeMessage } from "../ros2/conversion.js";
import type { ActionServer, GoalStatus, Reliability, RosGraph, RosMessage } from "../ros2/graph.js";
import { GOAL_STATUS } from "../ros2/graph.js";
import { fullTypeName, type TypeTable } from "../ros2/types.js";

/** What a publisher keeps for subscribers that come later: how many messages, for how many seconds. */
export interface Retention {
  readonly depth: number;
  readonly lifespan: number;
}

export interface Publisher {
  /** Delivers a complete message of the topic's type. */
  publish(message: RosMessage): void;
  close(): void;
}

export interface GoalRun {
  /** settles when the goal has ended, however it ended */
  readonly ended: Promise<{ readonly status: GoalStatus; readonly result: RosMessage }>;
  cancel(): void;
}

export type GoalAnswer =
  | { readonly kind: "running"; readonly run: GoalRun }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "missing" };

export interface Broker extends RosGraph {
  readonly types: TypeTable;
  openPublisher(
    topic: string,
    type: string,
    reliability: Reliability,
    retention: Retention | null,
  ): Publisher;
  /** @param retained whether messages that publishers kept are delivered first */
  openSubscription(
    topic: string,
    type: string,
    reliability: Reliability,
    retained: boolean,
    handler: (message: RosMessage) => void,
  ): () => void;
  /** type of a topic that has a publisher or a subscriber */
  topicType(topic: string): string | null;
  hasBestEffortPublisher(topic: string): boolean;
  serviceType(service: string): string | null;
  actionType(action: string): string | null;
  /** The answer, complete; null when nothing serves it. Rejects when its server fails. */
  callService(service: string, request: RosMessage): Promise<RosMessage> | null;
  startGoal(action: string, goal: RosMessage, onFeedback: (values: RosMessage) => void): GoalAnswer;
  /** names and types of everything that is there */
  inventory(): Inventory;
  /** Ends every goal and forgets every registration. */
  close(): void;
}

export interface Named {
  readonly name: string;
  readonly type: string;
}
export interface Inventory {
  readonly topics: readonly Named[];
  readonly services: readonly Named[];
  readonly actions: readonly Named[];
}

interface Subscription {
  readonly reliability: Reliability;
  readonly handler: (message: RosMessage) => void;
}
interface OpenPublisher {
  readonly reliability: Reliability;
  readonly retention: Retention | null;
  kept: { readonly message: RosMessage; readonly at: number }[];
}
interface Topic {
  readonly type: string;
  readonly publishers: Set<OpenPublisher>;
  readonly subscriptions: Set<Subscription>;
}
interface Service {
  readonly type: string;
  readonly handler: (request: RosMessage) => RosMessage | Promise<RosMessage>;
}
interface Action {
  readonly type: string;
  readonly server: ActionServer;
  readonly goals: Set<AbortController>;
}

/** The hidden service of every action. Only "all goals" (no id, no stamp) is served: ids are the bridge's own. */
function cancelAll(action: Action): Service {
  return {
    type: "action_msgs/srv/CancelGoal",
    handler: ({ goal_info }) => {
      const { goal_id } = goal_info as { goal_id: { uuid: Uint8Array } };
      if (goal_id.uuid.some((byte) => byte !== 0)) return { return_code: 2 };
      for (const goal of action.goals) goal.abort(new Error("a client canceled all goals"));
      return { return_code: 0 };
    },
  };
}

function refusalOf(server: ActionServer, goal: RosMessage): string | null {
  try {
    return server.refuse(goal);
  } catch (error) {
    return messageOf(error);
  }
}

/** @param onFault hears of faults of nodes (a handler that throws): they never reach whoever published */
export function openBroker(types: TypeTable, clock: Clock, onFault: (fault: string) => void): Broker {
  const topics = new Map<string, Topic>();
  const services = new Map<string, Service>();
  const actions = new Map<string, Action>();
  let goals = 0;

  const topicOf = (name: string, type: string): Topic => {
    const known = topics.get(name);
    if (known !== undefined)
      return known.type === type ? known : refuse(`topic ${name}`, `type must be ${known.type}`, type);
    if (!types.has(type)) refuse(`topic ${name}`, "type must be a known one", type);
    const topic: Topic = { type, publishers: new Set(), subscriptions: new Set() };
    topics.set(name, topic);
    return topic;
  };
  const forgetIfUnused = (name: string, topic: Topic) => {
    if (topic.publishers.size + topic.subscriptions.size === 0) topics.delete(name);
  };
  const deliver = (name: string, subscription: Subscription, message: RosMessage) => {
    try {
      subscription.handler(message);
    } catch (error) {
      onFault(`a subscriber of ${name} failed: ${messageOf(error)}`);
    }
  };

  const openPublisher: Broker["openPublisher"] = (name, type, reliability, retention) => {
    const topic = topicOf(name, fullTypeName(type, "msg"));
    const self: OpenPublisher = { reliability, retention, kept: [] };
    topic.publishers.add(self);
    return {
      publish: (message) => {
        if (retention !== null) {
          self.kept.push({ message, at: clock.now() });
          if (self.kept.length > retention.depth) self.kept.shift();
        }
        for (const subscription of [...topic.subscriptions])
          if (reliability === "reliable" || subscription.reliability === "best-effort")
            deliver(name, subscription, message);
      },
      close: () => {
        topic.publishers.delete(self);
        forgetIfUnused(name, topic);
      },
    };
  };

  const openSubscription: Broker["openSubscription"] = (name, type, reliability, retained, handler) => {
    const topic = topicOf(name, fullTypeName(type, "msg"));
    const subscription: Subscription = { reliability, handler };
    topic.subscriptions.add(subscription);
    if (retained)
      for (const publisher of topic.publishers)
        for (const { message, at } of publisher.kept)
          if (clock.now() - at <= publisher.retention!.lifespan) deliver(name, subscription, message);
    return () => {
      topic.subscriptions.delete(subscription);
      forgetIfUnused(name, topic);
    };
  };

  const serve = <Entry extends object>(map: Map<string, Entry>, name: string, entry: Entry) => {
    if (map.has(name)) refuse("graph", "name must be served by one node only", name);
    map.set(name, entry);
    return () => {
      if (map.get(name) === entry) map.delete(name);
    };
  };
  const mustKnow = (name: string, type: string) => {
    if (!types.has(type)) refuse(name, "type must be a known one", type);
  };

  return {
    types,
    openPublisher,
    openSubscription,
    advertise: (topic, type, reliability = "reliable") => {
      const publisher = openPublisher(topic, type, reliability, null);
      const full = fullTypeName(type, "msg");
      return (message) => publisher.publish(completeMessage(types, full, message));
    },
    // In-process nodes take whatever comes: best effort is compatible with every publisher.
    subscribe: (topic, type, handler) => openSubscription(topic, type, "best-effort", false, handler),
    serveService: (service, type, handler) => {
      const full = fullTypeName(type, "srv");
      mustKnow(service, `${full}_Request`);
      return serve(services, service, { type: full, handler });
    },
    serveAction: (action, type, server) => {
      const full = fullTypeName(type, "action");
      mustKnow(action, `${full}_Goal`);
      const entry: Action = { type: full, server, goals: new Set() };
      const forget = serve(actions, action, entry);
      const forgetCancel = serve(services, `${action}/_action/cancel_goal`, cancelAll(entry));
      return () => {
        forget();
        forgetCancel();
        for (const goal of entry.goals) goal.abort(new Error("the action server closed"));
      };
    },
    topicType: (topic) => topics.get(topic)?.type ?? null,
    hasBestEffortPublisher: (topic) =>
      [...(topics.get(topic)?.publishers ?? [])].some((one) => one.reliability === "best-effort"),
    serviceType: (service) => services.get(service)?.type ?? null,
    actionType: (action) => actions.get(action)?.type ?? null,
    callService: (name, request) => {
      const service = services.get(name);
      if (service === undefined) return null;
      return (async () =>
        completeMessage(types, `${service.type}_Response`, await service.handler(request)))();
    },
    startGoal: (name, goal, onFeedback) => {
      const action = actions.get(name);
      if (action === undefined) return { kind: "missing" };
      const refusal = refusalOf(action.server, goal);
      if (refusal !== null) return { kind: "refused", reason: refusal };
      const canceled = new AbortController();
      action.goals.add(canceled);
      const run = async () => {
        try {
          const { status, result } = await action.server.execute(goal, {
            id: `goal-${++goals}`,
            canceled: canceled.signal,
            feedback: (values) => onFeedback(completeMessage(types, `${action.type}_Feedback`, values)),
          });
          return { status, result: completeMessage(types, `${action.type}_Result`, result) };
        } catch (error) {
          onFault(`a goal of ${name} failed: ${messageOf(error)}`);
          return { status: GOAL_STATUS.aborted, result: completeMessage(types, `${action.type}_Result`, {}) };
        } finally {
          action.goals.delete(canceled);
        }
      };
      return {
        kind: "running",
        run: { ended: run(), cancel: () => canceled.abort(new Error("a client canceled the goal")) },
      };
    },
    inventory: () => {
      const list = (map: ReadonlyMap<string, { readonly type: string }>): Named[] =>
        [...map]
          .filter(([name]) => !name.includes("/_"))
          .map(([name, { type }]) => ({ name, type }))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
      return { topics: list(topics), services: list(services), actions: list(actions) };
    },
    close: () => {
      for (const action of actions.values())
        for (const goal of action.goals) goal.abort(new Error("the graph closed"));
      topics.clear();
      services.clear();
      actions.clear();
    },
  };
}
