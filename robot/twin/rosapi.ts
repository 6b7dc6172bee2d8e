/** The rosapi node beside the twin's bridge: what is in the graph, as services, in the form that roslib calls. */
import type { RosMessage } from "../ros2/graph.js";
import type { RosTime } from "../ros2/ros-client.js";
import { fullTypeName, isPrimitive, type TypeTable } from "../ros2/types.js";
import type { Broker, Named } from "./broker.js";

/** @param node the name under which the twin's own robots appear */
export function serveRosapi(broker: Broker, node: string, now: () => RosTime): void {
  const names = (list: readonly Named[]) => list.map((one) => one.name);
  const typesOf = (list: readonly Named[]) => list.map((one) => one.type);
  const serve = (name: string, type: string, handler: (request: RosMessage) => RosMessage) => {
    broker.serveService(`/rosapi/${name}`, `rosapi_msgs/srv/${type}`, handler);
  };
  serve("topics", "Topics", () => {
    const { topics } = broker.inventory();
    return { topics: names(topics), types: typesOf(topics) };
  });
  serve("topics_and_raw_types", "TopicsAndRawTypes", () => {
    const { topics } = broker.inventory();
    const texts = topics.map(({ type }) => definitionText(broker.types, type));
    return { topics: names(topics), types: typesOf(topics), typedefs_full_text: texts };
  });
  serve("topic_type", "TopicType", ({ topic }) => ({ type: broker.topicType(String(topic)) ?? "" }));
  serve("topics_for_type", "TopicsForType", ({ type }) => {
    const full = fullTypeName(String(type), "msg");
    return { topics: names(broker.inventory().topics.filter((one) => one.type === full)) };
  });
  serve("publishers", "Publishers", ({ topic }) => ({
    publishers: broker.topicType(String(topic)) === null ? [] : [node],
  }));
  serve("subscribers", "Subscribers", ({ topic }) => ({
    subscribers: broker.topicType(String(topic)) === null ? [] : [node],
  }));
  serve("services", "Services", () => ({ services: names(broker.inventory().services) }));
  serve("service_type", "ServiceType", ({ service }) => ({
    type: broker.serviceType(String(service)) ?? "",
  }));
  serve("services_for_type", "ServicesForType", ({ type }) => {
    const full = fullTypeName(String(type), "srv");
    return { services: names(broker.inventory().services.filter((one) => one.type === full)) };
  });
  serve("action_servers", "GetActionServers", () => ({
    action_servers: names(broker.inventory().actions),
  }));
  serve("action_type", "ActionType", ({ action }) => ({ type: broker.actionType(String(action)) ?? "" }));
  serve("nodes", "Nodes", () => ({ nodes: [node, "/rosapi", "/rosbridge_websocket"] }));
  serve("message_details", "MessageDetails", ({ type }) => ({
    typedefs: typeDefs(broker.types, fullTypeName(String(type), "msg")),
  }));
  serve("get_time", "GetTime", () => ({ time: { ...now() } }));
}

/** A type and every type it is made of. */
function closure(types: TypeTable, type: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(type) || !types.has(type)) return found;
  found.add(type);
  for (const field of types.get(type)!) if (!isPrimitive(field.type)) closure(types, field.type, found);
  return found;
}

function typeDefs(types: TypeTable, type: string): RosMessage[] {
  return [...closure(types, type)].map((name) => {
    const fields = types.get(name)!;
    return {
      type: shortName(name),
      fieldnames: fields.map((field) => field.name),
      fieldtypes: fields.map((field) => shortName(field.type)),
      // -1: one value; 0: any number; else that many
      fieldarraylen: fields.map(({ arity }) =>
        arity.kind === "one" ? -1 : arity.kind === "many" ? 0 : arity.length,
      ),
      examples: fields.map(({ arity, type: kind }) =>
        arity.kind !== "one"
          ? "[]"
          : !isPrimitive(kind)
            ? "{}"
            : kind === "string"
              ? ""
              : kind === "bool"
                ? "False"
                : "0",
      ),
    };
  });
}

function definitionText(types: TypeTable, type: string): string {
  const [first, ...rest] = [...closure(types, type)];
  const text = (name: string) =>
    types
      .get(name)!
      .map(({ type: kind, arity, name: field }) => {
        const brackets = arity.kind === "one" ? "" : arity.kind === "many" ? "[]" : `[${arity.length}]`;
        return `${shortName(kind)}${brackets} ${field}\n`;
      })
      .join("");
  if (first === undefined) return "";
  return (
    text(first) + rest.map((name) => `${"=".repeat(80)}\nMSG: ${shortName(name)}\n${text(name)}`).join("")
  );
}

const shortName = (type: string): string => type.replace("/msg/", "/");
