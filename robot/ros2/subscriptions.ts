/**
 * The topics of one connection: subscribed on connect, anew when silent (a server that subscribed before a
 * best-effort publisher existed hears nothing for ever), and the whole connection anew when everything is silent.
 */
import { type Clock, messageOf } from "../../core/index.js";
import type { Frame } from "./calls.js";
import type { RosMessage } from "./graph.js";

export type Compression = "cbor" | "cbor-raw" | "none";

export interface SubscriptionsOptions {
  readonly clock: Clock;
  /** seconds, see `RosClientLimits` */
  readonly silence: number;
  readonly dead: number;
  readonly session: string;
  /** how messages of a type are asked for; a server that does not know it sends JSON */
  compressionOf(type: string): Compression;
  send(frame: object): boolean;
  drop(reason: string): void;
  heardAt(): number;
  read(type: string, msg: unknown): RosMessage;
  onMessage(message: RosMessage, receivedAt: number): void;
  onFault(fault: string): void;
}

export interface Subscriptions {
  add(topic: string, type: string, handler: Handler): () => void;
  /** a `publish` frame */
  hear(frame: Frame): void;
  up(): void;
  down(): void;
  /** Looks for silence; to be called a few times in `silence` seconds. */
  watch(): void;
}

type Handler = (message: RosMessage, receivedAt: number) => void;

interface Topic {
  readonly type: string;
  readonly handlers: Set<Handler>;
  /** clock time of the last message or (re)subscription */
  since: number;
  /** how often it was subscribed anew in this silence */
  retries: number;
}

export function openSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { clock } = options;
  const topics = new Map<string, Topic>();
  let connected = false;
  let delivered = false;

  const idOf = (name: string) => `${options.session}:${name}`;
  const request = (name: string, topic: Topic) => {
    topic.since = clock.now();
    options.send({
      op: "subscribe",
      id: idOf(name),
      topic: name,
      type: topic.type,
      compression: options.compressionOf(topic.type),
      throttle_rate: 0,
      queue_length: 0,
    });
  };
  const retract = (name: string) => options.send({ op: "unsubscribe", id: idOf(name), topic: name });

  return {
    add: (name, type, handler) => {
      let topic = topics.get(name);
      if (topic === undefined) {
        topic = { type, handlers: new Set(), since: clock.now(), retries: 0 };
        topics.set(name, topic);
        if (connected) request(name, topic);
      }
      const { handlers } = topic;
      handlers.add(handler);
      return () => {
        if (!handlers.delete(handler) || handlers.size > 0) return;
        topics.delete(name);
        if (connected) retract(name);
      };
    },
    hear: (frame) => {
      const topic = topics.get(String(frame["topic"]));
      if (topic === undefined) return;
      const receivedAt = clock.now();
      topic.since = receivedAt;
      topic.retries = 0;
      delivered = true;
      const message = options.read(topic.type, frame["msg"]);
      options.onMessage(message, receivedAt);
      for (const handler of [...topic.handlers])
        try {
          handler(message, receivedAt);
        } catch (error) {
          options.onFault(`a handler of ${String(frame["topic"])} failed: ${messageOf(error)}`);
        }
    },
    up: () => {
      connected = true;
      delivered = false;
      for (const [name, topic] of topics) {
        topic.retries = 0;
        request(name, topic);
      }
    },
    down: () => {
      connected = false;
    },
    watch: () => {
      if (!connected || topics.size === 0) return;
      const now = clock.now();
      if (delivered && now - options.heardAt() > options.dead)
        return options.drop(`nothing came for ${options.dead} s`);
      for (const [name, topic] of topics) {
        if (now - topic.since < options.silence * 2 ** Math.min(topic.retries, MOST_DOUBLINGS)) continue;
        topic.retries++;
        retract(name);
        request(name, topic);
      }
    },
  };
}

const MOST_DOUBLINGS = 4;
