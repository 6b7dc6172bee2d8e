/** A client that only sends frames and keeps what comes: for tests of what a server says, and does not say. */
import { once } from "node:events";
import { type ClientOptions, WebSocket } from "ws";

export interface RawClient {
  readonly socket: WebSocket;
  /** everything that came, text parsed where it is JSON */
  readonly heard: Record<string, unknown>[];
  send(frame: object | string): void;
  /** waits until that many frames have come, or the time is up; then empties `heard` and returns them */
  take(count: number, milliseconds?: number): Promise<Record<string, unknown>[]>;
}

export async function rawClient(url: string, options: ClientOptions = {}): Promise<RawClient> {
  const socket = new WebSocket(url, options);
  const heard: Record<string, unknown>[] = [];
  const parse = (text: string): Record<string, unknown> => {
    try {
      return JSON.parse(text) as Record<string, unknown>;
    } catch {
      return JSON.parse(text.replace(/([[,:])NaN(?=[,\]}])/g, '$1"NaN"')) as Record<string, unknown>;
    }
  };
  socket.on("message", (data: Buffer, binary) =>
    heard.push(binary ? { binary: data.length } : parse(String(data))),
  );
  socket.on("error", () => {});
  await once(socket, "open");
  return {
    socket,
    heard,
    send: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    take: async (count, milliseconds = 1000) => {
      const until = performance.now() + milliseconds;
      while (heard.length < count && performance.now() < until) await new Promise((go) => setTimeout(go, 5));
      return heard.splice(0);
    },
  };
}

/** Long enough for an answer over loopback, when there is one. */
export const QUIET = 120;
