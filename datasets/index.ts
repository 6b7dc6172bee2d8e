/** The door of `datasets`. */
export {};
