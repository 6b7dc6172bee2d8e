"""What Gymnasium says of our environments; prints one JSON object.

Arguments: the task, cameras (or -), the address of a server with three environments of it.
"""

import json
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
        check_env(env.unwrapped, skip_render_check=True)
    picture = env.render() if cameras else None
    env.close()
    shape = None if picture is None else [list(picture.shape), int(picture.max()) - int(picture.min())]
    return {"warnings": sorted({str(each.message) for each in caught}), "picture": shape}


def solve(seed: int) -> dict:
    """The task's script through the socket, goals bound by an option."""
    env = gym.make(name, obs_type="features")
    bound = env.reset(seed=seed)[1]
    ended = False
    while not ended:
        observation, reward, terminated, truncated, info = env.step(env.unwrapped.expert())
        ended = terminated or truncated
    state = env.unwrapped.save()
    scene = env.unwrapped.scene()
    slot = "target" if "target" in bound else "place"
    kinds = {each["id"]: each["class"] for each in scene["objects"]}
    other = next(i for i, kind in kinds.items() if i != bound[slot] and kind == kinds[bound[slot]])
    rebound = env.reset(seed=seed, options={slot: other})[1][slot]
    refusal = ""
    try:
        env.reset(seed=seed, options={slot: "moon"})
    except apprentice_gym.ApprenticeError as error:
        refusal = str(error)
    env.unwrapped.load(state)
    again = env.unwrapped.scene()
    env.close()
    return {
        "info": info,
        "reward": reward,
        "terminated": terminated,
        "truncated": truncated,
        "features": {key: list(value.shape) for key, value in observation.items()},
        "other": other,
        "rebound": rebound,
        "refusal": refusal,
        "restored": again["objects"] == scene["objects"],
    }


def interrupted() -> list[str]:
    """Ctrl-C between a request and its answer: what the next request is told."""
    env = gym.make(name, address=address)
    env.reset(seed=1)
    link = env.unwrapped._client.link
    read = link._frame

    def interrupt():
        raise KeyboardInterrupt

    link._frame = interrupt
    told = []
    for _ in range(2):
        try:
            env.unwrapped.words()
        except (KeyboardInterrupt, apprentice_gym.ApprenticeError) as error:
            told.append(f"{type(error).__name__}: {error}")
        link._frame = read
    env.close()
    return told


def same(a, b) -> bool:
    """Equal in structure and in every bit; of infos, what their masks say is there."""
    if isinstance(a, dict):
        if not isinstance(b, dict) or a.keys() != b.keys():
            return False
        masks = {key: np.asarray(a[f"_{key}"]) for key in a if f"_{key}" in a and not isinstance(a[key], dict)}
        return all(same(a[k][masks[k]], b[k][masks[k]]) if k in masks else same(a[k], b[k]) for k in a)
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype == object:
        return a.shape == b.shape and all(same(x, y) for x, y in zip(a, b))
    return a.shape == b.shape and bool(np.all(a == b))


def compare(mode: AutoresetMode) -> dict:
    """Our vector environment beside Gymnasium's own over single ones: the same numbers in every mode."""
    count, how = 3, {"options": {"horizon": 0.4}, "address": address}
    ours = apprentice_gym.ApprenticeVectorEnv(task, count, autoreset_mode=mode, **how)
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
    ours.close()
    theirs.close()
    return {"different": different, "ends": ends, "inside": inside}


print(
    json.dumps(
        {
            **check(),
            "solved": solve(1_000_003),
            "interrupted": interrupted(),
            "modes": {mode.value: compare(mode) for mode in AutoresetMode},
        }
    )
)
