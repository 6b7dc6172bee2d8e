"""A witness in a real ROS 2 graph: subscribes by DDS and prints one JSON line a second of what it saw.

    python witness.py /joint_states=sensor_msgs/msg/JointState /cmd_vel=geometry_msgs/msg/TwistStamped

A line is {"counts": {topic: messages so far}, "publishers": {topic: [names of nodes]}}. It subscribes best-effort,
which matches every publisher.
"""
import importlib
import json
import sys

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.qos import qos_profile_sensor_data


def message_type(name: str):
    package, kind, message = name.split("/")
    return getattr(importlib.import_module(f"{package}.{kind}"), message)


class Witness(Node):
    def __init__(self, topics: dict) -> None:
        super().__init__("witness")
        self.counts = dict.fromkeys(topics, 0)
        for topic, name in topics.items():
            self.create_subscription(message_type(name), topic, lambda _, topic=topic: self.saw(topic),
                                     qos_profile_sensor_data)
        self.create_timer(1.0, self.tell)

    def saw(self, topic: str) -> None:
        self.counts[topic] += 1

    def tell(self) -> None:
        publishers = {topic: sorted({p.node_name for p in self.get_publishers_info_by_topic(topic)})
                      for topic in self.counts}
        print(json.dumps({"counts": self.counts, "publishers": publishers}), flush=True)


def main() -> None:
    rclpy.init()
    try:
        rclpy.spin(Witness(dict(text.split("=") for text in sys.argv[1:])))
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == "__main__":
    main()
