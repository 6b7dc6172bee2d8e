"""LeRobot trains a policy on a data set of ours and tries it in our simulator, all by its own code.

    python lerobot_policy_peer.py SET WORK ADDRESS TASK FIRST_SEED EPISODES STEPS

Its `lerobot_train` trains ACT on the set, its `eval_policy` rolls the policy out in Gymnasium's own vector environment
over those of `python/apprentice_gym.py`, at ADDRESS, on the seeds from FIRST_SEED on. Prints one JSON object: the success
of every seed, and LeRobot's own loss on two recorded episodes, trained and before it has learnt anything.
"""

import contextlib
import json
import logging
import sys
import time
from pathlib import Path

import gymnasium as gym
import torch
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from lerobot.datasets.lerobot_dataset import LeRobotDataset
from lerobot.policies.act.modeling_act import ACTPolicy
from lerobot.policies.factory import make_pre_post_processors
from lerobot.processor import PolicyProcessorPipeline
from lerobot.scripts import lerobot_train
from lerobot.scripts.lerobot_eval import eval_policy
from lerobot.utils.random_utils import set_seed

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
import apprentice_gym  # noqa: E402, F401

# Of states, so a small one: LeRobot's own is for camera pictures on a graphics card.
POLICY = {
    "type": "act",
    "device": "cpu",
    "push_to_hub": "false",
    "pretrained_backbone_weights": "null",
    "chunk_size": 8,
    "n_action_steps": 8,
    "dim_model": 128,
    "n_heads": 4,
    "dim_feedforward": 256,
    "n_encoder_layers": 1,
    "use_vae": "false",
    "dropout": 0.0,
    "optimizer_lr": 1e-3,
}
BATCH = 64
TOGETHER = 10


class Remembered(torch.utils.data.Dataset):
    """LeRobot's data set, each of its items loaded once: it needs milliseconds for one, its small networks less."""

    def __init__(self, dataset):
        self._dataset = dataset
        self._items = [dataset[index] for index in range(len(dataset))]

    def __getattr__(self, name):
        return getattr(self._dataset, name)

    def __len__(self):
        return len(self._items)

    def __getitem__(self, index):
        return self._items[index]


def train(root: Path, output: Path, steps: int) -> Path:
    """LeRobot's own training script, by its own command line; the folder of the policy."""
    make_dataset = lerobot_train.make_dataset
    lerobot_train.make_dataset = lambda cfg: Remembered(make_dataset(cfg))
    options = {
        "dataset.repo_id": "test/set",
        "dataset.root": root,
        **{f"policy.{key}": value for key, value in POLICY.items()},
        "output_dir": output,
        "batch_size": BATCH,
        "steps": steps,
        "save_freq": steps,
        "log_freq": 500,
        "eval_freq": 0,
        "num_workers": 0,
        "seed": 0,
        "wandb.enable": "false",
    }
    sys.argv = ["lerobot_train", *(f"--{key}={value}" for key, value in options.items())]
    lerobot_train.main()
    return output / "checkpoints" / "last" / "pretrained_model"


def evaluate(policy, folder: Path, env, first: int, episodes: int) -> list[bool]:
    before, after = make_pre_post_processors(policy.config, pretrained_path=str(folder))
    nothing = PolicyProcessorPipeline(steps=[])
    # What it draws for episodes that nobody counts must not depend on what was drawn before.
    set_seed(0)
    found = eval_policy(env, policy, nothing, nothing, before, after, episodes, start_seed=first)
    assert [each["seed"] for each in found["per_episode"]] == list(range(first, first + episodes))
    return [bool(each["success"]) for each in found["per_episode"]]


def loss(policy, folder: Path, root: Path) -> float:
    """Mean absolute error of the chunks of two episodes, in standard deviations of the commands."""
    before, _ = make_pre_post_processors(policy.config, pretrained_path=str(folder))
    ahead = {"action": [i / 20 for i in range(policy.config.chunk_size)]}
    dataset = LeRobotDataset("test/set", root=root, episodes=[3, 4], delta_timestamps=ahead)
    items = [dataset[index] for index in range(len(dataset))]
    batch = before(next(iter(torch.utils.data.DataLoader(items, batch_size=len(items)))))
    with torch.inference_mode():
        return policy.eval().forward(batch)[0].item()


def main():
    root, work = map(Path, sys.argv[1:3])
    address, task = sys.argv[3:5]
    first, episodes, steps = map(int, sys.argv[5:8])
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    begin = time.perf_counter()
    folder = train(root, work / "trained", steps)
    seconds = time.perf_counter() - begin
    policy = ACTPolicy.from_pretrained(folder)

    def make():
        contract = gym.make(f"apprentice/{task}-v0", address=address)
        horizon = contract.unwrapped._client.link.greeting["task"]["horizon"]
        return gym.wrappers.TimeLimit(contract, round(horizon * contract.metadata["render_fps"]))

    env = SyncVectorEnv([make] * TOGETHER, autoreset_mode=AutoresetMode.SAME_STEP)
    set_seed(1)
    untaught = ACTPolicy(policy.config)
    answer = {
        "parameters": sum(each.numel() for each in policy.parameters()),
        "frames": len(LeRobotDataset("test/set", root=root)),
        "seconds": seconds,
        "trained": evaluate(policy, folder, env, first, episodes),
        "losses": {"trained": loss(policy, folder, root), "untaught": loss(untaught, folder, root)},
    }
    env.close()
    return answer


with contextlib.redirect_stdout(sys.stderr):
    answer = main()
print(json.dumps(answer))
