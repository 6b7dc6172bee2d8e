/** The server of environments by its frames, as a client in any language meets it; bytes are written out by hand. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { createFrameReader, encodeFrame, type Frame, type NamedArray } from "../../cli/serve/frames.js";
import { type EnvironmentServer, type ServeOptions, startEnvironmentServer } from "../../cli/serve/server.js";
import { componentNames, createRandom, type Environment } from "../../core/index.js";
import { TASKS, taskByName } from "../../sim/index.js";

const BIN = fileURLToPath(new URL("../../bin/apprentice.mjs", import.meta.url));
const LARGE = { header: 1 << 20, body: 1 << 26 };
const running: EnvironmentServer[] = [];
afterAll(() => Promise.all(running.map((server) => server.close())));

async function start(options: Partial<ServeOptions> = {}): Promise<EnvironmentServer> {
  const server = await startEnvironmentServer({
    task: "lift",
    envs: 2,
    threads: 1,
    cameras: [],
    size: 96,
    pictures: "no browser in this test",
    ...options,
  });
  running.push(server);
  return server;
}

interface Client {
  readonly socket: Socket;
  ask(header: Record<string, unknown>, arrays?: readonly NamedArray[]): Promise<Frame>;
}

async function client(port: number): Promise<Client> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  onTestFinished(() => void socket.destroy());
  const reader = createFrameReader(LARGE);
  const waiting: ((frame: Frame) => void)[] = [];
  socket.on("data", (bytes) => {
    for (const frame of reader.take(bytes)) waiting.shift()?.(frame);
  });
  return {
    socket,
    ask: (header, arrays = []) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        for (const piece of encodeFrame(header, arrays)) socket.write(piece);
      }),
  };
}

async function greeted(port: number, envs = 1, more: Record<string, unknown> = {}): Promise<Client> {
  const one = await client(port);
  const { header } = await one.ask({ op: "hello", version: 1, envs, ...more });
  expect(header).toMatchObject({ ok: true, envs });
  return one;
}

const numbers = (frame: Frame, name: string): number[] => Array.from(frame.arrays.get(name)!.data);
const rows = (name: string, list: readonly (readonly number[])[]): NamedArray => ({
  name,
  shape: [list.length, list[0]!.length],
  data: Float64Array.from(list.flat()),
});

/** What a set of LeRobot would hold of this moment. */
function expected(environment: Environment): { state: number[]; environmentState: number[] } {
  const { values } = environment.observe();
  const pick = (names: readonly { readonly name: string }[]): number[] =>
    names.flatMap(({ name }) => Array.from(values[name]!));
  return {
    state: pick(environment.contract.observations),
    environmentState: pick(environment.contract.goals),
  };
}

/** Commands near where the robot is, drawn by seed. */
function commands(environment: Environment, seed: number, steps: number): number[][] {
  const random = createRandom(seed);
  const first = Array.from(environment.command());
  return Array.from({ length: steps }, () => first.map((value) => value + random.uniform(-0.03, 0.03)));
}

