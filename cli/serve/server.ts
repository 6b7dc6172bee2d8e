/**
 * The server of `apprentice serve`: each connection gets worlds of its own and steps them by frames, one answer for
 * every request, in order (docs/serve.md). Loopback only unless told otherwise, and then with a token. What a web page
 * could send here begins with an HTTP method, which is no frame and ends the connection.
 */
import { timingSafeEqual } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { InputError, messageOf, refuse } from "../../core/index.js";
import { createFrameReader, encodeFrame, type Frame, type NamedArray } from "./frames.js";
import { openSession, type Served, type Session } from "./session.js";

/** How a server is set up. */
export interface ServeOptions extends Served {
  /** default 127.0.0.1 */
  readonly host?: string;
  /** default: any that is free */
  readonly port?: number;
  /** asked of every client; must be given to listen beyond loopback */
  readonly token?: string;
  /** called when a client has left: one that had said hello, with the token */
  readonly onLeave?: () => void;
}

/** A server that runs. */
export interface EnvironmentServer {
  readonly host: string;
  readonly port: number;
  /** Ends it at once, with all connections. */
  close(): Promise<void>;
}

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];
const MOST_CLIENTS = 16;
/** Bytes before a client has said who it is, and after. */
const STRANGER = { header: 1 << 14, body: 0 };
const FRIEND = { header: 1 << 20, body: 1 << 26 };
/** ms until a stranger must have said hello, and until one that was refused must have gone */
const PATIENCE = 10_000;
/** Requests that may wait while one is answered; a client that sends more is not read meanwhile. */
const MOST_WAITING = 2;

/** Starts the server; resolves when it listens. */
export async function startEnvironmentServer(options: ServeOptions): Promise<EnvironmentServer> {
  const { host = "127.0.0.1", port = 0, token } = options;
  if (!LOOPBACK.includes(host) && (token === undefined || token.length < 16))
    refuse("serve", "beyond loopback APPRENTICE_TOKEN must hold a token of at least 16 characters", host);
  const clients = new Set<{ readonly socket: Socket; readonly done: Promise<boolean> }>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    if (clients.size >= MOST_CLIENTS) {
      socket.destroy();
      return;
    }
    const client = { socket, done: attend(socket, options) };
    clients.add(client);
    client.done.then((greeted) => {
      clients.delete(client);
      if (greeted) options.onLeave?.();
    });
  });
  await new Promise<void>((started, failed) => {
    server.once("error", failed);
    server.listen(port, host, started);
  });
  return {
    host,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      const left = [...clients];
      for (const { socket } of left) socket.destroy();
      await closed;
      await Promise.all(left.map(({ done }) => done));
    },
  };
}

/** Serves one connection until it ends; never rejects. @returns whether a client had said hello, with the token */
function attend(socket: Socket, options: ServeOptions): Promise<boolean> {
  const reader = createFrameReader(STRANGER);
  let session: Session | null = null;
  let greeted = false;
  /** nothing that comes is read or answered any more */
  let refused = false;
  /** requests are answered one after the other */
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let onFlushed: () => void = () => undefined;
  let patience = setTimeout(() => socket.destroy(), PATIENCE);
  /** resolves when the client has taken most of it, or is gone */
  const send = async (header: Record<string, unknown>, arrays: readonly NamedArray[] = []): Promise<void> => {
    if (socket.destroyed) return;
    socket.cork();
    for (const piece of encodeFrame(header, arrays)) socket.write(piece);
    socket.uncork();
    if (socket.writableNeedDrain)
      await new Promise<void>((resolve) => {
        onFlushed = resolve;
      });
  };
  const dismiss = (error: unknown): void => {
    refused = true;
    if (socket.destroyed) return;
    send({ ok: false, error: messageOf(error) });
    socket.end();
    clearTimeout(patience);
    patience = setTimeout(() => socket.destroy(), PATIENCE);
  };
  const greet = async ({ header }: Frame): Promise<void> => {
    try {
      admit(header, options.token);
      greeted = true;
      clearTimeout(patience);
      session = await openSession(header, options);
      reader.limits = FRIEND;
    } catch (error) {
      dismiss(error);
      return;
    }
    await send(session.greeting);
  };
  const answer = async (frame: Frame): Promise<void> => {
    if (refused || socket.destroyed) return;
    if (session === null) return greet(frame);
    try {
      const { header, arrays } = await session.answer(frame);
      await send({ ok: true, ...header }, arrays);
    } catch (error) {
      await send({ ok: false, error: messageOf(error) });
    }
  };
  const answered = (): void => {
    if (--waiting <= MOST_WAITING && socket.isPaused()) socket.resume();
  };
  socket.on("data", (bytes) => {
    if (refused) return;
    try {
      for (const frame of reader.take(bytes)) {
        if (++waiting > MOST_WAITING) socket.pause();
        last = last.then(() => answer(frame)).then(answered);
      }
    } catch (error) {
      // After the answers to what came before.
      socket.removeAllListeners("data");
      last = last.then(() => dismiss(error));
    }
  });
  socket.on("error", () => undefined); // it closes next
  socket.on("drain", () => onFlushed());
  return new Promise((resolve) => {
    socket.once("close", () => {
      clearTimeout(patience);
      onFlushed();
      last.then(() => session?.close()).finally(() => resolve(greeted));
    });
  });
}

/** Who may ask anything. @throws InputError when this is no hello, or one without the server's token */
function admit(header: Frame["header"], token: string | undefined): void {
  if (header["op"] !== "hello") refuse("serve", "the first request must be hello", header["op"] ?? null);
  if (token !== undefined && !sameText(String(header["token"] ?? ""), token))
    throw new InputError("hello", "token must be this server's");
}

/** Compares without telling by its time how much was right. */
function sameText(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
