/**
 * A lock file that a dead process does not leave for ever: it names the process that holds it, and whoever finds
 * it looks whether that process still lives. Not for machines that share a folder over a network: a holder on
 * another machine cannot be looked up, and is refused with the file to delete.
 */
import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { refuse } from "../core/index.js";
import type { StoreLock } from "./file-store.js";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** when the process began, where the system tells: another process may get the number of a dead one */
  readonly began: string | null;
  readonly token: string;
}

/** Takes the lock; refuses while a living process has it. */
export async function lockFile(place: string): Promise<StoreLock> {
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    began: await beginningOf(process.pid),
    token: randomUUID(),
  };
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await create(place, mine)) return lockOf(place, mine);
    const text = await readWritten(place);
    if (text === null) continue;
    const holder = parse(text);
    if (holder !== null && (await lives(holder)))
      refuse(place, "must have one writer at a time; delete the file if that one is gone for good", {
        pid: holder.pid,
        host: holder.host,
      });
    await clear(place, text);
  }
  return refuse(place, "must not be fought over by several writers");
}

const lockOf = (place: string, mine: Holder): StoreLock => {
  const held = async (): Promise<boolean> =>
    parse(await readFile(place, "utf8").catch(() => ""))?.token === mine.token;
  return {
    held,
    release: async () => {
      if (await held()) await rm(place, { force: true });
    },
  };
};

async function create(place: string, holder: Holder): Promise<boolean> {
  const handle = await open(place, "wx").catch(() => null);
  if (handle === null) return false;
  try {
    await handle.writeFile(JSON.stringify(holder));
  } finally {
    await handle.close();
  }
  return true;
}

/** The file's text, null where it is gone. A holder may be about to write: an empty file gets a moment. */
async function readWritten(place: string): Promise<string | null> {
  for (let look = 0; ; look++) {
    const text = await readFile(place, "utf8").catch(() => null);
    if (text !== "" || look === 5) return text;
    await sleep(20);
  }
}

/** Takes a dead holder's file away, unless another has replaced it meanwhile. */
async function clear(place: string, dead: string): Promise<void> {
  const aside = `${place}.${randomUUID()}`;
  const moved = await rename(place, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const text = await readFile(aside, "utf8").catch(() => dead);
  if (text === dead) await rm(aside, { force: true });
  else await rename(aside, place);
}

async function lives(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  return holder.began === null || holder.began === ((await beginningOf(holder.pid)) ?? holder.began);
}

/** Boot ticks at which a process began (Linux), null elsewhere. */
async function beginningOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

function parse(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    if (typeof value?.pid !== "number" || typeof value.host !== "string" || typeof value.token !== "string")
      return null;
    return { pid: value.pid, host: value.host, began: value.began ?? null, token: value.token };
  } catch {
    return null;
  }
}
