/** The door of `teleop`. */
export {};
