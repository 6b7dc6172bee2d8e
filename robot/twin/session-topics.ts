/** Topics of one connection: what its client publishes, and what it has subscribed to, in the server's manner. */
import { refuse } from "../../core/index.js";
import { encodePublish, encodeRawPublish } from "../ros2/cbor.js";
import { encodeCdr } from "../ros2/cdr.js";
import { completeMessage } from "../ros2/conversion.js";
import type { RosMessage } from "../ros2/graph.js";
import { fullTypeName } from "../ros2/types.js";
import type { Publisher } from "./broker.js";
import { absolute, type Frame, numberOf, type SessionWire, textOf, Warning } from "./session-frames.js";
import { openThrottle, type Throttle } from "./throttle.js";

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

export interface SessionTopics {
  advertise(frame: Frame): void;
  unadvertise(frame: Frame): void;
  publish(frame: Frame): void;
  subscribe(frame: Frame): void;
  unsubscribe(frame: Frame): void;
  close(): void;
}

/** @param ended aborted when the connection has closed */
export function openTopics(wire: SessionWire, ended: AbortSignal): SessionTopics {
  const { host } = wire;
  const { broker, dialect, limits } = host;
  const { types } = broker;
  const publishers = new Map<
    string,
    { readonly publisher: Publisher; readonly type: string; uses: number }
  >();
  const subscriptions = new Map<string, TopicSubscription>();

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
      const throttle = openThrottle(host.clock, ended);
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
    wire.sendText(`{"op":"publish","topic":${wire.quote(topic)},"msg":${wire.write(type, message)}}`, true);
  };
  const sendBinary = (topic: string, bytes: Uint8Array) => {
    if (bytes.length > dialect.maxMessageSize) host.log(`${topic}: message of ${bytes.length} bytes dropped`);
    else wire.sendBinary(bytes);
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
    const message = completeMessage(types, type, frame["msg"] ?? {}, wire.rules);
    (known ?? advertise(topic, type, frame)).publisher.publish(message);
  };

  return {
    publish,
    subscribe,
    unsubscribe,
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
    close: () => {
      for (const subscription of subscriptions.values()) subscription.close();
      for (const { publisher } of publishers.values()) publisher.close();
    },
  };
}
