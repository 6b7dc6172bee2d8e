"""Run an exported policy with ONNX Runtime alone: pip install onnxruntime numpy

    python run_policy.py policy.onnx < observation.json

observation.json: {"previous_command": [...], "observation.ee.position": [...], ...}, one list of raw numbers a feature of the
contract, and "noise" (standard normal) to repeat a run; without it, noise is drawn. Prints the chunk: one command a line.
"""
import json
import sys

import numpy as np
import onnxruntime as ort

session = ort.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
contract = json.loads(session.get_modelmeta().custom_metadata_map["apprentice.contract"])
observation = json.load(sys.stdin)
for port in session.get_inputs():
    if port.name == "noise":
        observation.setdefault("noise", np.random.default_rng().standard_normal(port.shape[1]).tolist())
feeds = {port.name: np.array([observation[port.name]], np.float32) for port in session.get_inputs()}
(chunk,) = session.run(["action_chunk"], feeds)  # (1, H, A): absolute, in the contract's units
names = [f"{action['name']}.{component}" for action in contract["actions"] for component in action["names"]]
for command in chunk[0].tolist():
    print(json.dumps(dict(zip(names, command))))
