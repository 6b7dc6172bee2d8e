"""The real LeRobot on a data set of ours: loads it, trains on it, edits it, and writes the same frames itself.

    python lerobot_peer.py SET WORK

SET is the folder of the set, WORK an empty folder. Prints one JSON object of what LeRobot saw.
"""
import json
import logging
import pathlib
import sys

import numpy as np
import pyarrow.parquet as pq
import torch
from lerobot.configs.types import FeatureType
from lerobot.datasets.compute_stats import aggregate_stats, compute_episode_stats
from lerobot.datasets.dataset_tools import delete_episodes, merge_datasets
from lerobot.datasets.lerobot_dataset import LeRobotDataset
from lerobot.datasets.utils import DEFAULT_FEATURES, dataset_to_policy_features
from lerobot.policies.act.configuration_act import ACTConfig
from lerobot.policies.act.modeling_act import ACTPolicy

logging.disable(logging.WARNING)
VECTORS = ("action", "observation.state", "observation.environment_state")
STATISTICS = ("min", "max", "mean", "std", "count", "q01", "q10", "q50", "q90", "q99")


def numbers(value):
    return np.asarray(value).tolist()


def item(dataset, index):
    one = dataset[index]
    return {key: value if isinstance(value, str) else numbers(value) for key, value in one.items()}


def episode_arrays(dataset, row):
    """Columns of one episode as LeRobot's writer hands them to its statistics."""
    rows = dataset.hf_dataset.with_format("numpy")[row["dataset_from_index"] : row["dataset_to_index"]]
    return {key: np.asarray(rows[key], dtype=dataset.features[key]["dtype"]) for key in dataset.features}


def distance(ours, theirs, span):
    """Largest difference, in parts of the feature's range."""
    return float(np.max(np.abs(np.asarray(ours, float) - np.asarray(theirs, float)) / span))


def statistics(dataset):
    """Ours of each episode against LeRobot's own of the same frames; of the set against its own aggregation."""
    worst = dict.fromkeys(STATISTICS, 0.0)
    theirs = []
    stored = pq.ParquetDataset(sorted((dataset.root / "meta" / "episodes").glob("*/*.parquet"))).read().to_pylist()
    for row in stored:
        computed = compute_episode_stats(episode_arrays(dataset, row), dataset.features)
        theirs.append({k: {s: np.asarray(row[f"stats/{k}/{s}"]) for s in STATISTICS} for k in dataset.features})
        for key in VECTORS + ("timestamp", "frame_index", "index"):
            span = np.maximum(np.asarray(computed[key]["max"], float) - computed[key]["min"], 1e-6)
            for name in STATISTICS:
                worst[name] = max(worst[name], distance(row[f"stats/{key}/{name}"], computed[key][name], span))
    whole = aggregate_stats(theirs)
    set_worst = {
        name: max(
            distance(dataset.meta.stats[key][name], whole[key][name], np.maximum(whole[key]["max"] - whole[key]["min"], 1e-6))
            for key in VECTORS
        )
        for name in ("min", "max", "mean", "std", "count")
    }
    return {"episodes": worst, "set": set_worst}


def train(dataset, root):
    """One training step of ACT on chunks of actions."""
    features = dataset_to_policy_features(dataset.meta.features)
    config = ACTConfig(
        input_features={k: f for k, f in features.items() if f.type is not FeatureType.ACTION},
        output_features={k: f for k, f in features.items() if f.type is FeatureType.ACTION},
        chunk_size=8, n_action_steps=8, dim_model=32, n_heads=2, dim_feedforward=64, n_encoder_layers=1,
        n_vae_encoder_layers=1, latent_dim=8, pretrained_backbone_weights=None, device="cpu",
    )
    chunks = LeRobotDataset("test/set", root=root, delta_timestamps={"action": [i / dataset.fps for i in range(8)]})
    batch = next(iter(torch.utils.data.DataLoader(chunks, batch_size=16, shuffle=True)))
    loss, _ = ACTPolicy(config).forward(batch)
    loss.backward()
    return {"shapes": {k: list(v.shape) for k, v in batch.items() if hasattr(v, "shape")}, "loss": loss.item()}


def written_by_lerobot(dataset, root):
    """The same frames written by LeRobot itself, to compare layouts."""
    features = {k: v for k, v in dataset.features.items() if k not in DEFAULT_FEATURES}
    own = LeRobotDataset.create("test/own", dataset.fps, features, robot_type=dataset.meta.robot_type, root=root, use_videos=False)
    for row in dataset.meta.episodes:
        for index in range(row["dataset_from_index"], row["dataset_to_index"]):
            one = dataset[index]
            own.add_frame({**{key: one[key].numpy() for key in features}, "task": one["task"]})
        own.save_episode()
    own.finalize()


def layout(root):
    def columns(path):
        # as Parquet has it: that a list has always the same length stands in Arrow's own note beside it
        schema = pq.ParquetFile(path).schema
        found = {}
        for i in range(len(schema)):
            c = schema.column(i)
            levels = f"{c.max_definition_level}/{c.max_repetition_level}"
            found[c.path] = f"{c.physical_type} {c.logical_type.type} {levels}"
        return found

    first = "chunk-000/file-000.parquet"
    return {
        "info": json.loads((root / "meta/info.json").read_text()),
        "data": columns(root / "data" / first),
        "row_groups": [
            meta.row_group(i).num_rows for meta in [pq.read_metadata(root / "data" / first)] for i in range(meta.num_row_groups)
        ],
        "episodes": columns(root / "meta/episodes" / first),
        "stats": {k: sorted(v) for k, v in json.loads((root / "meta/stats.json").read_text()).items()},
    }


