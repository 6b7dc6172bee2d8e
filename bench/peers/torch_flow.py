"""PyTorch's training step as a peer: the multi-layer perceptron of a flow-matching policy, one thread, fused Adam.

First line in: {"widths": [in, 256, 256, 256, out], "batch": B, "rate": learning rate, "weights": FILE, "data": FILE},
files of float32: weights layer by layer, matrix (in, out) row by row, then bias; data x (B, in), then y (B, out).
Answer: {"version"}. Then {"steps": N}: {"seconds": [N wall-clock times], "cpuSeconds": all N, "losses": [N]}, each
time from the same weights.
A step is forward, mean squared error, backward, Adam, and reading the loss; relu between layers.
"""
import json
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def load(head: dict):
    widths, batch = head["widths"], head["batch"]
    flat, at = torch.from_numpy(np.fromfile(head["weights"], dtype=np.float32)), 0
    layers = []
    for a, b in zip(widths, widths[1:]):
        layer = nn.Linear(a, b)
        with torch.no_grad():
            layer.weight.copy_(flat[at:at + a * b].reshape(a, b).T)
            layer.bias.copy_(flat[at + a * b:at + a * b + b])
        at += a * b + b
        layers += [layer, nn.ReLU()]
    data = torch.from_numpy(np.fromfile(head["data"], dtype=np.float32))
    x, y = data[:batch * widths[0]].reshape(batch, -1), data[batch * widths[0]:].reshape(batch, -1)
    return nn.Sequential(*layers[:-1]), x, y


def main() -> None:
    torch.set_num_threads(1)
    head = json.loads(sys.stdin.readline())
    model, x, y = load(head)
    start_weights = {name: value.clone() for name, value in model.state_dict().items()}
    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        model.load_state_dict(start_weights)
        optimizer = torch.optim.Adam(model.parameters(), lr=head["rate"], fused=True)
        seconds, losses = [], []
        used = time.process_time()
        for _ in range(json.loads(line)["steps"]):
            start = time.perf_counter()
            optimizer.zero_grad(set_to_none=True)
            loss = F.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            seconds.append(time.perf_counter() - start)
        print(json.dumps({"seconds": seconds, "cpuSeconds": time.process_time() - used, "losses": losses}), flush=True)


if __name__ == "__main__":
    main()
