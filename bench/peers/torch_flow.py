"""PyTorch's training step as a peer: the multi-layer perceptron of a flow-matching policy, one thread, fused Adam.

First line in: {"widths": [in, 256, 256, 256, out], "rate", "flow": whether noise and time are drawn, "weights", "x",
"y"}, the last three files of float32: weights layer by layer, matrix (in, out) row by row, then bias; all frames of
data, x (N, D) and y (N, HA). Answer: {"version"}. Then {"batches": [[frame, ...], ...]}, one list a step: {"seconds":
[wall-clock times], "cpuSeconds": of all, "losses"}, each time from the same weights.

A step takes the batch's rows, does forward, mean squared error, backward and Adam, and reads the loss. With `flow` it
also draws noise and times, places the batch between noise and data, and embeds the time: D + HA + 32 inputs.
"""
import json
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

FREQUENCIES = 200 ** (torch.arange(16) / 15)


def numbers(path: str) -> torch.Tensor:
    return torch.from_numpy(np.fromfile(path, dtype=np.float32))


def network(widths: list, path: str) -> nn.Sequential:
    flat, at, layers = numbers(path), 0, []
    for a, b in zip(widths, widths[1:]):
        layer = nn.Linear(a, b)
        with torch.no_grad():
            layer.weight.copy_(flat[at:at + a * b].reshape(a, b).T)
            layer.bias.copy_(flat[at + a * b:at + a * b + b])
        at += a * b + b
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def regression_loss(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return F.mse_loss(model(x), y)


def flow_loss(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    noise, t = torch.randn_like(y), torch.rand(len(y), 1)
    angles = t * FREQUENCIES
    inputs = torch.cat([x, noise + t * (y - noise), angles.sin(), angles.cos()], dim=1)
    return F.mse_loss(model(inputs), y - noise)


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    head = json.loads(sys.stdin.readline())
    widths = head["widths"]
    model, y = network(widths, head["weights"]), numbers(head["y"]).reshape(-1, widths[-1])
    x = numbers(head["x"]).reshape(len(y), -1)
    loss_of = flow_loss if head["flow"] else regression_loss
    initial = {name: value.clone() for name, value in model.state_dict().items()}
    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        batches = [torch.tensor(rows) for rows in json.loads(line)["batches"]]
        model.load_state_dict(initial)
        optimizer = torch.optim.Adam(model.parameters(), lr=head["rate"], fused=True)
        seconds, losses = [], []
        used = time.process_time()
        for rows in batches:
            start = time.perf_counter()
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model, x[rows], y[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            seconds.append(time.perf_counter() - start)
        print(json.dumps({"seconds": seconds, "cpuSeconds": time.process_time() - used, "losses": losses}), flush=True)


if __name__ == "__main__":
    main()
