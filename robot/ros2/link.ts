/**
 * One connection to a bridge that comes back by itself. Frames out as JSON at once or not at all, frames in decoded
 * (tolerant JSON, CBOR, fragments) within bounds; what cannot be decoded is reported and dropped.
 */
import { type Clock, messageOf, refuse } from "../../core/index.js";
import { decodeCbor } from "./cbor.js";
import { isRecord } from "./conversion.js";
import { fragmentAssembly } from "./fragments.js";
import { parseTolerant } from "./json.js";
import type { OpenSocket, Socket } from "./socket.js";

/** Bounds of a link. */
export interface LinkLimits {
  /** bytes of one frame from the bridge; larger ones are dropped */
  readonly frame: number;
  /** bytes that may wait to be sent; beyond it nothing more is sent */
  readonly backlog: number;
  /** seconds for which they may, before the link counts as lost */
  readonly congestion: number;
  /** seconds that connecting may take */
  readonly connecting: number;
  /** seconds between attempts: at first, and at most (each doubles the last) */
  readonly backOff: { readonly first: number; readonly most: number };
}

export interface LinkOptions {
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly limits: LinkLimits;
  /** false: once lost, it stays lost */
  readonly reconnects: boolean;
  readonly onUp: () => void;
  /** also when an attempt to connect fails */
  readonly onDown: (reason: string) => void;
  readonly onFrame: (frame: Readonly<Record<string, unknown>>) => void;
  readonly onFault: (fault: string) => void;
}

export interface Link {
  readonly up: boolean;
  /** clock time of the last frame, or of the connection */
  readonly heardAt: number;
  /** @returns false when it was not sent: down, or too much waits already */
  send(frame: object): boolean;
  /** The same, of a frame that `encodeFrame` made. */
  sendText(text: string): boolean;
  /** Gives the connection up; a new one is made. */
  drop(reason: string): void;
  close(): void;
}

export function openLink(options: LinkOptions): Link {
  const { clock, limits } = options;
  const closing = new AbortController();
  let socket: Socket | null = null;
  let up = false;
  let heardAt = clock.now();
  let congestedSince: number | null = null;
  let giveUp: (reason: string) => void = () => {};

  /** One connection, from opening to its end. @returns whether it was ever up, and why it ended */
  const connectOnce = () =>
    new Promise<{ readonly wasUp: boolean; readonly reason: string }>((resolve) => {
      const assembly = fragmentAssembly(limits.frame);
      const over = new AbortController();
      let opened: Socket | null = null;
      const end = (reason: string) => {
        if (over.signal.aborted) return;
        over.abort(new Error(reason));
        const wasUp = up;
        up = false;
        socket = null;
        opened?.close();
        resolve({ wasUp, reason });
      };
      giveUp = end;
      const hear = (data: string | Uint8Array) => {
        if (over.signal.aborted) return;
        heardAt = clock.now();
        try {
          receive(data, assembly.add);
        } catch (error) {
          options.onFault(`frame dropped: ${messageOf(error)}`);
        }
      };
      try {
        opened = options.openSocket(options.url, {
          opened: () => {
            if (over.signal.aborted) return;
            up = true;
            socket = opened;
            heardAt = clock.now();
            congestedSince = null;
            options.onUp();
          },
          message: hear,
          closed: end,
        });
      } catch (error) {
        return end(messageOf(error));
      }
      clock
        .sleep(limits.connecting, over.signal)
        .then(() => up || end(`no connection within ${limits.connecting} s`))
        .catch(() => {});
    });

  const receive = (
    data: string | Uint8Array,
    join: (frame: Readonly<Record<string, unknown>>) => string | null,
  ) => {
    if (data.length > limits.frame)
      refuse("link", `frame must be at most ${limits.frame} bytes`, data.length);
    const frame = typeof data === "string" ? parseTolerant(data) : decodeCbor(data);
    if (!isRecord(frame)) return refuse("link", "frame must be an object", frame);
    if (frame["op"] !== "fragment") return options.onFrame(frame);
    const whole = join(frame);
    if (whole !== null) receive(whole, () => null);
  };

  const live = async () => {
    let wait = limits.backOff.first;
    while (!closing.signal.aborted) {
      const { wasUp, reason } = await connectOnce();
      options.onDown(reason);
      if (!options.reconnects) return;
      wait = wasUp ? limits.backOff.first : Math.min(wait * 2, limits.backOff.most);
      await clock.sleep(wait, closing.signal).catch(() => {});
    }
  };
  void live();

  const sendText = (text: string) => {
    if (socket === null) return false;
    if (socket.backlog > limits.backlog) {
      congestedSince ??= clock.now();
      if (clock.now() - congestedSince > limits.congestion) giveUp("the bridge does not take what is sent");
      return false;
    }
    congestedSince = null;
    socket.send(text);
    return true;
  };

  return {
    get up() {
      return up;
    },
    get heardAt() {
      return heardAt;
    },
    send: (frame) => socket !== null && sendText(encodeFrame(frame)),
    sendText,
    drop: (reason) => giveUp(reason),
    close: () => {
      closing.abort(new Error("closed"));
      giveUp("closed");
    },
  };
}

/** The JSON text of a frame to a bridge. Refuses what no bridge can read. */
export const encodeFrame = (frame: object): string => JSON.stringify(frame, sendable);

/**
 * What a bridge can read: number lists for every array (all servers take them; base64 text kills one), and no
 * number that JSON lacks (it would become null, and the whole message would be dropped without a word).
 */
function sendable(key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value))
    return refuse("message", `${key || "value"} must be a finite number`, value);
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as unknown as ArrayLike<unknown>)
    : value;
}
