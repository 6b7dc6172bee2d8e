/**
 * One client's connection to the twin's bridge: the rosbridge v2 protocol over a broker, in the dialect that is
 * spoken. Frames in, frames out; the socket is the caller's. What a real server keeps silent about is kept silent.
 */
import { type Clock, messageOf, refuse } from "../../core/index.js";
import { encodePublish, encodeRawPublish } from "../ros2/cbor.js";
import { encodeCdr } from "../ros2/cdr.js";
import { bytesOf, completeMessage, isRecord, type ReadingRules } from "../ros2/conversion.js";
import { fragmentAssembly, fragmentsOf } from "../ros2/fragments.js";
import { GOAL_STATUS, type GoalStatus, type RosMessage } from "../ros2/graph.js";
import { parseTolerant, writeMessage, writeText } from "../ros2/json.js";
import type { RosTime } from "../ros2/ros-client.js";
import { fieldsOf, fullTypeName } from "../ros2/types.js";
import type { Broker, GoalRun, Publisher } from "./broker.js";
import { serveFromClient } from "./client-served.js";
import type { Dialect } from "./dialects.js";
import { openThrottle, type Throttle } from "./throttle.js";

/** What all sessions of a bridge share. */
export interface SessionHost {
  readonly broker: Broker;
  readonly dialect: Dialect;
  readonly clock: Clock;
  /** the robot's time of day */
  readonly now: () => RosTime;
  /** running goals by the id the client gave: any connection may cancel any goal */
  readonly goals: Map<string, GoalRun>;
  readonly limits: SessionLimits;
  /** one frame ended the whole server, as it ends the real one */
  readonly crash: (reason: string) => void;
  readonly log: (text: string) => void;
}

/** Bounds on what one connection may hold. */
export interface SessionLimits {
  readonly subscriptions: number;
  readonly publishers: number;
  /** services and actions that the client serves */
  readonly served: number;
  /** calls and goals that run, and frames that wait behind a blocking one */
  readonly pending: number;
}

export interface Session {
  receive(text: string): void;
  close(): void;
}

/** A frame as it came: an object with an `op`. */
export type Frame = Readonly<Record<string, unknown>>;

/** What a session sends. `droppable`: a newer one will come, so a slow client may go without. */
export type SendFrame = (data: string | Uint8Array, droppable: boolean) => void;

class FatalFrame extends Error {}

interface TopicSubscription {
  readonly type: string;
  readonly close: () => void;
  readonly throttle: Throttle;
  readonly requests: Map<unknown, SubscriptionRequest>;
}
interface SubscriptionRequest {
  readonly throttleSeconds: number;
  readonly queueLength: number;
  readonly compression: string;
}

