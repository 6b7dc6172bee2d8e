"""What Gymnasium says of our environments; prints one JSON object.

Arguments: the task, cameras that the server observes (or -), the address of a server with three environments of it.
"""

import json
import socket
import sys
import warnings
from pathlib import Path

import gymnasium as gym
import numpy as np
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, SyncVectorEnv

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
import apprentice_gym  # noqa: E402

task, cameras, address = sys.argv[1], [] if sys.argv[2] == "-" else sys.argv[2].split(","), sys.argv[3]
name = f"apprentice/{task}-v0"


def check() -> dict:
    """Gymnasium's own checker: what it warned of; the shape and the contrast of a picture."""
    env = gym.make(name, cameras=cameras, size=32, render_mode="rgb_array" if cameras else None)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # Pictures are asked for where there are cameras: its render check makes environments of every render mode.
        check_env(env.unwrapped, skip_render_check=not cameras)
    env.reset(seed=1)
    picture = env.render() if cameras else None
    env.close()
    shape = None if picture is None else [list(picture.shape), int(picture.max()) - int(picture.min())]
    return {"warnings": sorted({str(each.message) for each in caught}), "picture": shape}


def solve(seed: int) -> dict:
    """The task's script through the socket; a state taken on the way, and where it leads again."""
    env = gym.make(name, obs_type="features")
    env.reset(seed=seed)
    actions = []
    ended = False
    while not ended:
        if len(actions) == 5:
            state = env.unwrapped.save()
        actions.append(env.unwrapped.expert())
        observation, reward, terminated, truncated, info = env.step(actions[-1])
        ended = terminated or truncated
    scene = env.unwrapped.scene()
    env.reset(seed=seed + 1)
    env.unwrapped.load(state)
    for action in actions[5:]:
        again = env.step(action)
    restored = same(again, (observation, reward, terminated, truncated, info)) and env.unwrapped.scene() == scene
    env.close()
    return {
        "info": info,
        "reward": reward,
        "terminated": terminated,
        "truncated": truncated,
        "features": {key: list(value.shape) for key, value in observation.items()},
        "restored": restored,
    }


def bind(seed: int) -> dict:
    """Every slot of the goal bound to every thing, and to one that is not there: the slot's id afterwards, or why not."""
    env = gym.make(name, address=address)
    info = env.reset(seed=seed)[1]
    things = [each["id"] for each in env.unwrapped.scene()["objects"]]
    said: dict[str, dict[str, str]] = {}
    for slot in (key for key in info if key.endswith(("target", "place"))):
        said[slot] = {}
        for thing in [*things, "moon"]:
            try:
                said[slot][thing] = env.reset(seed=seed, options={slot: thing})[1][slot]
            except apprentice_gym.ApprenticeError as error:
                said[slot][thing] = f"refused: {error}"
    env.close()
    return said


