/** roslib 2.1 with the types that its own declarations fail to give under Node's module resolution. */
import * as roslib from "roslib";

export interface RosLike {
  readonly isConnected: boolean;
  connect(url: string): Promise<void>;
  close(): void;
  once(event: string, listener: (value: never) => void): void;
  callOnConnection(frame: object): void;
  getTopics(go: (found: { topics: string[]; types: string[] }) => void, no: Fail): void;
  getTopicType(topic: string, go: (type: string) => void, no: Fail): void;
  getTopicsForType(type: string, go: (topics: string[]) => void, no: Fail): void;
  getServices(go: (services: string[]) => void, no: Fail): void;
  getServiceType(service: string, go: (type: string) => void, no: Fail): void;
  getActionServers(go: (actions: string[]) => void, no: Fail): void;
  getNodes(go: (nodes: string[]) => void, no: Fail): void;
  getMessageDetails(
    type: string,
    go: (details: { type: string; fieldnames: string[] }[]) => void,
    no: Fail,
  ): void;
}
type Fail = (error: string) => void;

export interface TopicLike<Message> {
  subscribe(listener: (message: Message) => void): void;
  publish(message: Message): void;
}
export interface ServiceLike<Request, Response> {
  callService(request: Request, go: (response: Response) => void, no: Fail): void;
  advertiseAsync(handler: (request: Request) => Promise<Response>): Promise<void>;
}
export interface ActionLike<Goal, Feedback, Result> {
  sendGoal(
    goal: Goal,
    go: (result: Result) => void,
    feedback: (one: Feedback) => void,
    no: Fail,
  ): string | undefined;
  cancelGoal(id: string): void;
  cancelAllGoals(): void;
  advertise(goal: (goal: Goal, id: string) => void, cancel: (id: string) => void): void;
  sendFeedback(id: string, feedback: Feedback): void;
  setSucceeded(id: string, result: Result): void;
  setCanceled(id: string, result: Result): void;
}

interface Roslib {
  readonly Ros: new () => RosLike;
  readonly Topic: new <M>(options: { ros: RosLike; name: string; messageType: string }) => TopicLike<M>;
  readonly Service: new <Q, A>(options: {
    ros: RosLike;
    name: string;
    serviceType: string;
  }) => ServiceLike<Q, A>;
  readonly Action: new <G, F, R>(options: {
    ros: RosLike;
    name: string;
    actionType: string;
  }) => ActionLike<G, F, R>;
}

export const { Ros, Topic, Service, Action } = roslib as unknown as Roslib;
