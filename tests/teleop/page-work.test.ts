/**
 * Long work of the page, ended or left in the middle: amplifying and training while their takes are still read, and
 * while another task is opened. The thread is watched, not run: what it does is its own test's.
 */
import { type Signal, signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Episode, type FileStore, memoryStore, NO_YIELD, readYield } from "../../datasets/index.js";
import { taskByName } from "../../sim/index.js";
import { createAmplification } from "../../teleop/page/amplification.js";
import { createFilms } from "../../teleop/page/film-maker.js";
import { createHistory } from "../../teleop/page/history.js";
import type { Library, TakeRow } from "../../teleop/page/library.js";
import { createLink, type Opened } from "../../teleop/page/link.js";
import { createPolicies } from "../../teleop/page/policies.js";

const threads: WatchedThread[] = [];

class WatchedThread {
  readonly heard: unknown[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror = null;
  constructor() {
    threads.push(this);
  }
  postMessage(message: unknown): void {
    this.heard.push(message);
  }
  terminate(): void {}
}

const environment = await taskByName("lift").create();
const opened: Opened = {
  kind: "opened",
  task: environment.card,
  contract: environment.contract,
  body: "arm",
  takes: 1,
  milliseconds: { environment: 0, store: 0 },
};
const episode: Episode = {
  features: {},
  actions: new Float32Array(8),
  length: 1,
  task: "lift",
  meta: {},
} as unknown as Episode;
const take = { index: 0, seed: 1, seconds: 1, success: true, maker: "keyboard", leftOut: null };

/** A page with one take, whose reading ends when the test says. */
function page() {
  const link = createLink({ postMessage: () => {}, onmessage: null, onerror: null });
  link.opened.value = opened;
  let store: FileStore = memoryStore();
  let give = (): void => {};
  const library = {
    takes: signal([take as unknown as TakeRow]),
    state: signal("none" as Library["state"]["value"]),
    problem: signal<string | null>(null),
    store: () => store,
    used: () =>
      new Promise<readonly Episode[]>((resolve) => {
        give = () => resolve([episode]);
      }),
  } as unknown as Library;
  return {
    link,
    library,
    give: () => give(),
    /** as the studio does it: the line first, then the set */
    openAnother: (next: FileStore) => {
      link.open({ task: "pick-place", robot: "panda" }, 0, null);
      store = next;
      link.opened.value = opened;
    },
  };
}

beforeEach(() => {
  threads.length = 0;
  vi.stubGlobal("Worker", WatchedThread);
});
afterEach(() => void vi.unstubAllGlobals());

describe("amplifying", () => {
  it("that is ended while takes are read starts no thread", async () => {
    const { link, library, give } = page();
    const amplification = createAmplification(link, library);
    const started = amplification.start(10);
    amplification.stop();
    give();
    await started;
    expect(threads).toHaveLength(0);
    expect(amplification.state.value.state).toBe("done");
  });

  it("puts its count beside the set that it made episodes for, and beside no later one", async () => {
    const { link, library, give, openAnother } = page();
    const [first, second] = [library.store()!, memoryStore()];
    const amplification = createAmplification(link, library);
    const started = amplification.start(10);
    give();
    await started;
    threads[0]!.onmessage!({
      data: { kind: "attempt", attempt: { seed: 7, episode: null, failure: "dropped" } },
    });
    openAnother(second);
    openAnother(memoryStore());
    await vi.waitFor(async () => expect((await readYield(first)).tried).toBe(1));
    expect(await readYield(second)).toEqual(NO_YIELD);
  });
});

describe("training", () => {
  it("that is ended while takes are read starts no thread", async () => {
    const { link, library, give } = page();
    const policies = createPolicies(link, library);
    const started = policies.start();
    policies.stop();
    give();
    await started;
    expect(threads).toHaveLength(0);
    expect(policies.training.value.state).toBe("idle");
  });

  it("does not begin on the takes of a task that was left", async () => {
    const { link, library, give, openAnother } = page();
    const policies = createPolicies(link, library);
    const started = policies.start();
    openAnother(memoryStore());
    give();
    await started;
    expect(threads).toHaveLength(0);
  });
});

describe("films", () => {
  const withFilm = async (index: number): Promise<FileStore> => {
    const store = memoryStore();
    await store.write([{ path: `films/00000${index}.jpg`, bytes: new Uint8Array([0xff, 0xd8]) }]);
    return store;
  };

  it("of a set that was left while they were read are not shown with the next one's, and given back", async () => {
    const { link, library, openAnother } = page();
    const revoked = vi.spyOn(URL, "revokeObjectURL");
    const films = createFilms({
      link,
      library,
      world: () => ({ kind: "tabletop", robot: "panda" }),
      history: () => createHistory(20),
    });
    const state = library.state as Signal<Library["state"]["value"]>;
    openAnother(await withFilm(3));
    state.value = "ready";
    state.value = "reading";
    openAnother(await withFilm(5));
    state.value = "ready";
    await vi.waitFor(() => expect(films.all.value.size).toBe(1));
    await vi.waitFor(() => expect(revoked).toHaveBeenCalledTimes(1));
    expect([...films.all.value.keys()]).toEqual([5]);
    films.clear();
    expect(revoked).toHaveBeenCalledTimes(2);
    expect(films.all.value.size).toBe(0);
  });
});
