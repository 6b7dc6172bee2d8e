/**
 * The rosbridge v2 client. Three standing connections: commands and topics, stop and cancel, images; calls and goals
 * borrow one each (`calls.ts`), so that no server makes a command wait behind a goal. Nothing is queued while down.
 * Time and sockets are arguments; safe with every server of `reference` behaviour: see `twin/dialects.ts`.
 */
import { type Clock, messageOf, refuse } from "../../core/index.js";
import { type Call, type Frame, openCallLines } from "./calls.js";
import { decodeCdr } from "./cdr.js";
import { isRecord, readMessage } from "./conversion.js";
import { readResult } from "./goal-result.js";
import type { RosMessage } from "./graph.js";
import { type Link, type LinkLimits, type LinkOptions, openLink } from "./link.js";
import { robotClock } from "./robot-clock.js";
import type { GoalHandle, RosClient } from "./ros-client.js";
import type { OpenSocket } from "./socket.js";
import { type Compression, openSubscriptions } from "./subscriptions.js";
import { rosTime, secondsOf, stampOf } from "./time.js";
import { fullTypeName, KNOWN_TYPES, type TypeTable } from "./types.js";

/** Where to connect, and how. */
export interface RosClientOptions {
  /** `ws://host:port`, with `?token=` where one is asked for */
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  /** unique among all clients of the bridge: names goals and calls */
  readonly session: string;
  readonly types?: TypeTable;
  /** how images are asked for; a server that does not know it sends JSON */
  readonly imageCompression?: Compression;
  readonly limits?: Partial<RosClientLimits>;
  /** hears of frames that were dropped and of what the bridge complains about */
  readonly onFault?: (fault: string) => void;
}

/** Bounds and patience of a client. */
export interface RosClientLimits extends LinkLimits {
  /** seconds of silence after which a topic is subscribed anew */
  readonly silence: number;
  /** seconds without any frame, where there were some, after which the connection is made anew */
  readonly dead: number;
  /** calls and goals at once */
  readonly calls: number;
}

const LIMITS: RosClientLimits = {
  frame: 32 * 1024 * 1024,
  backlog: 256 * 1024,
  congestion: 2,
  connecting: 5,
  backOff: { first: 0.25, most: 4 },
  silence: 2,
  dead: 10,
  calls: 8,
};

/** JSON writes "nothing in range" and "no reading" alike as null; CBOR keeps infinity and NaN apart. */
const LASER_SCAN = "sensor_msgs/msg/LaserScan";