/** Opens a connection's end of the protocol. */
export function openSession(
  host: SessionHost,
  send: SendFrame,
  disconnect: (reason: string) => void,
): Session {
  const { broker, dialect, clock, limits } = host;
  const { types } = broker;
  const rules: ReadingRules = {
    now: dialect.reading.timeAliases ? host.now : null,
    oldTimeNames: dialect.reading.timeAliases,
    unknownFields: dialect.reading.unknownFields,
    bytesOfText:
      dialect.reading.base64 === "read"
        ? bytesOf
        : () => {
            throw new FatalFrame("base64 text in uint8[]");
          },
  };
  const publishers = new Map<
    string,
    { readonly publisher: Publisher; readonly type: string; uses: number }
  >();
  const subscriptions = new Map<string, TopicSubscription>();
  const assembly = fragmentAssembly(dialect.maxMessageSize);
  const ended = new AbortController();
  const waiting: Frame[] = [];
  let busy = false;
  let deaf = false;
  let pending = 0;
  let statusLevel = 0;
  let fragmentSize = dialect.modifiers ? dialect.maxMessageSize : Number.POSITIVE_INFINITY;

  const quote = (text: string) => writeText(text, dialect.writing);
  const write = (type: string, message: RosMessage) => writeMessage(types, type, message, dialect.writing);
  const sendText = (text: string, droppable = false) => {
    if (text.length <= fragmentSize) return send(text, droppable);
    for (const piece of fragmentsOf(text, fragmentSize)) send(JSON.stringify(piece), droppable);
  };
  /** Fields as JSON text already, in the order in which the real server writes them. */
  const sendFields = (fields: Readonly<Record<string, string | undefined>>) => {
    const parts = Object.entries(fields).filter(([, json]) => json !== undefined);
    sendText(`{${parts.map(([name, json]) => `"${name}":${json}`).join(",")}}`);
  };
  const quoteId = (id: unknown) =>
    id === undefined || id === null ? undefined : typeof id === "string" ? quote(id) : JSON.stringify(id);
  const sendStatus = (level: StatusLevel, msg: string, id: unknown) => {
    if (dialect.complaints === "status" && statusLevel >= STATUS_LEVELS.indexOf(level))
      sendText(JSON.stringify({ op: "status", level, msg, id }));
  };

  const subscribe = (frame: Frame) => {
    const topic = textOf(frame, "topic");
    const name = absolute(topic);
    const given = dialect.typeRequired ? textOf(frame, "type") : frame["type"];
    const type =
      typeof given === "string"
        ? fullTypeName(given, "msg")
        : (broker.topicType(name) ?? refuse("subscribe", "topic must exist when no type is said", topic));
    let subscription = subscriptions.get(topic);
    if (subscription === undefined) {
      if (subscriptions.size >= limits.subscriptions) refuse("subscribe", "too many subscriptions");
      const throttle = openThrottle(clock, ended.signal);
      const bestEffort = dialect.bestEffort !== "never" && broker.hasBestEffortPublisher(name);
      const requests = new Map<unknown, SubscriptionRequest>();
      const close = broker.openSubscription(
        name,
        type,
        bestEffort ? "best-effort" : "reliable",
        dialect.retention !== null,
        (message) => throttle.offer(() => emit(topic, type, message, requests)),
      );
      subscription = { type, close, throttle, requests };
      subscriptions.set(topic, subscription);
    }
    if (!dialect.modifiers) return;
    subscription.requests.set(frame["id"], {
      throttleSeconds: numberOf(frame, "throttle_rate", 0) / 1000,
      queueLength: numberOf(frame, "queue_length", 0),
      compression: typeof frame["compression"] === "string" ? frame["compression"] : "none",
    });
    adjust(subscription);
  };

  const adjust = ({ requests, throttle }: TopicSubscription) => {
    const all = [...requests.values()];
    throttle.set(
      Math.min(...all.map((one) => one.throttleSeconds)),
      Math.min(...all.map((one) => one.queueLength)),
    );
  };

  const emit = (
    topic: string,
    type: string,
    message: RosMessage,
    requests: TopicSubscription["requests"],
  ) => {
    const asked = new Set([...requests.values()].map((one) => one.compression));
    if (asked.has("cbor-raw")) {
      const cdr = encodeCdr(types, type, message);
      return sendBinary(topic, encodeRawPublish(topic, host.now(), cdr));
    }
    if (asked.has("cbor")) return sendBinary(topic, encodePublish(types, topic, type, message));
    // The real server fails to serialise its own png frames: nothing at all is sent.
    if (asked.has("png")) return;
    sendText(`{"op":"publish","topic":${quote(topic)},"msg":${write(type, message)}}`, true);
  };
  const sendBinary = (topic: string, bytes: Uint8Array) => {
    if (bytes.length > dialect.maxMessageSize) host.log(`${topic}: message of ${bytes.length} bytes dropped`);
    else send(bytes, true);
  };

  const unsubscribe = (frame: Frame) => {
    const topic = textOf(frame, "topic");
    const subscription = subscriptions.get(topic);
    if (subscription === undefined) throw new Warning(`The topic ${topic} does not exist.`);
    if (frame["id"] === undefined) subscription.requests.clear();
    else subscription.requests.delete(frame["id"]);
    if (subscription.requests.size > 0) return adjust(subscription);
    subscription.close();
    subscriptions.delete(topic);
  };

  const advertise = (topic: string, type: string, frame: Frame) => {
    const known = publishers.get(topic);
    if (known !== undefined && known.type !== type)
      refuse("advertise", `the topic exists with type ${known.type}`, type);
    if (known !== undefined) {
      known.uses++;
      return known;
    }
    if (publishers.size >= limits.publishers) refuse("advertise", "too many publishers");
    const retention =
      frame["latch"] === true ? { depth: 1, lifespan: Number.POSITIVE_INFINITY } : dialect.retention;
    const publisher = broker.openPublisher(absolute(topic), type, "reliable", retention);
    const entry = { publisher, type, uses: 1 };
    publishers.set(topic, entry);
    return entry;
  };

  const publish = (frame: Frame) => {
    const topic = textOf(frame, "topic");
    const known = publishers.get(topic);
    if (known === undefined && dialect.publishUnadvertised === "error")
      refuse("publish", "topic must be advertised", topic);
    const type =
      known?.type ??
      broker.topicType(absolute(topic)) ??
      refuse("publish", "topic must be advertised or exist", topic);
    const message = completeMessage(types, type, frame["msg"] ?? {}, rules);
    (known ?? advertise(topic, type, frame)).publisher.publish(message);
  };

  const callService = (frame: Frame): Promise<void> | undefined => {
    const service = textOf(frame, "service");
    const respond = (values: string, result: boolean) =>
      sendFields({
        op: quote("service_response"),
        service: quote(service),
        values,
        ...(dialect.complaints === "none"
          ? { result: String(result), id: quoteId(frame["id"]) }
          : { id: quoteId(frame["id"]), result: String(result) }),
      });
    const fail = (text: string) => respond(quote(text), false);
    const claimed = dialect.typeRequired ? fullTypeName(textOf(frame, "type"), "srv") : null;
    const type = broker.serviceType(absolute(service));
    if (type === null || (claimed !== null && claimed !== type)) {
      if (dialect.services.missing === "answered") fail(`Service ${service} does not exist`);
      return;
    }
    const request = () =>
      completeMessage(types, `${type}_Request`, namedArgs(`${type}_Request`, frame["args"]), rules);
    const seconds = numberOf(frame, "timeout", dialect.services.timeout ?? 0);
    const answer = async () => {
      try {
        const response = broker.callService(absolute(service), request());
        const values = await withTimeout(response!, seconds);
        respond(write(`${type}_Response`, values), true);
      } catch (error) {
        if (error instanceof FatalFrame) host.crash(error.message);
        else if (dialect.complaints === "none") fail(messageOf(error));
        else sendStatus("error", `call_service: ${error}`, frame["id"]);
      }
    };
    return inFlight(answer);
  };

  /** Arguments may come as a list in the order of the fields. */
  const namedArgs = (type: string, args: unknown): unknown =>
    Array.isArray(args)
      ? Object.fromEntries(
          fieldsOf(types, type).flatMap(({ name }, i) => (i in args ? [[name, args[i]]] : [])),
        )
      : (args ?? {});

  const withTimeout = <T>(work: Promise<T>, seconds: number): Promise<T> => {
    if (!(seconds > 0)) return work;
    const late = new AbortController();
    const alarm = clock.sleep(seconds, late.signal).then(() => {
      throw new Error("Timeout exceeded while waiting for service response");
    });
    alarm.catch(() => {});
    return Promise.race([work, alarm]).finally(() => late.abort());
  };

  const inFlight = (work: () => Promise<void>): Promise<void> => {
    if (pending >= limits.pending) refuse("frame", "too many calls at once");
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
      sendFields({
        op: quote("action_result"),
        action: quote(action),
        values,
        status: String(status),
        result: String(result),
        id: quoteId(id),
      });
    const fail = (text: string) => finish(quote(text), GOAL_STATUS.unknown, false);
    const type = broker.actionType(absolute(action));
    if (type === null || type !== claimed) return FOR_EVER;
    let goal: RosMessage;
    try {
      goal = completeMessage(types, `${type}_Goal`, namedArgs(`${type}_Goal`, frame["args"]), rules);
    } catch (error) {
      fail(messageOf(error));
      return;
    }
    const answer = broker.startGoal(absolute(action), goal, (values) => {
      if (frame["feedback"] === true)
        sendFields({
          op: quote("action_feedback"),
          action: quote(action),
          values: write(`${type}_Feedback`, values),
          id: quoteId(id),
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
      finish(write(`${type}_Result`, result), status, true);
    });
  };

  const served = serveFromClient({
    broker,
    rules,
    most: limits.served,
    sendCall: (id, service, type, args) =>
      sendFields(
        dialect.complaints === "none"
          ? { op: quote("call_service"), id: quote(id), service: quote(service), args: write(type, args) }
          : { op: quote("call_service"), service: quote(service), args: write(type, args), id: quote(id) },
      ),
    sendGoal: (id, action, type, args) =>
      sendFields({
        op: quote("send_action_goal"),
        id: quote(id),
        action: quote(action),
        action_type: quote(type),
        args: write(`${type}_Goal`, args),
        feedback: "true",
      }),
    sendCancel: (id, action) =>
      sendFields({ op: quote("cancel_action_goal"), id: quote(id), action: quote(action) }),
  });

  const operations: Readonly<Record<string, (frame: Frame) => Promise<void> | undefined | void>> = {
    advertise: (frame) => {
      advertise(textOf(frame, "topic"), fullTypeName(textOf(frame, "type"), "msg"), frame);
    },
    unadvertise: (frame) => {
      const topic = textOf(frame, "topic");
      const known = publishers.get(topic);
      if (known === undefined) throw new Warning(`The topic ${topic} does not exist`);
      known.uses--;
      if (known.uses > 0) return;
      known.publisher.close();
      publishers.delete(topic);
    },
    publish,
    subscribe,
    unsubscribe,
    call_service: (frame) => held(callService(frame), dialect.blocking.services),
    send_action_goal: (frame) => held(sendGoal(frame), dialect.blocking.actions),
    cancel_action_goal: (frame) => host.goals.get(textOf(frame, "id"))?.cancel(),
    advertise_service: (frame) => served.advertiseService(textOf(frame, "service"), textOf(frame, "type")),
    unadvertise_service: (frame) => served.unadvertiseService(textOf(frame, "service")),
    service_response: (frame) => served.serviceResponse(frame),
    advertise_action: (frame) => served.advertiseAction(textOf(frame, "action"), textOf(frame, "type")),
    unadvertise_action: (frame) => served.unadvertiseAction(textOf(frame, "action")),
    action_feedback: (frame) => served.actionFeedback(frame),
    action_result: (frame) => served.actionResult(frame),
    fragment: (frame) => {
      const whole = assembly.add(frame);
      if (whole !== null) receive(whole);
    },
    set_level: (frame) => {
      const level = STATUS_LEVELS.indexOf(frame["level"] as StatusLevel);
      if (level < 0) refuse("set_level", `level must be one of ${STATUS_LEVELS.join(", ")}`, frame["level"]);
      statusLevel = level;
    },
  };
  const held = (work: Promise<void> | undefined, blocks: boolean) => (blocks ? work : undefined);

  const handle = (frame: Frame): Promise<void> | undefined => {
    const op = String(frame["op"]);
    try {
      if (!dialect.operations.includes(op)) throw new Error(`Operation ${op} is not supported`);
      if (dialect.modifiers && typeof frame["fragment_size"] === "number" && frame["fragment_size"] >= 1)
        fragmentSize = Math.floor(frame["fragment_size"]);
      const work = operations[op]!(frame);
      sendStatus("none", "OK", frame["id"]);
      return work === undefined ? undefined : Promise.resolve(work);
    } catch (error) {
      if (error instanceof FatalFrame) host.crash(error.message);
      host.log(messageOf(error));
      sendStatus(
        error instanceof Warning ? "warning" : "error",
        `${op}: Error: ${messageOf(error)}`,
        frame["id"],
      );
      return undefined;
    }
  };

  const proceed = () => {
    while (!busy && waiting.length > 0) {
      const work = handle(waiting.shift()!);
      if (work === undefined) continue;
      busy = true;
      work.finally(() => {
        busy = false;
        if (!ended.signal.aborted) proceed();
      });
    }
  };

  const receive = (text: string) => {
    if (deaf || ended.signal.aborted) return;
    let frame: unknown;
    try {
      frame = dialect.reading.tokens ? parseTolerant(text) : JSON.parse(text);
    } catch (error) {
      host.log(`frame: ${messageOf(error)}`);
      deaf = dialect.reading.afterBrokenFrame === "deaf";
      return;
    }
    if (!isRecord(frame)) return;
    if (waiting.length >= limits.pending) return disconnect("too many frames wait behind a blocking one");
    waiting.push(frame);
    proceed();
  };

  return {
    receive,
    close: () => {
      ended.abort(new Error("the connection closed"));
      waiting.length = 0;
      for (const subscription of subscriptions.values()) subscription.close();
      for (const { publisher } of publishers.values()) publisher.close();
      served.close();
    },
  };
}

const STATUS_LEVELS = ["error", "warning", "info", "none"] as const;
type StatusLevel = (typeof STATUS_LEVELS)[number];

/** What a real server reports as a warning only. */
class Warning extends Error {}

/** The real server waits without end; on a blocking connection everything after it waits too. */
const FOR_EVER = new Promise<void>(() => {});

const absolute = (name: string): string => (name.startsWith("/") ? name : `/${name}`);

function textOf(frame: Frame, field: string): string {
  const value = frame[field];
  return typeof value === "string" && value.length > 0 && value.length <= 1000
    ? value
    : refuse(String(frame["op"]), `${field} must be text`, value);
}

function numberOf(frame: Frame, field: string, otherwise: number): number {
  const value = frame[field];
  if (value === undefined || value === null) return otherwise;
  return typeof value === "number" && value >= 0
    ? value
    : refuse(String(frame["op"]), `${field} must be a number from 0`, value);
}
