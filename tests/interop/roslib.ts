/**
 * The part of roslib that these tests use, with types: its own declarations do not resolve under NodeNext (they
 * import without file extensions). A foreign client: nothing of this house is in it.
 */
import * as module from "roslib";

/** A connection of the foreign client. */
export interface Ros {
  connect(url: string): Promise<void>;
  close(): void;
}

interface Topic<T> {
  subscribe(handler: (message: T) => void): void;
  unsubscribe(handler: (message: T) => void): void;
  advertise(): void;
  publish(message: T): void;
}

interface Roslib {
  readonly Ros: new () => Ros;
  readonly Topic: new <T>(options: { ros: Ros; name: string; messageType: string }) => Topic<T>;
  readonly Service: new <Q, A>(options: {
    ros: Ros;
    name: string;
    serviceType: string;
  }) => { callService(request: Q, answer: (values: A) => void, failed: (error: unknown) => void): void };
  readonly Action: new <G, F, R>(options: {
    ros: Ros;
    name: string;
    actionType: string;
  }) => {
    sendGoal(
      goal: G,
      result: (values: R) => void,
      feedback: (values: F) => void,
      failed: (error: unknown) => void,
    ): void;
  };
}

export const { Ros, Topic, Service, Action } = module as unknown as Roslib;

/** A connected client. */
export async function connected(url: string): Promise<Ros> {
  const ros = new Ros();
  await ros.connect(url);
  return ros;
}

/** The first message of a topic. */
export function first<T>(ros: Ros, name: string, messageType: string): Promise<T> {
  const topic = new Topic<T>({ ros, name, messageType });
  return new Promise((resolve) => {
    const take = (message: T) => {
      topic.unsubscribe(take);
      resolve(message);
    };
    topic.subscribe(take);
  });
}
