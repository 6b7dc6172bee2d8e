/**
 * Draws scenes with the graphics of this machine: a Chromium without a window runs the same cameras as the studio's page,
 * and sends the pixels back over a connection of its own on loopback, which nobody else can guess.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { InputError, messageOf, refuse } from "../../core/index.js";
import type { Drawn, DrawRequest, PagePainter } from "../../teleop/index.js";
import { findChromium, launchChromium } from "../browser/chromium.js";
import type { OwnPainter } from "./painter.js";

/** The page's script, beside this module's built form. */
const SCRIPT = fileURLToPath(new URL("../../painter/page.js", import.meta.url));
const MOST_BODY = 2 ** 30;

declare const painter: PagePainter;

/** Undo what every Chromium of the house is started with: the last word of a flag counts. */
const OWN_GRAPHICS = ["--use-angle=default", "--ignore-gpu-blocklist", "--enable-gpu"];

/**
 * Starts one.
 * @param options.software graphics in software, for machines without any: a test of the way, much slower than none
 * @param options.script the page's script, built
 * @throws InputError where there is no Chromium, with the command that installs one
 */
export async function openGraphicsPainter({
  software = false,
  script = SCRIPT,
}: {
  readonly software?: boolean;
  readonly script?: string;
} = {}): Promise<OwnPainter> {
  const found = findChromium();
  if ("missing" in found) throw new InputError("render", `needs a Chromium to draw with: ${found.missing}`);
  if (!existsSync(script)) refuse("render", "the painter must be built: npm run build in a clone", script);
  let take: ((from: number, body: Buffer) => Promise<void>) | null = null;
  let failure: unknown = null;
  const path = `/${randomUUID()}`;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (request.method === "GET" && pathname === `${path}/`)
      response.setHeader("content-type", "text/html; charset=utf-8").end(PAGE);
    else if (request.method === "GET" && pathname === `${path}/painter.js`)
      response.setHeader("content-type", "text/javascript; charset=utf-8").end(readFileSync(script));
    else if (request.method === "POST" && pathname === `${path}/pictures` && take !== null) {
      await take(Number(searchParams.get("from")), await bodyOf(request));
      response.end();
    } else response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      failure ??= error;
      response.writeHead(500).end(messageOf(error));
    });
  });
  const port = await listening(server);
  const address = `http://127.0.0.1:${port}${path}`;
  const close = async (): Promise<void> => {
    await browser?.close();
    server.closeAllConnections();
    await new Promise<void>((done) => server.close(() => done()));
  };
  let browser: Awaited<ReturnType<typeof launchChromium>> | null = null;
  try {
    browser = await launchChromium(found.path, software ? [] : OWN_GRAPHICS);
    const page = await browser.newPage();
    await page.goto(`${address}/`);
    await page.waitForFunction(() => "painter" in window);
    return {
      draw: async ({ states, ...scene }, request, onFrame) => {
        failure = null;
        take = (from, body) => unpack(body, from, request, onFrame);
        const plain = states.map((state) => ({ ...state, joints: Array.from(state.joints) }));
        try {
          await page.evaluate(([restaged, wanted, to]) => painter.draw(restaged, wanted, to), [
            { ...scene, states: plain },
            request,
            `${address}/pictures`,
          ] as const);
        } catch (error) {
          throw failure ?? error;
        } finally {
          take = null;
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const PAGE =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="painter.js"></script>';

const listening = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BODY) refuse("render", `pictures must come in at most ${MOST_BODY} bytes`, size);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Hands over the frames of a request, see `painter.browser.ts` for their layout. */
async function unpack(
  body: Buffer,
  from: number,
  { which, size, channels }: DrawRequest,
  onFrame: (frame: number, pictures: readonly Drawn[]) => Promise<void>,
): Promise<void> {
  const pixels = size.width * size.height;
  let at = 0;
  const cut = (length: number): number => {
    if (at + length > body.length) refuse("render", "pictures must come whole", body.length);
    at += length;
    return body.byteOffset + at - length;
  };
  for (let frame = from; at < body.length; frame++) {
    const pictures = which.map((camera): Drawn => {
      const rgba = channels.includes("colour")
        ? new Uint8ClampedArray(body.buffer as ArrayBuffer, cut(4 * pixels), 4 * pixels)
        : null;
      const depth = channels.includes("depth")
        ? new Float32Array(aligned(body, cut(4 * pixels), 4 * pixels))
        : null;
      const ids = channels.includes("ids")
        ? new Uint8Array(body.buffer as ArrayBuffer, cut(pixels), pixels)
        : null;
      return { camera, rgba, depth, ids };
    });
    await onFrame(frame, pictures);
  }
}

/** A copy of a range, so that it may be seen as float32 wherever it lies. */
const aligned = (body: Buffer, offset: number, length: number): ArrayBuffer =>
  (body.buffer as ArrayBuffer).slice(offset, offset + length);