def told(call) -> str:
    try:
        call()
    except (KeyboardInterrupt, apprentice_gym.ApprenticeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return "nothing"


def interrupted() -> list[str]:
    """Ctrl-C between a request and its answer: what the next request is told."""
    env = gym.make(name, address=address)
    env.reset(seed=1)
    link = env.unwrapped._client.link
    read = link._frame

    def interrupt():
        raise KeyboardInterrupt

    link._frame = interrupt
    first = told(env.unwrapped.words)
    link._frame = read
    second = told(env.unwrapped.words)
    env.close()
    return [first, second]


def refused() -> dict:
    """Actions that cannot be followed, for one environment and for three: each is refused, and no world has moved."""
    one, twin = (gym.make(name, address=address).unwrapped for _ in range(2))
    one.reset(seed=1)
    twin.reset(seed=1)
    good = one.expert()
    before = one.scene()
    bad = {
        "short": good[:-1],
        "long": np.append(good, 0),
        "column": good[:, None],
        "words": ["left"] * len(good),
        "nothing": None,
        "not a number": np.where(np.arange(len(good)) == 0, np.nan, good),
        "infinite": np.where(np.arange(len(good)) == 0, np.inf, good),
    }
    single = {key: told(lambda: one.step(action)) for key, action in bad.items()}
    still = one.scene() == before and same(one.step(good), twin.step(good))
    one.close()
    twin.close()

    ours, like = (apprentice_gym.ApprenticeVectorEnv(task, 3, address=address) for _ in range(2))
    ours.reset(seed=1)
    like.reset(seed=1)
    rows = np.stack([good] * 3)
    broken = rows.copy()
    broken[2, 0] = np.nan
    worse = {"transposed": rows.T, "flat": rows.ravel(), "two rows": rows[:2], "one of three not a number": broken}
    several = {key: told(lambda: ours.step(actions)) for key, actions in worse.items()}
    stills = same(ours.step(rows), like.step(rows))
    ours.close()
    like.close()
    return {"single": single, "several": several, "still": bool(still and stills)}


def server_dies() -> dict:
    """The server is killed after a request was sent and before it was answered; then a new environment is made."""
    env = gym.make(name).unwrapped
    env.reset(seed=1)
    action = env.expert()
    link = env._client.link
    server, read = link.server, link._frame

    def die():
        server.kill()
        server.wait()
        return read()

    link._frame = die
    said = [told(lambda: env.step(action)), told(lambda: env.step(action)), told(lambda: env.reset(seed=1))]
    env.close()
    env.close()
    again = gym.make(name).unwrapped
    again.reset(seed=1)
    again.step(action)
    left = again._client.link.server
    again.close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"127.0.0.1:{free.getsockname()[1]}"
    strange = told(lambda: gym.make("apprentice/lift-v0" if task != "lift" else "apprentice/can-v0", address=address))
    return {"said": said, "left": left.returncode, "nobody": told(lambda: gym.make(name, address=nobody)), "strange": strange}


def same(a, b) -> bool:
    """Equal in structure and in every bit; of infos, what their masks say is there."""
    if isinstance(a, dict):
        if not isinstance(b, dict) or a.keys() != b.keys():
            return False
        masks = {key: np.asarray(a[f"_{key}"]) for key in a if f"_{key}" in a and not isinstance(a[key], dict)}
        return all(same(a[k][masks[k]], b[k][masks[k]]) if k in masks else same(a[k], b[k]) for k in a)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype == object:
        return a.shape == b.shape and all(same(x, y) for x, y in zip(a, b))
    return a.shape == b.shape and bool(np.all(a == b))


def compare(mode: AutoresetMode) -> dict:
    """Our vector environment beside Gymnasium's own over single ones: the same numbers and pictures in every mode."""
    count, how = 3, {"options": {"horizon": 0.4}, "address": address, "cameras": cameras, "size": 32}
    ours = gym.make_vec(name, num_envs=count, vectorization_mode="vector_entry_point", autoreset_mode=mode, **how)
    theirs = SyncVectorEnv([lambda: apprentice_gym.ApprenticeEnv(task, **how)] * count, autoreset_mode=mode)
    different, ends = [], 0

    def both(what, a, b):
        names = ("observation", "info") if len(a) == 2 else ("observation", "reward", "terminated", "truncated", "info")
        different.extend(f"{name} of {what}" for name, x, y in zip(names, a, b) if not same(x, y))

    both("the first reset", ours.reset(seed=5), theirs.reset(seed=5))
    ours.action_space.seed(1)
    for step in range(40):
        if step == 3:
            # From here on the episodes end at different times.
            mask = np.array([True, False, True])
            both("a masked reset", *(envs.reset(options={"reset_mask": mask.copy()}) for envs in (ours, theirs)))
        actions = ours.action_space.sample()
        a, b = ours.step(actions), theirs.step(actions)
        both(f"step {step}", a, b)
        over = a[2] | a[3]
        ends += int(over.sum())
        if mode == AutoresetMode.DISABLED and over.any():
            both(f"step {step}", *(envs.reset(options={"reset_mask": over.copy()}) for envs in (ours, theirs)))
    inside = bool(ours.observation_space.contains(a[0]))
    pictures = {key: [list(each.shape), int(each.max()) - int(each.min())] for key, each in a[0].get("pixels", {}).items()}
    ours.close()
    theirs.close()
    return {"different": different, "ends": ends, "inside": inside, "pictures": pictures}


print(
    json.dumps(
        {
            **check(),
            "solved": solve(1_000_003),
            "bound": bind(1_000_003),
            "interrupted": interrupted(),
            "refused": refused(),
            "death": server_dies(),
            "modes": {mode.value: compare(mode) for mode in AutoresetMode},
        }
    )
)
