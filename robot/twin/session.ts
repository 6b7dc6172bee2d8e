/**
 * One client's connection to the twin's bridge: the rosbridge v2 protocol over a broker, in the dialect that is
 * spoken. Frames in, frames out; the socket is the caller's. What a real server keeps silent about is kept silent.
 */
import { messageOf, refuse } from "../../core/index.js";
import { bytesOf, isRecord, type ReadingRules } from "../ros2/conversion.js";
import { fragmentAssembly, fragmentsOf } from "../ros2/fragments.js";
import { parseTolerant, writeMessage, writeText } from "../ros2/json.js";
import { serveFromClient } from "./client-served.js";
import { openCalls } from "./session-calls.js";
import {
  FatalFrame,
  type Frame,
  type SessionHost,
  type SessionWire,
  textOf,
  Warning,
} from "./session-frames.js";
import { openTopics } from "./session-topics.js";

export interface Session {
  receive(text: string): void;
  close(): void;
}

/** What a session sends. `droppable`: a newer one will come, so a slow client may go without. */
export type SendFrame = (data: string | Uint8Array, droppable: boolean) => void;

/** Opens a connection's end of the protocol. */
export function openSession(
  host: SessionHost,
  send: SendFrame,
  disconnect: (reason: string) => void,
): Session {
  const { broker, dialect, limits } = host;
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
  const assembly = fragmentAssembly(dialect.maxMessageSize);
  const ended = new AbortController();
  const waiting: Frame[] = [];
  let busy = false;
  let deaf = false;
  let statusLevel = 0;
  let fragmentSize = dialect.modifiers ? dialect.maxMessageSize : Number.POSITIVE_INFINITY;

  const quote = (text: string) => writeText(text, dialect.writing);
  const sendText = (text: string, droppable = false) => {
    if (text.length <= fragmentSize) return send(text, droppable);
    for (const piece of fragmentsOf(text, fragmentSize)) send(JSON.stringify(piece), droppable);
  };
  const wire: SessionWire = {
    host,
    rules,
    quote,
    sendText,
    write: (type, message) => writeMessage(broker.types, type, message, dialect.writing),
    quoteId: (id) =>
      id === undefined || id === null ? undefined : typeof id === "string" ? quote(id) : JSON.stringify(id),
    sendFields: (fields) => {
      const parts = Object.entries(fields).filter(([, json]) => json !== undefined);
      sendText(`{${parts.map(([name, json]) => `"${name}":${json}`).join(",")}}`);
    },
    sendBinary: (bytes) => send(bytes, true),
  };
  const { sendFields, write } = wire;
  const sendStatus = (level: StatusLevel, msg: string, id: unknown) => {
    if (dialect.complaints === "status" && statusLevel >= STATUS_LEVELS.indexOf(level))
      sendText(JSON.stringify({ op: "status", level, msg, id }));
  };

  const topics = openTopics(wire, ended.signal);
  const calls = openCalls(wire, (text, id) => sendStatus("error", text, id));
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
    advertise: topics.advertise,
    unadvertise: topics.unadvertise,
    publish: topics.publish,
    subscribe: topics.subscribe,
    unsubscribe: topics.unsubscribe,
    call_service: (frame) => held(calls.callService(frame), dialect.blocking.services),
    send_action_goal: (frame) => held(calls.sendGoal(frame), dialect.blocking.actions),
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
      topics.close();
      served.close();
    },
  };
}

const STATUS_LEVELS = ["error", "warning", "info", "none"] as const;
type StatusLevel = (typeof STATUS_LEVELS)[number];
