/**
 * A client of a graph in the same process, without a bridge or a socket: for a twin in a page, and for rollouts over
 * a robot's whole path that run faster than time. Messages take `delay` seconds each way. What a bridge does to
 * messages (lost numbers, blocking, silence) is not here: see `server.node.ts`.
 */
import type { Clock } from "../../core/index.js";
import { completeMessage } from "../ros2/conversion.js";
import { GOAL_STATUS, type GoalStatus, type RosMessage } from "../ros2/graph.js";
import { robotClock } from "../ros2/robot-clock.js";
import type { RosClient } from "../ros2/ros-client.js";
import { rosTime, secondsOf, stampOf } from "../ros2/time.js";
import { fullTypeName } from "../ros2/types.js";
import type { Broker, GoalRun, Publisher } from "./broker.js";

/** @param delay seconds that a message, a call or a goal is on its way */
export function clientOfBroker(broker: Broker, clock: Clock, delay = 0): RosClient {
  const time = robotClock();
  const publishers = new Map<string, { readonly publisher: Publisher; uses: number }>();
  const closing: (() => void)[] = [];
  let up = true;
  let goals = 0;

  const carry = (deliver: () => void): void => {
    if (delay === 0) deliver();
    else void clock.sleep(delay).then(() => up && deliver());
  };
  const announce = (topic: string, type: string) => {
    const known = publishers.get(topic);
    const entry = known ?? {
      publisher: broker.openPublisher(topic, fullTypeName(type, "msg"), "reliable", null),
      uses: 0,
    };
    publishers.set(topic, entry);
    return entry;
  };
  const publish = (topic: string, type: string, message: RosMessage): boolean => {
    if (!up) return false;
    const { publisher } = announce(topic, type);
    const complete = completeMessage(broker.types, fullTypeName(type, "msg"), message);
    carry(() => publisher.publish(complete));
    return true;
  };
  const within = async <T>(seconds: number, what: string, work: Promise<T>): Promise<T> => {
    const done = new AbortController();
    const late = clock.sleep(seconds, done.signal).then(() => {
      throw new Error(`${what}: no answer within ${seconds} s`);
    });
    late.catch(() => {});
    return Promise.race([work, late]).finally(() => done.abort());
  };

  return {
    get up() {
      return up;
    },
    actions: true,
    onLink: () => () => {},
    subscribe: (topic, type, handler) => {
      const close = broker.openSubscription(
        topic,
        fullTypeName(type, "msg"),
        "best-effort",
        true,
        (message) =>
          carry(() => {
            const stamp = stampOf(message);
            if (stamp !== null) time.see(secondsOf(stamp), clock.now());
            handler(message, clock.now());
          }),
      );
      closing.push(close);
      return close;
    },
    advertise: (topic, type) => {
      announce(topic, type).uses++;
      return () => {
        const entry = publishers.get(topic);
        if (entry === undefined || --entry.uses > 0) return;
        entry.publisher.close();
        publishers.delete(topic);
      };
    },
    publish,
    publishStop: publish,
    callService: async (service, type, request, timeout) => {
      const complete = completeMessage(broker.types, `${fullTypeName(type, "srv")}_Request`, request);
      if (delay > 0) await clock.sleep(delay);
      const answer = up ? broker.callService(service, complete) : null;
      if (answer === null) throw new Error(`${service}: nobody serves it`);
      return within(timeout, service, answer);
    },
    sendGoal: (action, type, goal, { timeout, onFeedback }) => {
      let run: GoalRun | null = null;
      let canceled = false;
      const start = async (): Promise<{ readonly status: GoalStatus; readonly values: RosMessage }> => {
        const complete = completeMessage(broker.types, `${fullTypeName(type, "action")}_Goal`, goal);
        if (delay > 0) await clock.sleep(delay);
        if (!up || canceled) return { status: GOAL_STATUS.canceled, values: {} };
        const answer = broker.startGoal(action, complete, (values) => carry(() => onFeedback?.(values)));
        if (answer.kind !== "running")
          throw new Error(`${action}: ${answer.kind === "refused" ? answer.reason : "nobody serves it"}`);
        run = answer.run;
        const { status, result } = await run.ended;
        return { status, values: result };
      };
      return {
        id: `in-process-${++goals}`,
        result: within(timeout, action, start()),
        cancel: () => {
          canceled = true;
          run?.cancel();
        },
      };
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
      up = false;
      for (const close of closing) close();
      for (const { publisher } of publishers.values()) publisher.close();
    },
  };
}
