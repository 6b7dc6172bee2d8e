/**
 * Calls and goals of one connection's client. A promise stands for work that lasts: where the server blocks, the
 * connection waits for it.
 */
import { messageOf, refuse } from "../../core/index.js";
import { completeMessage } from "../ros2/conversion.js";
import { GOAL_STATUS, type GoalStatus, type RosMessage } from "../ros2/graph.js";
import { fieldsOf, fullTypeName, type TypeTable } from "../ros2/types.js";
import { absolute, FatalFrame, type Frame, numberOf, type SessionWire, textOf } from "./session-frames.js";

export interface SessionCalls {
  callService(frame: Frame): Promise<void> | undefined;
  sendGoal(frame: Frame): Promise<void> | undefined;
}

/** @param complain tells the client, where the server tells it anything */
export function openCalls(wire: SessionWire, complain: (text: string, id: unknown) => void): SessionCalls {
  const { host } = wire;
  const { broker, dialect, clock, limits } = host;
  const { types } = broker;
  let pending = 0;

  const callService = (frame: Frame): Promise<void> | undefined => {
    const service = textOf(frame, "service");
    const respond = (values: string, result: boolean) =>
      wire.sendFields({
        op: wire.quote("service_response"),
        service: wire.quote(service),
        values,
        ...(dialect.complaints === "none"
          ? { result: String(result), id: wire.quoteId(frame["id"]) }
          : { id: wire.quoteId(frame["id"]), result: String(result) }),
      });
    const fail = (text: string) => respond(wire.quote(text), false);
    const claimed = dialect.typeRequired ? fullTypeName(textOf(frame, "type"), "srv") : null;
    const type = broker.serviceType(absolute(service));
    checkRoom();
    if (type === null || (claimed !== null && claimed !== type)) {
      if (dialect.services.missing === "answered") fail(`Service ${service} does not exist`);
      return;
    }
    const request = () =>
      completeMessage(
        types,
        `${type}_Request`,
        namedArgs(types, `${type}_Request`, frame["args"]),
        wire.rules,
      );
    const seconds = numberOf(frame, "timeout", dialect.services.timeout ?? 0);
    const answer = async () => {
      try {
        const response = broker.callService(absolute(service), request());
        const values = await withTimeout(response!, seconds);
        respond(wire.write(`${type}_Response`, values), true);
      } catch (error) {
        if (error instanceof FatalFrame) host.crash(error.message);
        else if (dialect.complaints === "none") fail(messageOf(error));
        else complain(`call_service: ${error}`, frame["id"]);
      }
    };
    return inFlight(answer);
  };

  const withTimeout = <T>(work: Promise<T>, seconds: number): Promise<T> => {
    if (!(seconds > 0)) return work;
    const late = new AbortController();
    const alarm = clock.sleep(seconds, late.signal).then(() => {
      throw new Error("Timeout exceeded while waiting for service response");
    });
    alarm.catch(() => {});
    return Promise.race([work, alarm]).finally(() => late.abort());
  };

  const checkRoom = () => {
    if (pending >= limits.pending) refuse("frame", "too many calls at once");
  };
  const inFlight = (work: () => Promise<void>): Promise<void> => {
    pending++;
    return work().finally(() => {
      pending--;
    });
  };

  const sendGoal = (frame: Frame): Promise<void> | undefined => {
    const action = textOf(frame, "action");
    const claimed = fullTypeName(textOf(frame, "action_type"), "action");
    const id = frame["id"];
    const finish = (values: string, status: GoalStatus, result: boolean) =>
      wire.sendFields({
        op: wire.quote("action_result"),
        action: wire.quote(action),
        values,
        status: String(status),
        result: String(result),
        id: wire.quoteId(id),
      });
    const fail = (text: string) => finish(wire.quote(text), GOAL_STATUS.unknown, false);
    const type = broker.actionType(absolute(action));
    checkRoom();
    if (type === null || type !== claimed) return FOR_EVER;
    let goal: RosMessage;
    try {
      goal = completeMessage(
        types,
        `${type}_Goal`,
        namedArgs(types, `${type}_Goal`, frame["args"]),
        wire.rules,
      );
    } catch (error) {
      fail(messageOf(error));
      return;
    }
    const answer = broker.startGoal(absolute(action), goal, (values) => {
      if (frame["feedback"] === true)
        wire.sendFields({
          op: wire.quote("action_feedback"),
          action: wire.quote(action),
          values: wire.write(`${type}_Feedback`, values),
          id: wire.quoteId(id),
        });
    });
    if (answer.kind === "missing") return FOR_EVER;
    if (answer.kind === "refused") {
      if (dialect.actions.refused === "silent") return FOR_EVER;
      fail("Action goal was rejected");
      return;
    }
    const { run } = answer;
    if (typeof id === "string") host.goals.set(id, run);
    return inFlight(async () => {
      const { status, result } = await run.ended;
      if (typeof id === "string" && host.goals.get(id) === run) host.goals.delete(id);
      finish(wire.write(`${type}_Result`, result), status, true);
    });
  };

  return { callService, sendGoal };
}

/** Arguments may come as a list in the order of the fields. */
function namedArgs(types: TypeTable, type: string, args: unknown): unknown {
  if (!Array.isArray(args)) return args ?? {};
  return Object.fromEntries(
    fieldsOf(types, type).flatMap(({ name }, i) => (i in args ? [[name, args[i]]] : [])),
  );
}

/** The real server waits without end; on a blocking connection everything after it waits too. */
const FOR_EVER = new Promise<void>(() => {});
