/**
 * A store in a folder on disk. A file is written beside its place, flushed, then renamed over it: whoever reads
 * sees the old file or the new one. Works on Windows, where a rename may have to wait for a virus scanner or a
 * reader to let go. Links that lead out of the folder are refused.
 */
import { constants } from "node:fs";
import { mkdir, open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, messageOf, refuse } from "../core/index.js";
import { checkPath, type FileStore } from "./file-store.js";
import { lockFile } from "./lock-file.node.js";

/** Ends the name of a file that is not yet in its place; readers of Parquet or JSON never look at it. */
const PENDING = ".pending";

/**
 * The store of a folder, which is made when first written to.
 * @param folder absolute, or relative to the working folder
 */
export function folderStore(folder: string): FileStore {
  const root = resolve(folder);

  /** The place on disk, after a look that no link on the way leads out of the root. */
  const placeOf = async (path: string): Promise<string> => {
    const place = join(root, ...checkPath(path).split("/"));
    await checkInside(place, path);
    return place;
  };
  const checkInside = async (place: string, path: string): Promise<void> => {
    const [realRoot, real] = await Promise.all([realOrNull(root), deepestReal(place, root)]);
    if (realRoot !== null && real !== realRoot && !real.startsWith(realRoot + sep))
      refuse(root, "must not hold links that lead out of it", path);
  };
  /** Folders that were looked at: a file put in place replaces a link of its name, it does not follow it. */
  const inside = new Set<string>();
  const placeToWrite = async (path: string): Promise<string> => {
    const place = join(root, ...checkPath(path).split("/"));
    const parent = dirname(place);
    if (!inside.has(parent)) {
      await checkInside(parent, path);
      await mkdir(parent, { recursive: true });
      inside.add(parent);
    }
    return place;
  };

  return {
    name: folder,
    list: async (below) => {
      const start = await placeOf(below);
      const found: string[] = [];
      const walk = async (place: string): Promise<void> => {
        const entries = await readdir(place, { withFileTypes: true }).catch(ignoreMissing([]));
        for (const entry of entries) {
          const inner = join(place, entry.name);
          if (entry.isDirectory()) await walk(inner);
          else if (entry.isFile()) found.push(relative(root, inner).split(sep).join("/"));
        }
      };
      await walk(start);
      return found.sort();
    },

    size: async (path) => {
      const info = await stat(await placeOf(path)).catch(ignoreMissing(null));
      return info === null ? null : info.isFile() ? info.size : refuse(path, "must be a file");
    },

    read: async (path, from = 0, to) => {
      const handle = await open(await placeOf(path), "r").catch((error: unknown) =>
        isMissing(error) ? refuse(root, "file must exist", path) : Promise.reject(error),
      );
      try {
        const { size } = await handle.stat();
        const end = to ?? size;
        if (from < 0 || from > end || end > size)
          refuse(path, `range must lie within its ${size} bytes`, [from, end]);
        const bytes = new Uint8Array(end - from);
        let got = 0;
        while (got < bytes.length) {
          const { bytesRead } = await handle.read(bytes, got, bytes.length - got, from + got);
          if (bytesRead === 0) refuse(path, "must not shrink while it is read");
          got += bytesRead;
        }
        return bytes;
      } finally {
        await handle.close();
      }
    },

    write: async (files) => {
      const places = await Promise.all(files.map((file) => placeToWrite(file.path)));
      const pending = places.map((place) => place + PENDING);
      const stored = await Promise.allSettled(files.map((file, i) => store(pending[i]!, file.bytes)));
      const failure = stored.find((result) => result.status === "rejected");
      if (failure !== undefined) {
        await Promise.all(pending.map((place) => rm(place, { force: true })));
        throw new InputError(folder, `must be writable (${messageOf(failure.reason)})`);
      }
      for (const [i, place] of places.entries()) await replace(pending[i]!, place);
      await Promise.all([...new Set(places.map((place) => dirname(place)))].map(flushFolder));
    },

    remove: async (path) => rm(await placeOf(path), { force: true }),

    lock: async (path) => {
      return lockFile(await placeToWrite(path));
    },
  };
}

async function store(place: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(place, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o644);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Rename over; on Windows a file that somebody has open refuses for a moment. */
async function replace(from: string, to: string): Promise<void> {
  for (let wait = 5; ; wait *= 2) {
    try {
      return await rename(from, to);
    } catch (error) {
      const busy = ["EPERM", "EACCES", "EBUSY"].includes(codeOf(error));
      if (!busy || wait > 1000) throw new InputError(to, `must be replaceable (${messageOf(error)})`);
      await sleep(wait);
    }
  }
}

/** Makes renames durable where the system can (Windows cannot open a folder). */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  if (handle === null) return;
  try {
    await handle.sync().catch(() => {});
  } finally {
    await handle.close();
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";
const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(codeOf(error));
const ignoreMissing =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (isMissing(error)) return instead;
    throw error;
  };

const realOrNull = (place: string): Promise<string | null> => realpath(place).catch(ignoreMissing(null));

/** The real path of the nearest ancestor that exists, not above `root`. */
async function deepestReal(place: string, root: string): Promise<string> {
  for (let each = place; each.length > root.length; each = dirname(each)) {
    const real = await realOrNull(each);
    if (real !== null) return real;
  }
  return (await realOrNull(root)) ?? root;
}