describe("environments on a socket", () => {
  it("say in one hello what they are, and answer bit for bit what the environment itself does", async () => {
    const { port } = await start();
    const environment = await taskByName("lift").create();
    const one = await client(port);
    const hello = Buffer.from('{"op":"hello","version":1,"envs":1}     ');
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32LE(hello.length, 0);
    one.socket.removeAllListeners("data");
    const greeting = once(one.socket, "data") as Promise<[Buffer]>;
    one.socket.write(Buffer.concat([prefix, hello]));
    const [bytes] = await greeting;
    const length = bytes.readUInt32LE(0);
    expect([length % 8, bytes.readUInt32LE(4), bytes.length]).toEqual([0, 0, 8 + length]);
    const told = JSON.parse(bytes.toString("utf8", 8)) as Record<string, unknown>;
    expect(told).toMatchObject({
      ok: true,
      version: 1,
      envs: 1,
      observed: [],
      pictures: "no browser in this test",
    });
    expect(told["contract"]).toEqual(JSON.parse(JSON.stringify(environment.contract)));

    const two = await greeted(port);
    const began = await two.ask({ op: "reset", seeds: [7] });
    environment.reset(7);
    expect(numbers(began, "observation.state")).toEqual(expected(environment).state);
    for (const command of commands(environment, 1, 12)) {
      const answer = await two.ask({ op: "step" }, [rows("actions", [command])]);
      environment.step(command);
      const { state, environmentState } = expected(environment);
      expect(numbers(answer, "observation.state")).toEqual(state);
      expect(numbers(answer, "observation.environment_state")).toEqual(environmentState);
      expect(numbers(answer, "time")).toEqual([environment.time()]);
    }
    const { header } = await two.ask({ op: "scene" });
    expect(header["hash"]).toBe(environment.hash());
    environment.free();
  });

  it("are the same in several threads as in one", async () => {
    const server: ChildProcess = spawn(process.execPath, [
      ...[BIN, "serve", "lift", "--envs", "5", "--threads", "3", "--port", "0", "--once"],
    ]);
    onTestFinished(() => void server.kill());
    const ended = once(server, "exit");
    const [line] = (await once(server.stdout!, "data")) as [Buffer];
    expect(line.toString()).toMatch(/^Serving lift at 127\.0\.0\.1:\d+\. Ctrl-C ends\.\n/);
    const many = await greeted(Number(/:(\d+)\./.exec(line.toString())![1]), 5);
    const { port } = await start({ envs: 5 });
    const single = await greeted(port, 5);
    const seeds = [11, 12, 13, 14, 15];
    const environment = await taskByName("lift").create();
    const command = commands(environment, 3, 1)[0]!;
    environment.free();
    const requests: [Record<string, unknown>, NamedArray[]][] = [
      [{ op: "reset", seeds }, []],
      [
        { op: "step" },
        [
          rows(
            "actions",
            seeds.map(() => command),
          ),
        ],
      ],
      // The fourth begins anew while the others step.
      [
        { op: "step", seeds: [null, null, null, 99, null] },
        [
          rows(
            "actions",
            seeds.map(() => command),
          ),
        ],
      ],
      // One command that cannot be followed: no world of any thread steps.
      [
        { op: "step" },
        [
          rows(
            "actions",
            seeds.map((seed) => (seed === 15 ? command.map(() => Number.NaN) : command)),
          ),
        ],
      ],
      [{ op: "reset", seeds: [null, null, null, null, 3], goals: seeds.map(() => ({ target: "moon" })) }, []],
      [
        { op: "step" },
        [
          rows(
            "actions",
            seeds.map(() => command),
          ),
        ],
      ],
      [{ op: "expert" }, []],
    ];
    for (const [header, arrays] of requests) {
      const [a, b] = [await many.ask(header, arrays), await single.ask(header, arrays)];
      expect(a.header).toEqual(b.header);
      for (const [name, array] of b.arrays) expect(a.arrays.get(name)).toEqual(array);
    }
    many.socket.end();
    expect(await ended).toEqual([0, null]);
  });

  it("end by success with the task's script, by its clock without", async () => {
    const { port } = await start();
    const one = await greeted(port, 2, { options: { horizon: 6, detector: null } });
    await one.ask({ op: "reset", seeds: [1_000_001, 1_000_002] });
    let last: Frame;
    let steps = 0;
    const still = numbers(await one.ask({ op: "expert" }), "actions").slice(5);
    do {
      const script = numbers(await one.ask({ op: "expert" }), "actions").slice(0, 5);
      last = await one.ask({ op: "step" }, [rows("actions", [script, still])]);
    } while (++steps < 120);
    expect(numbers(last, "success")).toEqual([1, 0]);
    expect(numbers(last, "terminated")).toEqual([1, 0]);
    expect(numbers(last, "truncated")).toEqual([0, 1]);
    expect(last.header["failures"]).toEqual([null, "missed"]);
  });

  it("go on from a saved state as if nothing had happened", async () => {
    const { port } = await start();
    const one = await greeted(port);
    await one.ask({ op: "reset", seeds: [5] });
    const environment = await taskByName("lift").create();
    const [first, ...rest] = commands(environment, 8, 6);
    environment.free();
    await one.ask({ op: "step" }, [rows("actions", [first!])]);
    const saved = (await one.ask({ op: "save" })).arrays.get("state")!;
    const play = async (): Promise<unknown> => {
      for (const command of rest) await one.ask({ op: "step" }, [rows("actions", [command])]);
      return (await one.ask({ op: "scene" })).header["hash"];
    };
    const before = await play();
    await one.ask({ op: "load" }, [saved]);
    expect(await play()).toBe(before);
  });
});

