"""gym-pusht's PushT as a peer: answers `{"steps": N}` with the time N environment steps took. One line of JSON each.

State observations, 10 Hz control, pymunk at 100 Hz, no pictures. A script pushes the block: it goes to the side of the
block that is away from the goal and drives through its middle, again and again, so that contacts do their work; its own
time is not counted, resets neither. Answer: {seconds, cpuSeconds, moved, version}; moved: pixels that the block went.
"""
import contextlib
import importlib.metadata
import json
import sys
import time

import numpy as np

with contextlib.redirect_stdout(sys.stderr):
    import gymnasium
    import gym_pusht  # noqa: F401  registers the environment

GOAL = np.array([256.0, 256.0])


def middle(observation: np.ndarray) -> np.ndarray:
    """The block's centre of mass."""
    x, y, angle = observation[2:5]
    return np.array([x - 45 * np.sin(angle), y + 45 * np.cos(angle)])


def script(observation: np.ndarray, step: int) -> np.ndarray:
    """Where the agent is to go, pixels: half of the time around, half of it through the block."""
    at = middle(observation)
    away = at - GOAL
    away /= max(1e-6, float(np.hypot(*away)))
    around = step % 20 < 10
    return np.clip(at + (110 if around else -20) * away, 0, 512)


def episode(env, seed: int, steps: int) -> dict:
    observation, _ = env.reset(seed=seed)
    seconds = cpu = moved = 0.0
    for step in range(steps):
        action, before = script(observation, step), middle(observation)
        start, used = time.perf_counter(), time.process_time()
        observation, _, _, _, _ = env.step(action)
        seconds += time.perf_counter() - start
        cpu += time.process_time() - used
        moved += float(np.hypot(*(middle(observation) - before)))
    version = importlib.metadata.version
    return {"seconds": seconds, "cpuSeconds": cpu, "moved": moved,
            "version": f"gym-pusht {version('gym-pusht')}, pymunk {version('pymunk')}"}


def main() -> None:
    with contextlib.redirect_stdout(sys.stderr):
        env = gymnasium.make("gym_pusht/PushT-v0", obs_type="state", disable_env_checker=True).unwrapped
    for seed, line in enumerate(sys.stdin):
        with contextlib.redirect_stdout(sys.stderr):
            answer = episode(env, seed, json.loads(line)["steps"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
