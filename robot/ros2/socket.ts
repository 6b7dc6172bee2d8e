/** A WebSocket as the client needs it, made of whatever class there is: the page's, Node's (from 22) or `ws`'s. */

/** One connection, open or opening. */
export interface Socket {
  /** bytes that were sent and have not left yet */
  readonly backlog: number;
  send(text: string): void;
  close(): void;
}

/** What happens to a connection. */
export interface SocketEvents {
  opened(): void;
  message(data: string | Uint8Array): void;
  /** comes once, last */
  closed(reason: string): void;
}

/** Opens a socket; everything that happens to it, failure included, comes as an event. */
export type OpenSocket = (url: string, events: SocketEvents) => Socket;

/** What every WebSocket class has. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: object) => void): void;
  send(text: string): void;
  close(): void;
}

/** `socketsOf(WebSocket)` */
export function socketsOf(WebSocketClass: new (url: string) => WebSocketLike): OpenSocket {
  return (url, events) => {
    const socket = new WebSocketClass(url);
    socket.binaryType = "arraybuffer";
    let fault = "";
    socket.addEventListener("open", () => events.opened());
    socket.addEventListener("message", (event) => {
      const { data } = event as { data: unknown };
      if (typeof data === "string") events.message(data);
      else if (data instanceof ArrayBuffer) events.message(new Uint8Array(data));
    });
    socket.addEventListener("error", (event) => {
      const { message } = event as { message?: unknown };
      fault = typeof message === "string" ? message : "the socket failed";
    });
    socket.addEventListener("close", (event) => {
      const { code, reason } = event as { code?: number; reason?: string };
      events.closed(reason || fault || `closed by the other end (${code})`);
    });
    return {
      get backlog() {
        return socket.bufferedAmount;
      },
      send: (text) => socket.send(text),
      close: () => socket.close(),
    };
  };
}
