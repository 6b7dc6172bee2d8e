"""ManiSkill's PickCube on the processor as a peer: answers `{"steps": N}` with the time N environment steps took.

One line of JSON each. Panda, pd_ee_delta_pose, 20 Hz control, physics at 10 ms, state observations. A script reaches,
grasps and lifts, so that contacts do their work; its own time is not counted, resets neither. Answer: {seconds, cpuSeconds,
lifted, version}; lifted: whether the cube hangs 4 cm over where it lay at the end.

Without a Vulkan device SAPIEN refuses to make anything that could be seen. Nothing is drawn here, so what would be seen is
left out; physics is untouched.
"""
import contextlib
import json
import sys
import time

import numpy as np

with contextlib.redirect_stdout(sys.stderr):
    import sapien
    import sapien.render


class Unseen:
    """Stands for anything that would be drawn."""

    def __init__(self, *_, **__):
        pass

    def __getattr__(self, _):
        return Unseen()

    def __call__(self, *_, **__):
        return Unseen()


for _name in ("RenderMaterial", "RenderBodyComponent", "RenderShapeTriangleMesh", "RenderTexture2D"):
    setattr(sapien.render, _name, Unseen)

with contextlib.redirect_stdout(sys.stderr):
    import gymnasium as gym
    import mani_skill
    import mani_skill.envs  # noqa: F401
    import torch
    from mani_skill.utils.building import ActorBuilder

for _name in [name for name in dir(ActorBuilder) if name.startswith("add_") and "visual" in name]:
    setattr(ActorBuilder, _name, lambda self, *_, **__: self)


def script(env, step: int) -> np.ndarray:
    """Seven numbers in [-1, 1]: translation in units of 10 cm, no rotation, gripper 1 open, -1 closed."""
    tool = env.agent.tcp.pose.p[0].numpy()
    cube = env.cube.pose.p[0].numpy()
    closing, lifting = step >= 40, step >= 50
    goal = tool + [0, 0, 0.03] if lifting else cube + [0, 0, 0.0 if step >= 20 else 0.08]
    action = np.zeros(7, np.float32)
    action[:3] = np.clip((goal - tool) / 0.1, -1, 1)
    action[6] = -1.0 if closing else 1.0
    return action


def episode(env, seed: int, steps: int) -> dict:
    env.reset(seed=seed)
    lay = float(env.unwrapped.cube.pose.p[0, 2])
    seconds = cpu = 0.0
    for step in range(steps):
        action = script(env.unwrapped, step)
        start, used = time.perf_counter(), time.process_time()
        env.step(action)
        seconds += time.perf_counter() - start
        cpu += time.process_time() - used
    return {"seconds": seconds, "cpuSeconds": cpu, "lifted": float(env.unwrapped.cube.pose.p[0, 2]) > lay + 0.04,
            "version": f"ManiSkill {mani_skill.__version__}, SAPIEN {sapien.__version__}"}


def main() -> None:
    torch.set_num_threads(1)
    with contextlib.redirect_stdout(sys.stderr):
        env = gym.make("PickCube-v1", obs_mode="state", control_mode="pd_ee_delta_pose", sim_backend="physx_cpu",
                       render_backend="none", num_envs=1, max_episode_steps=10**9)
    for seed, line in enumerate(sys.stdin):
        with contextlib.redirect_stdout(sys.stderr):
            answer = episode(env, seed, json.loads(line)["steps"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
