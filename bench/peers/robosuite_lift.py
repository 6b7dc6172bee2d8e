"""robosuite's Lift as a peer: answers `{"steps": N}` with the time N environment steps took. One line of JSON each.

Panda, OSC_POSE, 20 Hz control, physics at 2 ms, state observations, no cameras. A script reaches, grasps and lifts,
so that contacts do their work; its own time is not counted, resets neither. Answer: {seconds, cpuSeconds, lifted,
version}; lifted: whether robosuite called it a success at the end.
"""
import contextlib
import json
import sys
import time

import numpy as np

with contextlib.redirect_stdout(sys.stderr):
    import mujoco
    import robosuite


def script(observation: dict, step: int) -> np.ndarray:
    """Seven numbers in [-1, 1]: translation in units of 5 cm, no rotation, gripper -1 open, 1 closed."""
    tool, cube = observation["robot0_eef_pos"], observation["cube_pos"]
    closing, lifting = step >= 40, step >= 55
    goal = tool + [0, 0, 0.03] if lifting else cube + [0, 0, 0.0 if step >= 20 else 0.08]
    action = np.zeros(7)
    action[:3] = np.clip((goal - tool) / 0.05, -1, 1)
    action[6] = 1.0 if closing else -1.0
    return action


def episode(env, seed: int, steps: int) -> dict:
    np.random.seed(seed)
    env.rng = np.random.default_rng(seed)
    observation = env.reset()
    seconds = cpu = 0.0
    for step in range(steps):
        action = script(observation, step)
        start, used = time.perf_counter(), time.process_time()
        observation, _, _, _ = env.step(action)
        seconds += time.perf_counter() - start
        cpu += time.process_time() - used
    return {"seconds": seconds, "cpuSeconds": cpu, "lifted": bool(env._check_success()),
            "version": f"robosuite {robosuite.__version__}, MuJoCo {mujoco.__version__}"}


def main() -> None:
    with contextlib.redirect_stdout(sys.stderr):
        env = robosuite.make("Lift", robots="Panda", has_renderer=False, has_offscreen_renderer=False,
                             use_camera_obs=False, use_object_obs=True, control_freq=20, horizon=10**9)
    for seed, line in enumerate(sys.stdin):
        with contextlib.redirect_stdout(sys.stderr):
            answer = episode(env, seed, json.loads(line)["steps"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
