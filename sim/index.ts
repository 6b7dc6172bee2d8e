/** The door of `sim`. */
export {};
