"""Apprentice's simulator as Gymnasium environments: one file that needs numpy and gymnasium only.

    import gymnasium as gym
    import apprentice_gym                            # registers the tasks

    env = gym.make("apprentice/lift-v0")             # starts `apprentice serve` itself; needs Node
    envs = gym.make_vec("apprentice/lift-v0", num_envs=8, vectorization_mode="vector_entry_point")
    env = gym.make("apprentice/lift-v0", address="127.0.0.1:7447")   # or talks to one that runs

Observations are those of a recorded LeRobot set of the task: `agent_pos` (its `observation.state`: what the robot
measures), `environment_state` (its `observation.environment_state`: goals, seen as a detector sees them) and, with
`cameras`, `pixels`. With `obs_type="features"` they are the contract's features by name instead. Actions are absolute
commands in the contract's units, in the order of `contract["actions"]`; gymnasium.wrappers.RescaleAction makes -1 to 1
of them. Metres, radians, seconds; quaternions x y z w.

A seed means the same layout as everywhere in Apprentice, so results can be compared: 1000000 and up are test seeds.
Episodes without a seed of their own draw theirs from 400000 to 999999, which nothing else uses.

The reward is 1 in the step that succeeds and 0 before. An episode is terminated by success or by a failure that cannot
be mended, truncated when its time is over. `info` says `is_success`, `failure` (a word, or ""), `time`, `seed`, and the
ids of what `target` and `place` are bound to; `reset(options={"target": "red_cube"})` binds others.

The frames on the socket are described in docs/serve.md.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import socket
import struct
import subprocess
from pathlib import Path
from typing import Any, Mapping, Sequence

import gymnasium as gym
import numpy as np
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

__all__ = ["TASKS", "ApprenticeEnv", "ApprenticeError", "ApprenticeVectorEnv"]

TASKS = (
    "lift",
    "pick-place",
    "stack",
    "stack-three",
    "can",
    "sort",
    "square",
    "drawer",
    "peg-upright",
    "peg-upright-1mm",
    "peg-upright-500um",
    "peg-side",
    "push-t",
    "wipe",
    "soft-rope",
    "navigate",
    "climb",
    "box-move",
    "two-arm-lift",
)
VERSION = 1
COLUMNS = {"agent_pos": "observation.state", "environment_state": "observation.environment_state"}
FREE_SEEDS = (400_000, 1_000_000)


class ApprenticeError(Exception):
    """What the server refused, or why it cannot be reached."""


class _Connection:
    """Requests and answers over one socket, and the server behind it when it was started from here."""

    def __init__(self, address: str | None, token: str | None, arguments: Sequence[str], hello: Mapping[str, Any]):
        self.server = None if address else _start(arguments)
        self.socket = None
        self.usual = 4096
        try:
            host, port = (address or _address_of(self.server)).rsplit(":", 1)
            try:
                self.socket = socket.create_connection((host.strip("[]"), int(port)))
            except OSError as error:
                raise ApprenticeError(f"nobody serves at {host}:{port}: {error}") from error
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            token = token or os.environ.get("APPRENTICE_TOKEN")
            self.greeting, _ = self.ask({"op": "hello", "version": VERSION, "token": token, **hello})
        except BaseException:
            self.close()
            raise

    def ask(self, header: Mapping[str, Any], arrays: Mapping[str, np.ndarray] | None = None):
        """One request; the answer's header and its arrays, which are views of the bytes that came."""
        pieces, listed = [], []
        for name, array in (arrays or {}).items():
            array = np.ascontiguousarray(array)
            listed.append({"name": name, "type": array.dtype.str, "shape": array.shape})
            pieces += [array.tobytes(), bytes(-array.nbytes % 8)]
        text = json.dumps({**header, "arrays": listed}).encode()
        text += b" " * (-len(text) % 8)
        body = b"".join(pieces)
        if self.socket is None:
            raise ApprenticeError("the environment is closed")
        try:
            self.socket.sendall(struct.pack("<II", len(text), len(body)) + text + body)
            data, head = self._frame()
        except OSError as error:
            self.close()
            raise ApprenticeError("the server has closed the connection") from error
        except BaseException:
            # An answer that was not waited for, as after Ctrl-C, would be taken for that of the next request.
            self.close()
            raise
        answer = json.loads(bytes(data[8:head]))
        if not answer["ok"]:
            raise ApprenticeError(answer["error"])
        found, at = {}, head
        for each in answer["arrays"]:
            dtype, shape = np.dtype(each["type"]), each["shape"]
            count = math.prod(shape)
            found[each["name"]] = np.frombuffer(data, dtype, count, at).reshape(shape)
            at += -(-count * dtype.itemsize // 8) * 8
        return answer, found

    def _frame(self) -> tuple[bytearray, int]:
        """The next frame, and where its arrays begin. Answers are mostly as long as the one before: one call reads one."""
        data, got, total = bytearray(self.usual), 0, 8
        while got < total:
            more = self.socket.recv_into(memoryview(data)[got:])
            if more == 0:
                raise ApprenticeError("the server has closed the connection")
            got += more
            if got >= 8:
                head, size = struct.unpack_from("<II", data)
                total = 8 + head + size
                if total > len(data):
                    data += bytes(total - len(data))
        self.usual = total
        return data, 8 + head

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None
        if self.server is not None:
            # It ends by itself when its only client has gone.
            server, self.server = self.server, None
            try:
                server.wait(5)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            server.stdout.close()


def _command() -> list[str]:
    """The command line of Apprentice: of the package this file lies in, else of the folder one works in."""
    program = Path(__file__).resolve().parent.parent / "bin" / "apprentice.mjs"
    if program.exists():
        return [shutil.which("node") or "node", str(program)]
    npx = shutil.which("npx")
    if npx is None:
        raise ApprenticeError("Node was not found: install it, or give the address of a server that runs")
    return [npx, "--no-install", "apprentice"]


def _start(arguments: Sequence[str]) -> subprocess.Popen:
    command = [*_command(), "serve", *arguments, "--port", "0", "--once"]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def _address_of(server: subprocess.Popen) -> str:
    for line in server.stdout:
        found = re.match(r"Serving \S+ at (\S+:\d+)\.", line)
        if found:
            return found[1]
    raise ApprenticeError(f"apprentice serve ended with {server.wait()}; what it said is above")


class _Client:
    """Worlds of a task and their spaces: what both kinds of environment are made of."""

    def __init__(
        self,
        task: str,
        envs: int,
        cameras: Sequence[str],
        size: int,
        obs_type: str,
        render_mode: str | None,
        options: Mapping[str, Any] | None,
        address: str | None,
        token: str | None,
    ):
        if obs_type not in ("state", "features"):
            raise ValueError(f'obs_type must be "state" or "features", got {obs_type!r}')
        if render_mode not in (None, "rgb_array"):
            raise ValueError(f'render_mode must be None or "rgb_array", got {render_mode!r}')
        arguments = [task, "--envs", str(envs), "--size", str(size)]
        if cameras:
            arguments += ["--cameras", ",".join(cameras)]
        if render_mode:
            arguments += ["--render"]
        self.link = _Connection(address, token, arguments, {"envs": envs, "options": dict(options or {})})
        self.envs = envs
        greeting = self.link.greeting
        try:
            self._check(greeting, task, cameras, size, render_mode)
        except BaseException:
            self.link.close()
            raise
        self.contract = greeting["contract"]
        self.features = obs_type == "features"
        self.cameras = list(greeting["observed"])
        self.slices = _slices(self.contract)
        self.action_space = _box(self.contract["actions"], bounded=True)
        spaces = (
            {name: _box([feature]) for name, (_, _, _, feature) in self.slices.items()}
            if self.features
            else {key: _box(of) for key, of in _columns(self.contract).items() if of}
        )
        if self.cameras:
            shape = (greeting["size"], greeting["size"], 3)
            spaces["pixels"] = gym.spaces.Dict(
                {name: gym.spaces.Box(0, 255, shape, np.uint8) for name in self.cameras}
            )
        self.observation_space = gym.spaces.Dict(spaces)
        self.targets = [{}] * envs
        self.seeds = np.zeros(envs, np.int64)

    def _check(self, greeting, task, cameras, size, render_mode) -> None:
        if greeting["task"]["name"] != task:
            raise ApprenticeError(f'the server serves {greeting["task"]["name"]}, not {task}')
        if greeting["pictures"] and (cameras or render_mode):
            raise ApprenticeError(f'no pictures: {greeting["pictures"]}')
        if list(cameras) and (list(cameras) != greeting["observed"] or size != greeting["size"]):
            seen = ",".join(greeting["observed"]) or "no cameras"
            raise ApprenticeError(f'the server observes {seen} at {greeting["size"]}, not {",".join(cameras)} at {size}')

    def advance(self, actions: np.ndarray | None, seeds: list[int | None] | None, goal: Mapping[str, str] | None):
        """Steps the worlds, or begins episodes in those with a seed; observations, ends and failures of all."""
        header: dict[str, Any] = {"op": "reset" if actions is None else "step"}
        if seeds is not None:
            header["seeds"] = seeds
            if goal:
                header["goals"] = [None if seed is None else dict(goal) for seed in seeds]
            for i, seed in enumerate(seeds):
                if seed is not None:
                    self.seeds[i] = seed
        return self._moment(*self.link.ask(header, None if actions is None else {"actions": actions}))

    def _moment(self, answer, arrays):
        self.targets = answer.get("goals", self.targets)
        if self.features:
            observations = {name: arrays[of][:, a:b] for name, (of, a, b, _) in self.slices.items()}
        else:
            observations = {key: arrays[of] for key, of in COLUMNS.items() if of in arrays}
        if self.cameras:
            observations["pixels"] = {name: arrays[f"pixels.{name}"] for name in self.cameras}
        return observations, arrays, [failure or "" for failure in answer["failures"]]

    def load(self, env: int, state: np.ndarray):
        return self._moment(*self.link.ask({"op": "load", "env": env}, {"state": state}))

    def info(self, i: int, arrays, failures) -> dict[str, Any]:
        return {
            "is_success": bool(arrays["success"][i]),
            "failure": failures[i],
            "time": float(arrays["time"][i]),
            "seed": int(self.seeds[i]),
            **self.targets[i],
        }

    def infos(self, arrays, failures) -> dict[str, Any]:
        """The same of all worlds, as vector environments have it: an array a key, and which entries count."""
        infos: dict[str, Any] = {
            "is_success": arrays["success"].astype(bool),
            "failure": np.array(failures, object),
            "time": arrays["time"],
            "seed": self.seeds.copy(),
        }
        for slot in self.targets[0]:
            infos[slot] = np.array([target[slot] for target in self.targets], object)
        return {**infos, **{f"_{key}": np.ones(self.envs, bool) for key in infos}}

    def render(self, env: int, camera: str, size: int) -> np.ndarray:
        _, arrays = self.link.ask({"op": "render", "env": env, "cameras": [camera], "size": size})
        return arrays[f"pixels.{camera}"][0]

    def expert(self) -> np.ndarray:
        _, arrays = self.link.ask({"op": "expert"})
        return arrays["actions"].astype(np.float32)


def _columns(contract) -> dict[str, list]:
    """The features of both vectors of a LeRobot set, in order."""
    seen = contract["observations"]
    of_scene = [feature for feature in seen if feature["source"]["kind"] == "scene"]
    return {
        "agent_pos": [feature for feature in seen if feature["source"]["kind"] != "scene"],
        "environment_state": of_scene + contract["goals"],
    }


def _slices(contract) -> dict[str, tuple[str, int, int, Any]]:
    """For each feature its column, where it begins and ends in it, and the feature."""
    found = {}
    for key, features in _columns(contract).items():
        at = 0
        for feature in features:
            end = at + len(feature["names"])
            found[feature["name"]] = (COLUMNS[key], at, end, feature)
            at = end
    return found


def _box(features, bounded: bool = False) -> gym.spaces.Box:
    """A box for features. Measurements may pass the limits of what was measured by a hair, so only commands have any."""
    low, high = [], []
    for feature in features:
        limits, size = feature["limits"] if bounded else None, len(feature["names"])
        low += limits["low"] if limits else [-np.inf] * size
        high += limits["high"] if limits else [np.inf] * size
    # Rounded inwards: a float32 bound must not lie beyond the limit.
    low, high = np.array(low), np.array(high)
    low32, high32 = low.astype(np.float32), high.astype(np.float32)
    low32 = np.where(low32 < low, np.nextafter(low32, np.float32(np.inf)), low32)
    high32 = np.where(high32 > high, np.nextafter(high32, np.float32(-np.inf)), high32)
    return gym.spaces.Box(low32, high32, dtype=np.float32)


def _commands(actions, shape: tuple[int, ...]) -> np.ndarray:
    """Actions as numbers. Others of as many entries, as transposed ones are, would be taken for these."""
    commands = np.asarray(actions, np.float64)
    if commands.shape != shape:
        raise ValueError(f"step: actions must have shape {shape}, got {commands.shape}")
    return commands


def _draw(generator: np.random.Generator) -> int:
    return int(generator.integers(*FREE_SEEDS))


class ApprenticeEnv(gym.Env):
    """One environment of a task."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 20}

    def __init__(
        self,
        task: str = "lift",
        *,
        cameras: Sequence[str] = (),
        size: int = 96,
        obs_type: str = "state",
        render_mode: str | None = None,
        render_camera: str = "front",
        render_size: int = 480,
        options: Mapping[str, Any] | None = None,
        address: str | None = None,
        token: str | None = None,
    ):
        """
        cameras: in every observation, by name; size: pixels of a side of their pictures
        options: of the environment, see docs/serve.md; e.g. {"detector": None} shows goals exactly
        address: of a server that runs; without one, one is started
        """
        self._client = _Client(task, 1, cameras, size, obs_type, render_mode, options, address, token)
        self.contract = self._client.contract
        self.action_space = self._client.action_space
        self.observation_space = self._client.observation_space
        self.render_mode = render_mode
        self._picture = (render_camera, render_size)

    def reset(self, *, seed: int | None = None, options: Mapping[str, str] | None = None):
        super().reset(seed=seed)
        chosen = _draw(self.np_random) if seed is None else seed
        observations, arrays, failures = self._client.advance(None, [chosen], options)
        return _row(observations, 0), self._client.info(0, arrays, failures)

    def step(self, action):
        action = _commands(action, self.action_space.shape)
        observations, arrays, failures = self._client.advance(action[None], None, None)
        info = self._client.info(0, arrays, failures)
        ended = bool(arrays["terminated"][0]), bool(arrays["truncated"][0])
        return _row(observations, 0), float(info["is_success"]), *ended, info

    def render(self):
        return None if self.render_mode is None else self._client.render(0, *self._picture)

    def expert(self) -> np.ndarray:
        """The next command of the task's script, which sees everything: a demonstration, not a policy."""
        return self._client.expert()[0]

    def scene(self) -> dict[str, Any]:
        """Everything that stands around the robot, exactly (privileged)."""
        return self._client.link.ask({"op": "scene"})[0]["scene"]

    def words(self) -> dict[str, list[str]]:
        """The same in sentences, `en` and `zh`: what is in the gripper, in or on what, and from left to right."""
        return self._client.link.ask({"op": "scene"})[0]["words"]

    def save(self) -> np.ndarray:
        """The whole state; `load` continues from it bit for bit."""
        state = self._client.link.ask({"op": "save"})[1]["state"]
        return np.concatenate([state, self._client.seeds.view(np.uint8)])

    def load(self, state: np.ndarray):
        """Goes to a saved state; what `reset` would return."""
        state, seed = np.split(np.asarray(state, np.uint8), [-8])
        observations, arrays, failures = self._client.load(0, state)
        self._client.seeds[:] = seed.view(np.int64)
        return _row(observations, 0), self._client.info(0, arrays, failures)

    def close(self) -> None:
        self._client.link.close()


class ApprenticeVectorEnv(VectorEnv):
    """Several environments of a task, stepped together over the server's threads: one request a step for all."""

    def __init__(
        self,
        task: str = "lift",
        num_envs: int = 1,
        *,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        cameras: Sequence[str] = (),
        size: int = 96,
        obs_type: str = "state",
        render_mode: str | None = None,
        render_camera: str = "front",
        render_size: int = 480,
        options: Mapping[str, Any] | None = None,
        address: str | None = None,
        token: str | None = None,
    ):
        """See ApprenticeEnv; autoreset_mode as gymnasium defines it."""
        self._client = _Client(task, num_envs, cameras, size, obs_type, render_mode, options, address, token)
        self.contract = self._client.contract
        self.num_envs = num_envs
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {**ApprenticeEnv.metadata, "autoreset_mode": self.autoreset_mode}
        self.render_mode = render_mode
        self._picture = (render_camera, render_size)
        self.single_action_space = self._client.action_space
        self.single_observation_space = self._client.observation_space
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self._generators = [seeding.np_random(None)[0] for _ in range(num_envs)]
        self._ended = np.zeros(num_envs, bool)

    def reset(self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None):
        goal = dict(options or {})
        mask = np.asarray(goal.pop("reset_mask", np.ones(self.num_envs, bool)))
        if mask.shape != (self.num_envs,) or mask.dtype != np.bool_ or not mask.any():
            raise ValueError(f"reset_mask must be {self.num_envs} booleans, at least one true, got {mask}")
        given = [seed + i for i in range(self.num_envs)] if isinstance(seed, (int, np.integer)) else seed or [None] * self.num_envs
        if len(given) != self.num_envs:
            raise ValueError(f"seed must be a list of {self.num_envs}, got {len(given)}")
        seeds: list[int | None] = [None] * self.num_envs
        for i in np.flatnonzero(mask):
            if given[i] is not None:
                self._generators[i] = seeding.np_random(given[i])[0]
            seeds[i] = self._seed(i) if given[i] is None else int(given[i])
        observations, arrays, failures = self._client.advance(None, seeds, goal)
        self._ended[mask] = False
        infos = self._client.infos(arrays, failures)
        return observations, {key: mask.copy() if key[0] == "_" else value for key, value in infos.items()}

    def step(self, actions):
        again = self._ended if self.autoreset_mode == AutoresetMode.NEXT_STEP else np.zeros(self.num_envs, bool)
        if self.autoreset_mode == AutoresetMode.DISABLED and self._ended.any():
            raise ApprenticeError("step: environments that have ended must be reset first")
        seeds = [self._seed(i) if over else None for i, over in enumerate(again)] if again.any() else None
        commands = _commands(actions, self.action_space.shape)
        observations, arrays, failures = self._client.advance(commands, seeds, None)
        rewards = arrays["success"].astype(np.float64)
        terminated, truncated = arrays["terminated"].astype(bool), arrays["truncated"].astype(bool)
        infos = self._client.infos(arrays, failures)
        self._ended = terminated | truncated
        if self.autoreset_mode == AutoresetMode.SAME_STEP and self._ended.any():
            final = self._ended
            last = [
                (i, {"final_obs": _row(observations, i), "final_info": self._client.info(i, arrays, failures)})
                for i in np.flatnonzero(final)
            ]
            seeds = [self._seed(i) if over else None for i, over in enumerate(final)]
            observations, arrays, failures = self._client.advance(None, seeds, None)
            infos = self._client.infos(arrays, failures)
            for i, each in last:
                infos = self._add_info(infos, each, int(i))
            self._ended = np.zeros(self.num_envs, bool)
        return observations, rewards, terminated, truncated, infos

    def _seed(self, i: int) -> int:
        return _draw(self._generators[i])

    def render(self):
        if self.render_mode is None:
            return None
        return tuple(self._client.render(i, *self._picture) for i in range(self.num_envs))

    def expert(self) -> np.ndarray:
        """The next command of the task's script for every environment, see ApprenticeEnv.expert."""
        return self._client.expert()

    def close_extras(self, **_: Any) -> None:
        self._client.link.close()


def _row(observations: Mapping[str, Any], i: int) -> dict[str, Any]:
    return {key: _row(value, i) if isinstance(value, dict) else value[i] for key, value in observations.items()}


for _task in TASKS:
    gym.register(
        id=f"apprentice/{_task}-v0",
        entry_point="apprentice_gym:ApprenticeEnv",
        vector_entry_point="apprentice_gym:ApprenticeVectorEnv",
        kwargs={"task": _task},
    )
