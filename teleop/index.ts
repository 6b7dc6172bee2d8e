/** The door of `teleop`: recording demonstrations. Input devices and the page come here. */
export * from "./record.js";