describe("the server refuses", () => {
  it("what is not a frame, before it allocates anything for it", async () => {
    const { port } = await start();
    for (const bytes of [
      Buffer.from("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
      Buffer.from([0xf8, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
      Buffer.from([16, 0, 0, 0, 0, 0, 0, 64]),
    ]) {
      const one = await client(port);
      const closed = once(one.socket, "close");
      one.socket.write(bytes);
      await closed;
    }
  });

  it.each([
    [{ op: "reset" }, /first request must be hello/],
    [{ op: "hello", version: 2, token: "a token of the server" }, /version must be 1/],
    [{ op: "hello", version: 1 }, /token must be this server's/],
    [{ op: "hello", version: 1, token: "a token of the serveR" }, /token must be this server's/],
    [
      { op: "hello", version: 1, token: "a token of the server", envs: 3 },
      /envs must be an integer from 1 to 2/,
    ],
    [
      { op: "hello", version: 1, token: "a token of the server", options: { gravity: 1 } },
      /must be detector, .*got "gravity"/,
    ],
  ])("a stranger that begins with %j, and ends the connection", async (header, message) => {
    const { port } = await start({ token: "a token of the server" });
    const one = await client(port);
    const closed = once(one.socket, "close");
    expect((await one.ask(header)).header).toMatchObject({
      ok: false,
      error: expect.stringMatching(message),
    });
    await closed;
  });

  it("requests that make no sense, and goes on with the next", async () => {
    const { port } = await start();
    const one = await greeted(port);
    const names = componentNames((await taskByName("lift").create()).contract.actions);
    const row = names.map(() => 0);
    for (const [header, arrays, message] of [
      [{ op: "fly" }, [], /op must be reset, step/],
      [{ op: "step" }, [], /actions must be 1 rows of 5 numbers/],
      [{ op: "step" }, [rows("actions", [row, row])], /actions must be 1 rows of 5 numbers/],
      [{ op: "step" }, [rows("actions", [[Number.NaN, 0, 0, 0, 0]])], /actions must be finite/],
      [
        { op: "step" },
        [{ name: "actions", shape: [5, 1], data: new Float64Array(5) }],
        /actions must be 1 rows of 5 numbers/,
      ],
      [{ op: "reset", seeds: [-1] }, [], /a seed must be an integer/],
      [{ op: "reset", seeds: [1, 2] }, [], /seeds must be a list of 1/],
      [{ op: "reset", seeds: [1], goals: [{ target: "moon" }] }, [], /target must be bound to a cube/],
      [{ op: "render", cameras: ["front"] }, [], /cannot draw pictures: no browser in this test/],
      [{ op: "load" }, [], /state must be an array of bytes/],
    ] as const)
      expect((await one.ask(header, arrays)).header).toMatchObject({
        ok: false,
        error: expect.stringMatching(message),
      });
    expect((await one.ask({ op: "reset", seeds: [1] })).header).toMatchObject({ ok: true });
  });

  it("a second hello of a stranger; who was refused is no client that leaves", async () => {
    const left: string[] = [];
    const { port } = await start({ token: "a token of the server", onLeave: () => void left.push("client") });
    const hello = (token: string): Buffer => Buffer.concat(encodeFrame({ op: "hello", version: 1, token }));
    for (const bytes of [
      Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
      Buffer.concat([hello("a guess of one's own"), hello("a token of the server")]),
    ]) {
      const one = await client(port);
      const closed = once(one.socket, "close");
      one.socket.write(bytes);
      await closed;
    }
    const friend = await greeted(port, 1, { token: "a token of the server" });
    expect(left).toEqual([]);
    friend.socket.end();
    await expect.poll(() => left).toEqual(["client"]);
  });

  it("to work ahead for a client that does not take its answers, and goes on when it does", async () => {
    const drawn = { deaf: 0, other: 0 };
    const blank = (side: number): Uint8Array => new Uint8Array(side * side * 3);
    const { port } = await start({
      pictures: {
        draw: async (_, __, ___, side) => {
          drawn[side === 1024 ? "deaf" : "other"]++;
          return [blank(side)];
        },
        close: async () => undefined,
      },
    });
    const render = (size: number) => ({ op: "render", cameras: ["front"], size });
    const [deaf, other] = [await greeted(port), await greeted(port)];
    deaf.socket.pause();
    const answers = Array.from({ length: 40 }, () => deaf.ask(render(1024)));
    for (let i = 0; i < 40; i++) await other.ask(render(8));
    expect(drawn.other).toBe(40);
    // What the system's own buffers take, megabytes, and one more.
    expect(drawn.deaf).toBeLessThan(20);
    deaf.socket.resume();
    for (const { header } of await Promise.all(answers)) expect(header).toMatchObject({ ok: true });
  });

  it("an array of a type that is none", () => {
    const reader = createFrameReader(LARGE);
    const frame = encodeFrame({}, [{ name: "a", shape: [1], data: Float64Array.of(1) }]);
    const strange = Buffer.from(
      Buffer.concat(frame)
        .toString("latin1")
        .replace('"<f8"', '"constructor"')
        .replace(/ {8}(?=\0)/, ""),
      "latin1",
    );
    strange.writeUInt32LE(strange.length - 16, 0);
    expect(() => reader.take(strange)).toThrow(/a: type must be one of/);
  });

  it("to listen beyond loopback without a token", async () => {
    await expect(start({ host: "0.0.0.0" })).rejects.toThrow(/APPRENTICE_TOKEN must hold a token/);
  });
});

describe("the Python file", () => {
  it("registers every task there is", () => {
    const file = fileURLToPath(new URL("../../python/apprentice_gym.py", import.meta.url));
    const [, listed] = /^TASKS = \(([^)]+)\)$/m.exec(readFileSync(file, "utf8"))!;
    const names = TASKS.map(({ card }) => `"${card.name}"`);
    const given = listed!.split(",").flatMap((name) => name.trim() || []);
    expect(given.toSorted(), "a new task is named in python/apprentice_gym.py too").toEqual(names.toSorted());
  });
});
