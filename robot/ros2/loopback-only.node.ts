/**
 * A preload (`node --import`) for servers that cannot be told where to listen: every TCP server of the process
 * listens on 127.0.0.1, whatever address it asks for. Changes the whole process: never import it into ours.
 */
import { type ListenOptions, Server } from "node:net";

const LOOPBACK = "127.0.0.1";
const listen = Server.prototype.listen;

/** The forms of `listen`: options; port, host, backlog, callback, each of the last three optional. */
function listenOnLoopback(this: Server, ...given: unknown[]): Server {
  const callback = given.find((argument) => typeof argument === "function") as (() => void) | undefined;
  const [first, ...rest] = given;
  if (typeof first === "object" && first !== null) {
    const options = first as ListenOptions & { fd?: number };
    // Neither a path nor a handle can be reached from elsewhere.
    const local = options.path !== undefined || options.fd !== undefined || !("port" in options);
    return listen.call(this, local ? options : { ...options, host: LOOPBACK }, callback);
  }
  if (typeof first === "string" && Number.isNaN(Number(first)))
    return listen.call(this, { path: first }, callback);
  const port = first === undefined || typeof first === "function" ? 0 : Number(first);
  const backlog = rest.find((argument) => typeof argument === "number");
  const options: ListenOptions = { port, host: LOOPBACK, ...(backlog === undefined ? {} : { backlog }) };
  return listen.call(this, options, callback);
}

Server.prototype.listen = listenOnLoopback as typeof listen;