/** Connects, and stays connected until closed. Returns at once: see `up`, `onLink`, `whenUp`. */
export function connectRos(options: RosClientOptions): RosClient {
  const { clock, session } = options;
  const types = options.types ?? KNOWN_TYPES;
  const limits = { ...LIMITS, ...options.limits };
  const onFault = options.onFault ?? (() => {});
  const closing = new AbortController();
  const listeners = new Set<(up: boolean, reason: string) => void>();
  const time = robotClock();
  /** publishers by topic, announced on both the command and the stop connection */
  const advertised = new Map<string, { readonly type: string; uses: number }>();
  let actions = true;
  let wasUp = false;
  let calls = 0;

  const open = (
    part: Pick<LinkOptions, "onUp" | "onDown" | "onFrame"> & { readonly reconnects: boolean },
  ): Link => openLink({ url: options.url, openSocket: options.openSocket, clock, limits, onFault, ...part });

  const tell = (reason: string) => {
    const up = command.up && stop.up;
    if (up === wasUp) return;
    wasUp = up;
    if (up) lines.prepare();
    else time.forget();
    for (const listener of [...listeners]) listener(up, reason);
  };
  const announce = (link: Link, topic: string, type: string) =>
    link.send({ op: "advertise", id: `${session}:${topic}`, topic, type, queue_size: 10, latch: false });
  const announceAll = (link: Link) => {
    for (const [topic, { type }] of advertised) announce(link, topic, type);
  };
  const hearStatus = (frame: Frame) => {
    if (frame["op"] === "status" && frame["level"] !== "none") onFault(`bridge: ${String(frame["msg"])}`);
  };

  const topicLink = (kind: "topics" | "images") => {
    const subscriptions = openSubscriptions({
      clock,
      silence: limits.silence,
      dead: limits.dead,
      session: `${session}:${kind}`,
      compressionOf: (type) =>
        kind === "images" ? (options.imageCompression ?? "cbor") : type === LASER_SCAN ? "cbor" : "none",
      send: (frame) => link.send(frame),
      drop: (reason) => link.drop(reason),
      heardAt: () => link.heardAt,
      read: (type, msg) => {
        const raw =
          isRecord(msg) && msg["bytes"] instanceof Uint8Array && "secs" in msg ? msg["bytes"] : null;
        return raw === null ? readMessage(types, type, msg) : decodeCdr(types, type, raw);
      },
      onMessage: (message, receivedAt) => {
        const stamp = stampOf(message);
        if (stamp !== null) time.see(secondsOf(stamp), receivedAt);
      },
      onFault,
    });
    const link: Link = open({
      reconnects: true,
      onUp: () => {
        if (kind === "topics") announceAll(link);
        subscriptions.up();
        if (kind === "topics") tell("connected");
      },
      onDown: (reason) => {
        subscriptions.down();
        if (kind === "topics") tell(reason);
      },
      onFrame: (frame) => {
        if (frame["op"] === "publish") subscriptions.hear(frame);
        else hearStatus(frame);
      },
    });
    return { link, subscriptions };
  };

  const topics = topicLink("topics");
  const command = topics.link;
  let images: ReturnType<typeof topicLink> | null = null;
  const stop: Link = open({
    reconnects: true,
    onUp: () => {
      announceAll(stop);
      tell("connected");
    },
    onDown: (reason) => tell(reason),
    onFrame: hearStatus,
  });
  const lines = openCallLines(clock, limits.calls, (events) => open({ reconnects: false, ...events }));

  const watch = async () => {
    for (;;) {
      await clock.sleep(limits.silence / 4, closing.signal);
      topics.subscriptions.watch();
      images?.subscriptions.watch();
    }
  };
  watch().catch(() => {});

  const publishOn = (link: Link, topic: string, type: string, msg: RosMessage): boolean => {
    if (!link.up) return false;
    if (!advertised.has(topic)) advertise(topic, type);
    return link.send({ op: "publish", topic, msg });
  };
  const advertise = (topic: string, type: string): (() => void) => {
    const full = fullTypeName(type, "msg");
    const entry = advertised.get(topic) ?? { type: full, uses: 0 };
    if (entry.type !== full) refuse("advertise", `${topic} is advertised with type ${entry.type}`, full);
    advertised.set(topic, entry);
    if (entry.uses++ === 0) for (const link of [command, stop]) announce(link, topic, full);
    let mine = true;
    return () => {
      if (!mine) return;
      mine = false;
      if (--entry.uses > 0) return;
      advertised.delete(topic);
      for (const link of [command, stop]) link.send({ op: "unadvertise", id: `${session}:${topic}`, topic });
    };
  };

  /** Runs one call to its end: answered, refused, lost or late. `answer` returns the value once it is there. */
  const run = <T>(
    what: string,
    timeout: number,
    frame: object,
    answer: (frame: Frame) => { readonly value: T } | null,
    started: (call: Call, fail: (reason: string) => void) => void = () => {},
    abandoned: () => void = () => {},
  ): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (!command.up || !stop.up) return reject(new Error(`${what}: the link is down`));
      const late = new AbortController();
      const finish = (stuck: boolean) => {
        late.abort();
        call.end(stuck);
      };
      const fail = (reason: string, stuck: boolean) => {
        finish(stuck);
        reject(new Error(`${what}: ${reason}`));
      };
      const call = lines.begin(frame, {
        frame: (received) => {
          try {
            if (received["op"] === "status") {
              if (received["level"] === "error") fail(String(received["msg"]), false);
              return;
            }
            const found = answer(received);
            if (found === null) return;
            finish(false);
            resolve(found.value);
          } catch (error) {
            fail(messageOf(error), false);
          }
        },
        lost: (reason) => {
          abandoned();
          fail(reason, true);
        },
      });
      started(call, (reason) => fail(reason, true));
      clock
        .sleep(timeout, late.signal)
        .then(() => {
          abandoned();
          fail(`no answer within ${timeout} s`, true);
        })
        .catch(() => {});
    });

  return {
    get up() {
      return command.up && stop.up;
    },
    get actions() {
      return actions;
    },
    onLink: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    subscribe: (topic, type, handler, { images: isImage = false } = {}) => {
      if (isImage) images ??= topicLink("images");
      const { subscriptions } = isImage ? images! : topics;
      return subscriptions.add(topic, fullTypeName(type, "msg"), handler);
    },
    advertise,
    publish: (topic, type, message) => publishOn(command, topic, type, message),
    publishStop: (topic, type, message) => publishOn(stop, topic, type, message),
    callService: (service, type, request, timeout, { repeat } = {}) => {
      const id = `${session}:call:${++calls}`;
      const full = fullTypeName(type, "srv");
      // `type` is not of the specification, but one server needs it and no other minds.
      const frame = { op: "call_service", id, service, type: full, args: request, timeout };
      const over = new AbortController();
      const again = async (call: Call, seconds: number) => {
        for (;;) {
          await clock.sleep(seconds, over.signal);
          if (call.sent) call.also(frame);
        }
      };
      return run(
        service,
        timeout,
        frame,
        (received) => {
          if (received["op"] !== "service_response" || received["id"] !== id) return null;
          if (received["result"] === false) throw new Error(String(received["values"] || "failed"));
          return { value: readMessage(types, `${full}_Response`, received["values"] ?? {}) };
        },
        (call) => {
          if (repeat !== undefined) again(call, repeat).catch(() => {});
        },
      ).finally(() => over.abort());
    },
    sendGoal: (action, type, goal, { timeout, onFeedback }): GoalHandle => {
      if (!actions) throw new Error(`${action}: the bridge knows no actions`);
      const id = `${session}:goal:${++calls}`;
      const full = fullTypeName(type, "action");
      const cancelFrame = { op: "cancel_action_goal", id, action };
      let cancel = () => {};
      const result = run(
        action,
        timeout,
        { op: "send_action_goal", id, action, action_type: full, args: goal, feedback: true },
        (received) => {
          if (received["id"] !== id) return null;
          if (received["op"] === "action_feedback" && onFeedback !== undefined)
            onFeedback(readMessage(types, `${full}_Feedback`, received["values"]));
          return received["op"] === "action_result" ? { value: readResult(types, full, received) } : null;
        },
        (call, fail) => {
          cancel = () => {
            if (!call.sent) return fail("canceled before it was sent");
            stop.send(cancelFrame);
            // And where it was sent: not every server lets one connection cancel another's goal.
            call.also(cancelFrame);
          };
        },
        // Nobody waits for it any more: what still moves must not.
        () => stop.send(cancelFrame),
      ).catch((error: Error) => {
        if (/send_action_goal.* not supported/.test(error.message)) {
          actions = false;
          throw new Error(`${action}: the bridge knows no actions`);
        }
        throw error;
      });
      return { id, result, cancel: () => cancel() };
    },
    robotTime: () => {
      const now = time.at(clock.now());
      return now === null ? null : rosTime(now);
    },
    ageOf: (stamp) => {
      const now = time.at(clock.now());
      return now === null ? Number.POSITIVE_INFINITY : Math.max(0, now - secondsOf(stamp));
    },
    close: async () => {
      closing.abort(new Error("closed"));
      lines.close("closed");
      for (const link of [command, stop, images?.link]) link?.close();
    },
  };
}
