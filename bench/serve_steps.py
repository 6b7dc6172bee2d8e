"""Environment steps a second from Python through the socket of `apprentice serve`, beside the request alone.

    .cache/interop/gymnasium/venv/bin/python bench/serve_steps.py [TASK]     (after node tests/interop/setup-gymnasium.mjs)

Prints, for 1, 2, 4 and 8 environments: steps a second (wall, resets not counted), microseconds a step and environment,
and the share that the socket takes: the time of a request that steps nothing (the environment saves no time by it).
Medians of rounds. Absolute figures belong to the machine.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))
from apprentice_gym import ApprenticeVectorEnv  # noqa: E402

task = sys.argv[1] if len(sys.argv) > 1 else "lift"
ROUNDS, STEPS = 7, 100


def seconds(call) -> float:
    begin = time.perf_counter()
    for _ in range(STEPS):
        call()
    return (time.perf_counter() - begin) / STEPS


for count in (1, 2, 4, 8):
    envs = ApprenticeVectorEnv(task, count, autoreset_mode="Disabled", options={"horizon": 1e6})
    envs.reset(seed=0)
    still = envs.expert()
    moment = lambda: envs._client.advance(None, None, None)  # noqa: E731
    seconds(lambda: envs.step(still))  # V8 tiers up
    steps, empty = [], []
    for _ in range(ROUNDS):
        steps.append(seconds(lambda: envs.step(still)))
        empty.append(seconds(moment))
    step, request = statistics.median(steps), statistics.median(empty)
    print(
        f"{task}, {count} environments: {count / step:.0f} steps/s, {step / count * 1e6:.0f} us a step, "
        f"of it {request / count * 1e6:.0f} us ({100 * request / step:.0f} %) the request"
    )
    envs.close()