def resumed(root):
    """LeRobot records one more episode into our set."""
    dataset = LeRobotDataset("test/resumed", root=root)
    for frame in range(5):
        vectors = {key: np.full(dataset.features[key]["shape"], frame, np.float32) for key in VECTORS}
        dataset.add_frame({**vectors, "task": "a task of LeRobot's"})
    dataset.save_episode()
    dataset.finalize()
    again = LeRobotDataset("test/resumed", root=root)
    return {"episodes": again.num_episodes, "frames": len(again), "last": item(again, len(again) - 1)}


def torn(root):
    """A set as a recorder that was killed in the middle of an append left it, every item with its chunk."""
    plain = LeRobotDataset("test/torn", root=root)
    chunks = LeRobotDataset("test/torn", root=root, delta_timestamps={"action": [i / plain.fps for i in range(8)]})
    items = [chunks[index]["index"].item() for index in range(len(chunks))]
    return {"episodes": plain.num_episodes, "frames": len(plain), "items": len(items), "last": item(plain, len(plain) - 1)}


def grey_of(episode, frame):
    return 30 + 60 * episode + 6 * frame


def filmed(root, work):
    """A set with camera videos: every picture by both decoders, and the same pictures as LeRobot itself writes them."""
    items = {}
    for backend in ("torchcodec", "pyav"):
        dataset = LeRobotDataset("test/filmed", root=root, video_backend=backend)
        keys = dataset.meta.video_keys
        rows = [dataset[index] for index in range(len(dataset))]
        items[backend] = [
            {
                "episode": row["episode_index"].item(),
                "frame": row["frame_index"].item(),
                **{key: [list(row[key].shape), (255 * row[key].mean()).item(), (255 * row[key].std()).item()] for key in keys},
            }
            for row in rows
        ]
    features = {k: v for k, v in dataset.features.items() if k not in DEFAULT_FEATURES}
    own = LeRobotDataset.create(
        "test/own-filmed", dataset.fps, features, robot_type=dataset.meta.robot_type, root=work / "own-filmed", vcodec="h264"
    )
    for row in dataset.meta.episodes:
        for frame, index in enumerate(range(row["dataset_from_index"], row["dataset_to_index"])):
            pictures = {key: np.full(features[key]["shape"], grey_of(row["episode_index"], frame), np.uint8) for key in keys}
            vectors = {key: rows[index][key].numpy() for key in features if key not in keys}
            own.add_frame({**vectors, **pictures, "task": rows[index]["task"]})
        own.save_episode()
    own.finalize()
    ranges = {
        key: {name: [numbers(each.meta.stats[key][name]) for each in (dataset, own)] for name in ("min", "max", "mean", "count")}
        for key in keys
    }
    places = [
        {name: row[name] for name in row if name.startswith("videos/")}
        for row in LeRobotDataset("test/own-filmed", root=work / "own-filmed").meta.episodes
    ]
    fewer = delete_episodes(dataset, [0], output_dir=work / "fewer-filmed", repo_id="test/fewer-filmed")
    return {
        "items": items,
        "ours": layout(root),
        "theirs": layout(work / "own-filmed"),
        "ranges": ranges,
        "places": places,
        "fewer": {key: (255 * fewer[0][key].mean()).item() for key in keys},
    }


def main():
    root, work = map(pathlib.Path, sys.argv[1:3])
    dataset = LeRobotDataset("test/set", root=root)
    features = dataset_to_policy_features(dataset.meta.features)
    indices = [0, 1, len(dataset) // 2, len(dataset) - 1]
    seen = {
        "episodes": dataset.num_episodes,
        "frames": len(dataset),
        "fps": dataset.fps,
        "robot": dataset.meta.robot_type,
        "roles": {key: [feature.type.value, list(feature.shape)] for key, feature in features.items()},
        "items": {str(index): item(dataset, index) for index in indices},
        "makers": dataset.meta.episodes["apprentice/maker"][:],
        "statistics": statistics(dataset),
        "train": train(dataset, root),
        "ours": layout(root),
    }
    written_by_lerobot(dataset, work / "own")
    seen["theirs"] = layout(work / "own")
    fewer = delete_episodes(dataset, [1, 4], output_dir=work / "deleted", repo_id="test/deleted")
    seen["deleted"] = {"episodes": fewer.num_episodes, "frames": len(fewer), "item": item(fewer, len(fewer) - 1)}
    both = merge_datasets([dataset, fewer], output_repo_id="test/merged", output_dir=work / "merged")
    seen["merged"] = {"episodes": both.num_episodes, "frames": len(both), "item": item(both, len(both) - 1)}
    seen["torn"] = {folder.name: torn(folder) for folder in sorted(work.glob("torn-*"))}
    seen["resumed"] = resumed(work / "copy")
    if (work / "filmed").exists():
        seen["filmed"] = filmed(work / "filmed", work)
    print(json.dumps(seen))


main()
