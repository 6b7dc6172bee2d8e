/**
 * Services and actions that a client of the bridge serves: calls and goals of the graph go out to it, its answers
 * come back. The frames themselves are the session's.
 */
import { messageOf, refuse } from "../../core/index.js";
import { completeMessage, type ReadingRules } from "../ros2/conversion.js";
import {
  type ActionServer,
  GOAL_STATUS,
  type GoalContext,
  type GoalStatus,
  type RosMessage,
} from "../ros2/graph.js";
import { fullTypeName } from "../ros2/types.js";
import type { Broker } from "./broker.js";
import type { Frame } from "./session-frames.js";

/** Where the calls go. */
export interface ServingClient {
  readonly broker: Broker;
  readonly rules: ReadingRules;
  /** bound on the services and actions of one client */
  readonly most: number;
  sendCall(id: string, service: string, requestType: string, request: RosMessage): void;
  sendGoal(id: string, action: string, type: string, goal: RosMessage): void;
  sendCancel(id: string, action: string): void;
}

export interface ClientServed {
  advertiseService(service: string, type: string): void;
  unadvertiseService(service: string): void;
  serviceResponse(frame: Frame): void;
  advertiseAction(action: string, type: string): void;
  unadvertiseAction(action: string): void;
  actionFeedback(frame: Frame): void;
  actionResult(frame: Frame): void;
  close(): void;
}

interface PendingCall {
  readonly type: string;
  settle(values: RosMessage): void;
  fail(error: Error): void;
}
interface PendingGoal {
  readonly type: string;
  readonly context: GoalContext;
  settle(end: { readonly status: GoalStatus; readonly result: RosMessage }): void;
}

export function serveFromClient(client: ServingClient): ClientServed {
  const { broker, rules } = client;
  const served = new Map<string, () => void>();
  const calls = new Map<string, PendingCall>();
  const goals = new Map<string, PendingGoal>();
  let requests = 0;

  const complete = (type: string, values: unknown) =>
    completeMessage(broker.types, type, values ?? {}, rules);
  const add = (key: string, register: () => () => void) => {
    // The real server replaces what the same client advertises twice.
    served.get(key)?.();
    served.delete(key);
    if (served.size >= client.most) refuse("advertise", "too many services and actions");
    served.set(key, register());
  };
  const remove = (key: string) => {
    served.get(key)?.();
    served.delete(key);
  };
  const abort = (id: string, goal: PendingGoal) => {
    goals.delete(id);
    goal.settle({ status: GOAL_STATUS.aborted, result: {} });
  };

  const call = (service: string, type: string, request: RosMessage) =>
    new Promise<RosMessage>((settle, fail) => {
      const id = `service_request:${service}:${++requests}`;
      calls.set(id, { type, settle, fail });
      client.sendCall(id, service, `${type}_Request`, request);
    });
  const actionServer = (action: string, type: string): ActionServer => ({
    refuse: () => null,
    execute: (goal, context) =>
      new Promise((settle) => {
        const id = `action_goal:${action}:${++requests}`;
        goals.set(id, { type, context, settle });
        context.canceled.addEventListener("abort", () => goals.has(id) && client.sendCancel(id, action), {
          once: true,
        });
        client.sendGoal(id, action, type, goal);
      }),
  });

  return {
    advertiseService: (service, givenType) => {
      const type = fullTypeName(givenType, "srv");
      const name = service.startsWith("/") ? service : `/${service}`;
      add(`service ${service}`, () =>
        broker.serveService(name, type, (request) => call(service, type, request)),
      );
    },
    unadvertiseService: (service) => remove(`service ${service}`),
    serviceResponse: (frame) => {
      const id = String(frame["id"]);
      const pending = calls.get(id);
      if (pending === undefined) return;
      calls.delete(id);
      try {
        if (frame["result"] === false) throw new Error(String(frame["values"] ?? "the service failed"));
        pending.settle(complete(`${pending.type}_Response`, frame["values"]));
      } catch (error) {
        pending.fail(new Error(messageOf(error)));
      }
    },
    advertiseAction: (action, givenType) => {
      const type = fullTypeName(givenType, "action");
      const name = action.startsWith("/") ? action : `/${action}`;
      add(`action ${action}`, () => broker.serveAction(name, type, actionServer(action, type)));
    },
    unadvertiseAction: (action) => remove(`action ${action}`),
    actionFeedback: (frame) => {
      const goal = goals.get(String(frame["id"]));
      goal?.context.feedback(complete(`${goal.type}_Feedback`, frame["values"]));
    },
    actionResult: (frame) => {
      const id = String(frame["id"]);
      const goal = goals.get(id);
      if (goal === undefined) return;
      if (frame["result"] !== true) return abort(id, goal);
      const status = Object.values(GOAL_STATUS).find((known) => known === frame["status"]);
      const result = complete(`${goal.type}_Result`, frame["values"]);
      goals.delete(id);
      goal.settle({ status: status ?? GOAL_STATUS.aborted, result });
    },
    close: () => {
      for (const undo of served.values()) undo();
      served.clear();
      for (const pending of calls.values()) pending.fail(new Error("the node that served it is gone"));
      calls.clear();
      for (const [id, goal] of goals) abort(id, goal);
    },
  };
}
