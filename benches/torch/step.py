"""Times PyTorch training steps (forward, backward, Adam) of the reference models on two-core-like CPUs.

Reads lines `MODEL BATCH STEPS THREADS`, answers each with the seconds of every step on one line.
"""

import sys
import time

import torch
from torch import nn


class Trim(nn.Module):
    def forward(self, x):
        return x[:, :, :28, :28]


def digits():
    leaky = lambda: nn.LeakyReLU(0.01)
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, 1, 1), leaky(),
        nn.Conv2d(32, 64, 3, 2, 1), leaky(),
        nn.Conv2d(64, 64, 3, 2, 1), leaky(),
        nn.Conv2d(64, 64, 3, 1, 1), nn.Flatten(), nn.Linear(3136, 2),
        nn.Linear(2, 3136), nn.Unflatten(1, (64, 7, 7)),
        nn.ConvTranspose2d(64, 64, 3, 1, 1), leaky(),
        nn.ConvTranspose2d(64, 64, 3, 2, 1), leaky(),
        nn.ConvTranspose2d(64, 32, 3, 2, 0), leaky(),
        nn.ConvTranspose2d(32, 1, 3, 2, 0), Trim(), nn.Sigmoid(),
    )


def timeseries():
    return nn.Sequential(
        nn.Conv1d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(32, 16, 3, padding=1), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(16, 16, 3, padding=1), nn.ReLU(),
        nn.Upsample(scale_factor=2), nn.Conv1d(16, 32, 5, padding=2), nn.ReLU(),
        nn.Upsample(scale_factor=2), nn.Conv1d(32, 1, 3, padding=1),
    )


MODELS = {"digits": (digits, (1, 28, 28)), "timeseries": (timeseries, (1, 1000))}
ready = {}

print(torch.__version__, flush=True)
for line in sys.stdin:
    name, batch, steps, threads = line.split()
    torch.set_num_threads(int(threads))
    key = (name, int(batch))
    if key not in ready:
        make, shape = MODELS[name]
        model = make()
        ready = {key: (model, torch.optim.Adam(model.parameters(), 1e-3), torch.rand(int(batch), *shape))}
    model, optimizer, x = ready[key]
    seconds = []
    for _ in range(int(steps)):
        begun = time.perf_counter()
        optimizer.zero_grad()
        loss = ((model(x) - x) ** 2).mean()
        loss.backward()
        optimizer.step()
        seconds.append(time.perf_counter() - begun)
    print(*seconds, flush=True)
